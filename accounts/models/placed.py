"""A place in the branch tree, carried by the row itself."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models.branch import Branch


class Placed(models.Model):
    """Rows that belong to a branch and are found by it and by every branch above.

    The three columns copy the branch's own; all three empty is the head office. They have no index of their own: what
    is listed by place brings one per tier with the columns it sorts by. Managers derive from `scope.PlacedQuerySet`.
    """

    tier1 = models.ForeignKey(
        "accounts.Branch", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, editable=False
    )
    tier2 = models.ForeignKey(
        "accounts.Branch", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, editable=False
    )
    outlet = models.ForeignKey(
        "accounts.Branch", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, editable=False
    )

    class Meta:
        abstract = True

    def place(self, branch: "Branch") -> None:
        """Stand where the branch stands. Does not save."""
        self.tier1_id, self.tier2_id, self.outlet_id = branch.tier1_id, branch.tier2_id, branch.outlet_id
