"""Drafts: what a person has typed into a page and not sent.

One index: every page with a form asks for its reader's drafts of this page, newest first. The nightly sweep by `kept_at`
and the count per person read a table that holds a week of unsent forms, some thousands of rows in a large bank.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import record.clock
import record.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_liability_panel"),
        ("record", "0002_sms_gateway"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("place", models.CharField(max_length=400)),
                ("answers", record.sealed.SealedField()),
                ("kept_at", models.DateTimeField(default=record.clock.now)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to=settings.AUTH_USER_MODEL,
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
                "verbose_name": "draft",
                "indexes": [models.Index(fields=["owner", "place", "-kept_at"], name="draft_of_a_page")],
            },
        ),
    ]
