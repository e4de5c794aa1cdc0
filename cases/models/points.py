"""积分: points of the card's programme that a disputed transaction cost. They are no money and add to no sum."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, TrackedQuerySet, history


class PointsQuerySet(TrackedQuerySet):
    """Points by how far they are."""

    def owed(self) -> Self:
        """Approved points that are not back on the account."""
        return self.filter(state=PointsEntry.State.APPROVED)

    def standing(self) -> Self:
        """Whatever was not dropped."""
        return self.exclude(state=PointsEntry.State.DROPPED)


class PointsEntry(Tracked):
    """Points to give back for one transaction: proposed with the money, restored with the account, with receipt."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        APPROVED = "approved", _("Approved")
        RESTORED = "restored", _("Restored")
        DROPPED = "dropped", _("Dropped")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="points")
    proposal = models.ForeignKey("cases.Proposal", models.PROTECT, related_name="points")
    transaction = models.ForeignKey("cases.DisputedTransaction", models.PROTECT, related_name="points")
    points = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    receipt = models.CharField(max_length=64, blank=True)
    restored_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()
    objects = PointsQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "points entries"
        constraints = [
            models.UniqueConstraint(fields=["proposal", "transaction"], name="points_one_row_a_transaction"),
            models.CheckConstraint(condition=Q(points__gt=0), name="points_positive"),
            models.CheckConstraint(
                condition=Q(state="restored", restored_at__isnull=False) & ~Q(receipt="")
                | ~Q(state="restored") & Q(restored_at=None, receipt=""),
                name="points_restored_with_receipt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points}"
