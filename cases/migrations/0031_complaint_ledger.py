"""Indexes of the complaint ledger 投诉台账, which lists by the moment of receipt, newest first.

A page is the first 25 rows of a condition. One index a tier gives them in this order for whoever sees a branch, one for
the whole bank, one for the unit complained of; without them every page would sort all complaints a branch ever had. The
two on a class (the final one, else the first) serve the rare classes: the ledger of a common one is soon found along
the order of time, that of a rare one would be looked for in every complaint of the bank. Channel, state, referral and
repetition have few values, or few cases, and are looked for along the order of time.

None of these columns changes when a step is done, so that an update of a case is as cheap as before; a new case writes
six index rows more. The one on limits holds the running clock of each open case alone, and answers which have passed.
"""

from django.db import migrations, models
from django.db.models.functions import Coalesce

NEWEST = (models.F("received_at").desc(), models.F("id").desc())


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_liability_panel"),
        ("cases", "0030_severity"),
        ("knowledge", "0002_limits_from_other_events"),
    ]

    operations = [
        *(
            migrations.AddIndex(
                "case", models.Index(fields=[*first, "-received_at", "-id"], name=f"case_received_{name}")
            )
            for name, first in (
                ("all", []),
                ("tier1", ["tier1"]),
                ("tier2", ["tier2"]),
                ("outlet", ["outlet"]),
                ("against", ["complained_unit"]),
            )
        ),
        *(
            migrations.AddIndex(
                "case",
                models.Index(
                    Coalesce(f"{facet}_final", f"{facet}_first"), *NEWEST, name=f"case_received_{facet}"
                ),
            )
            for facet in ("business", "cause")
        ),
        # the index by unit and receipt begins with the unit: the one of the foreign key goes, so that no case pays twice
        migrations.AlterField(
            "case",
            "complained_unit",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to="accounts.branch",
            ),
        ),
        migrations.AddIndex(
            "deadline",
            models.Index(
                fields=["due_at", "case"],
                condition=models.Q(
                    ("forewarns", False),
                    ("kind__in", ("law", "agreed")),
                    ("overridden_at", None),
                    ("subject", None),
                    ("ended_at", None),
                ),
                name="deadline_leading",
            ),
        ),
    ]
