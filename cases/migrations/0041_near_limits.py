"""Approvals by post and sum, for what came near a limit (decision 48).

Whether a sum was near the limit of its day is asked of the limits as they were then, a question a row. From the
beginning that was a question for every approval there ever was. Sums that are near no limit the post ever had are left
out by these indexes first: a few narrow ranges of each post. One row more is written when a sum is approved, once in the
life of a proposal, an advance or a review; what is proposed, returned or refused does not touch them.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0040_samples"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("state", "approved")),
                fields=["approver_role", "total"],
                name="proposal_approved_sum",
            ),
        ),
        migrations.AddIndex(
            model_name="advance",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", False)),
                fields=["approver_role", "amount"],
                name="advance_approved_sum",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("approved_at__isnull", False)),
                fields=["approver_role", "total"],
                name="review_approved_sum",
            ),
        ),
    ]
