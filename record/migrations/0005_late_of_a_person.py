"""What one person typed late, from the beginning (decision 48).

`record_entry_late` gives the bank's late entries newest first; those of one person are few of them, so that a page of
his reads most of the index. This one begins with the person. Only what a person typed more than half an hour late
touches it, one entry in fifty or so: at a billion entries some 20 million rows of 40 bytes; no other entry costs more.
Partitions of the journal would each have their own, as of every other index.
"""

import datetime

import django.db.models.expressions
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0004_audit_lists"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                models.F("actor_number"),
                models.OrderBy(models.F("recorded_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(
                    django.db.models.lookups.GreaterThan(
                        models.ExpressionWrapper(
                            django.db.models.expressions.CombinedExpression(
                                models.F("recorded_at"), "-", models.F("happened_at")
                            ),
                            output_field=models.DurationField(),
                        ),
                        models.Value(datetime.timedelta(seconds=1800)),
                    ),
                    models.Q(("actor_number", "system"), _negated=True),
                ),
                name="record_entry_late_of",
            ),
        ),
    ]
