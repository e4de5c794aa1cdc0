"""Which cases stand at a step (decision 41).

Decision 34 left the filter by step alone, because one more index would be written with every step that opens or ends.
The auditor asks for it; the index holds open steps only, some hundred thousand, and stays in memory.
"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_quarterly_limit"),
        ("cases", "0035_audit_search"),
        ("workflows", "0003_morning_board"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="steptask",
            index=models.Index(
                condition=models.Q(("flow_task_type", "HUMAN"), ("status__in", ("NEW", "ASSIGNED", "STARTED"))),
                fields=["flow_task", "case"],
                name="task_at_step",
            ),
        ),
    ]
