"""定级: how urgent a complaint is, as confirmed by whoever took the call, and what he saw of the customer.

The columns may be null and are added without rewriting the table. The small index of sensitive complaints (0028) holds the
urgent ones too from now on: the morning board asks for both at once. It is made anew, which reads the table once; no
complaint is urgent at that time. What kind of special care a customer needs is sealed: in clear stands only that he does.
"""

from django.db import migrations, models

import record.sealed

SENSITIVE = models.Q(("channel", "regulator"), ("held_since__isnull", False), ("severity", 1), _connector="OR")
SEVERITY = models.PositiveSmallIntegerField(
    choices=[(1, "1 urgent"), (2, "2 raised"), (3, "3 ordinary")], null=True, verbose_name="Severity"
)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0029_urging"),
    ]

    operations = [
        migrations.AddField("case", "severity", SEVERITY.clone()),
        migrations.AddField("historicalcase", "severity", SEVERITY.clone()),
        migrations.AddField("customer", "care_signs", record.sealed.SealedField(null=True)),
        migrations.AddField("historicalcustomer", "care_signs", record.sealed.SealedField(null=True)),
        migrations.RemoveIndex("case", "case_sensitive"),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["id"], condition=models.Q(("archived_at", None), SENSITIVE), name="case_sensitive"
            ),
        ),
    ]
