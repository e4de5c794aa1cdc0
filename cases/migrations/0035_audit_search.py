"""Indexes of the auditor's search and lists (decision 41).

The search lists by the moment of receipt, completion or recording; each gives its first page along an index of its own.
Sums are looked for in ranges, most of them narrow. What was restarted, answered late, paid out or approved is part of a
table, and so are these indexes: a step that does none of it does not touch them. A duty is written once and ended once;
its name is one of some sixty, which PostgreSQL keeps once for all rows.
"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_quarterly_limit"),
        ("cases", "0034_shift_hand_over"),
        ("knowledge", "0003_taxonomy_history"),
        ("record", "0004_audit_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="advance",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", False)),
                fields=["-answered_at", "-id"],
                name="advance_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.OrderBy(models.F("done_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("done_at__isnull", False)),
                name="case_done_all",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["-recorded_at", "-id"], name="case_recorded_all"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["disputed_total"], name="case_disputed_total"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("restarted_at__isnull", False)),
                fields=["-received_at", "-id"],
                name="case_restarted",
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(
                    ("forewarns", False),
                    ("kind__in", ("law", "agreed")),
                    ("overridden_at", None),
                    ("subject", None),
                    ("outcome", "missed"),
                ),
                fields=["case"],
                name="deadline_leading_missed",
            ),
        ),
        migrations.AddIndex(
            model_name="duty",
            index=models.Index(fields=["duty"], name="duty_by_name"),
        ),
        migrations.AddIndex(
            model_name="moneyentry",
            index=models.Index(
                models.ExpressionWrapper(models.Q(("state", "booked")), output_field=models.BooleanField()),
                models.OrderBy(models.F("recorded_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(
                    ("state__in", ("approved", "ordered", "booked")),
                    models.Q(("kind__in", ("recovery", "advance_back")), _negated=True),
                ),
                name="money_outgoing",
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("state", "approved")), fields=["-answered_at", "-id"], name="proposal_approved"
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("approved_at__isnull", False)),
                fields=["-approved_at", "-id"],
                name="review_approved",
            ),
        ),
    ]
