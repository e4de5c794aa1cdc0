"""催办: who urged when, and on the case how often.

The count is a column that may be null, added without rewriting the table; lists show it with the row they read anyway.
No index of its own: nothing is listed by it, and the rows of one case are found by its key.
"""

import django.db.models.deletion
import record.clock
import record.sealed
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from record.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0028_sensitive_at_once"),
        ("record", "0002_sms_gateway"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="urged",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="historicalcase",
            name="urged",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reminder", "Reminder"),
                    ("overdue", "Time limit passed"),
                    ("escalation", "Reported to you"),
                    ("unstopped", "ALARM: the card is not stopped any more"),
                    ("urged", "The customer urges"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="HistoricalUrge",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("uuid", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                (
                    "caller",
                    models.CharField(
                        choices=[
                            ("holder", "The holder in person"),
                            ("agent", "Agent with a mandate"),
                            ("heir", "Heir"),
                            ("company", "Somebody of the organisation"),
                            ("other", "Somebody else (family, finder, colleague)"),
                        ],
                        max_length=8,
                    ),
                ),
                ("channel", models.CharField(max_length=10)),
                ("note", record.sealed.SealedField(null=True)),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(default=record.clock.now, editable=False)),
                ("history_user_id", models.CharField(default="system", editable=False, max_length=40)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "person_key",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="record.personkey",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical urge",
                "verbose_name_plural": "historical urges",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Urge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "caller",
                    models.CharField(
                        choices=[
                            ("holder", "The holder in person"),
                            ("agent", "Agent with a mandate"),
                            ("heir", "Heir"),
                            ("company", "Somebody of the organisation"),
                            ("other", "Somebody else (family, finder, colleague)"),
                        ],
                        max_length=8,
                    ),
                ),
                ("channel", models.CharField(max_length=10)),
                ("note", record.sealed.SealedField(null=True)),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(default=record.clock.now, editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="urges", to="cases.case"
                    ),
                ),
                (
                    "person_key",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="record.personkey",
                    ),
                ),
            ],
            options={
                "ordering": ["happened_at", "id"],
            },
        ),
        *append_only("cases_historicalurge"),
    ]
