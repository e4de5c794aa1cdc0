"""A person's own views of the ledgers: filters under a name.

Some dozens a person, asked for by the person and the ledger on every ledger page: the unique index of the names is that
way in. Removed by a moment, never deleted; the history is append-only like every other.
"""

import uuid

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import record.clock
from record.triggers import append_only

TABLE = "accounts_savedview"
VIEW = [
    ("ledger", models.CharField(max_length=20)),
    ("name", models.CharField(max_length=30, verbose_name="Name of the view")),
    ("filters", models.JSONField(default=dict)),
    ("saved_at", models.DateTimeField(default=record.clock.now, editable=False)),
    ("removed_at", models.DateTimeField(null=True)),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_drafts")]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                *VIEW,
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "savedview",
            models.UniqueConstraint(
                condition=models.Q(("removed_at", None)), fields=("user", "ledger", "name"), name="view_name_once"
            ),
        ),
        migrations.CreateModel(
            name="HistoricalSavedView",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("uuid", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                *VIEW,
                ("history_user_id", models.CharField(default="system", editable=False, max_length=40)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical saved view",
                "verbose_name_plural": "historical saved views",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER {TABLE}_kept BEFORE DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION accounts_keep_row();",
            f"DROP TRIGGER {TABLE}_kept ON {TABLE};",
        ),
        *append_only("accounts_historicalsavedview"),
    ]
