"""Two small indexes for the sensitive complaints of the morning board.

The board asks each time it is opened which complaints came from a regulator or stand under a legal hold, and whose
customers are recorded as needing special care. Without these it would read every case and every customer there ever was
to find a few of them. Both hold those few alone, and the first loses a case when it is archived: they cost a plain
complaint nothing.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0027_where_the_money_went_first"),
    ]

    operations = [
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["id"],
                condition=models.Q(
                    ("archived_at", None),
                    models.Q(("channel", "regulator"), ("held_since__isnull", False), _connector="OR"),
                ),
                name="case_sensitive",
            ),
        ),
        migrations.AddIndex(
            "customer",
            models.Index(
                fields=["id"], condition=models.Q(("care", ""), _negated=True), name="customer_with_care"
            ),
        ),
    ]
