"""Who gave a step to its holder, when, and when he signed for it; and four indexes for the morning board.

The board reads open steps of people below a branch by their limit. Without an index it reads every step there ever was:
the existing ones stand on a post, a holder or a case. One index a tier, as for what is to be claimed, because a branch of
any level has a board and a subtree is one column (accounts/scope.py); each holds open steps only, so that it stays as
small as the work at hand. Columns are null for steps in hand at the upgrade: nobody has to sign for those.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OPEN_HUMAN = models.Q(("flow_task_type", "HUMAN"), ("status__in", ("NEW", "ASSIGNED", "STARTED")))
TIERS = {"tier1": ["tier1"], "tier2": ["tier2"], "outlet": ["outlet"], "all": []}


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0002_opened_beside"),
        ("cases", "0027_where_the_money_went_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("steptask", "handed_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "steptask",
            "handed_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("steptask", "signed_at", models.DateTimeField(null=True)),
        *(
            migrations.AddIndex(
                "steptask",
                models.Index(fields=[*tier, "due_at", "id"], condition=OPEN_HUMAN, name=f"task_below_{name}"),
            )
            for name, tier in TIERS.items()
        ),
    ]
