"""交接班: what one person handed to a colleague at the end of a shift, and what the colleague said to it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record.history import Tracked, TrackedQuerySet, history
from record.sealed import SealedField, SealedModel


class HandOverQuerySet(TrackedQuerySet):
    def waiting(self) -> Self:
        """Not signed for, not refused."""
        return self.filter(answered_at=None)


class HandOver(SealedModel, Tracked):
    """One thing handed over: a step, by the uuid of its task, or a promise. `shift` is one for all of one act.

    `by` had it, `to` has it from `handed_at` on and answered at `answered_at` (both UTC). Note and reason lie under the
    key of the case, so that they go with the customer (docs/decisions/0040-shift-hand-over.md).
    """

    class Outcome(models.TextChoices):
        SIGNED = "signed", _("Signed for")
        REFUSED = "refused", _("Refused")
        GONE = "gone", _("Done, or in other hands")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+", db_index=False)
    shift = models.UUIDField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    task = models.UUIDField(null=True)
    promise = models.ForeignKey("cases.Promise", models.PROTECT, related_name="+", null=True, db_index=False)
    note = SealedField(null=True)
    handed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    reason = SealedField(null=True)

    history = history()
    objects = HandOverQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["to", "handed_at", "id"], condition=Q(answered_at=None), name="hand_over_to_sign"),
            models.Index(fields=["task"], condition=Q(answered_at=None, task__isnull=False), name="hand_over_of_step"),
            models.Index(fields=["by", "-handed_at"], name="hand_over_by"),
            models.Index(fields=["shift"], name="hand_over_shift"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(task=None, promise__isnull=False) | Q(task__isnull=False, promise=None),
                name="hand_over_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, outcome="") | Q(answered_at__isnull=False) & ~Q(outcome=""),
                name="hand_over_answered",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Shift hand-over"))
