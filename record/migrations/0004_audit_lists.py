"""Indexes of what the auditor asks the journal (decision 41).

- *Recorded late*: entries a person typed more than half an hour after it happened, newest first. They are few of all;
  nobody else's entry touches the index.
- *Looked at*: who looked at a given case. An entry in an access stream writes one row more, an entry in any other none.
  The case stands in the body, which is read as JSON once for it; the body is JSON by the trigger's own word.
- *Searched*: the cases a search showed. A GIN index over searches alone, which are few beside looks.

What is asked by period alone needs none: of the seven kinds of looks each is read along `(kind, recorded_at)`; and what
one person looked at lies together in his streams.
"""

import datetime
import django.contrib.postgres.indexes
import django.db.models.expressions
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0003_seals"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
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
                name="record_entry_late",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                models.Func(
                    models.F("body"),
                    output_field=models.TextField(),
                    template="((%(expressions)s)::jsonb #>> '{data,case}')",
                ),
                models.OrderBy(models.F("recorded_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("stream__startswith", "access:")),
                name="record_entry_looked_at",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    models.F("body"),
                    output_field=models.JSONField(),
                    template="((%(expressions)s)::jsonb #> '{data,cases}')",
                ),
                condition=models.Q(
                    ("stream__startswith", "access:"), ("kind__in", ("caller.looked_up", "words.looked_for"))
                ),
                name="record_entry_searched",
            ),
        ),
    ]
