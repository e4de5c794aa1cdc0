"""A proposal of what the customer gets, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class Proposal(SealedModel, Tracked):
    """赔付方案: a sum for the customer with its reasons; its lines are MoneyEntry rows. One is alive at a time."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned for change")
        REFUSED = "refused", _("Refused")
        DROPPED = "dropped", _("Dropped with the complaint")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="proposals")
    number = models.PositiveSmallIntegerField()
    total = models.DecimalField(max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3, default="CNY")
    reasons = SealedField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    approver_role = models.CharField(max_length=24, blank=True)
    approver_why = models.CharField(max_length=200, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    answer_reason = SealedField(null=True)

    history = history()

    class Meta:
        ordering = ["number"]
        # The auditor reads approvals by the moment they were given, and looks for those near a limit.
        indexes = [
            models.Index(fields=["-answered_at", "-id"], condition=Q(state="approved"), name="proposal_approved"),
            models.Index(
                fields=["approver_role", "total"], condition=Q(state="approved"), name="proposal_approved_sum"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="proposal_numbered"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["waiting", "approved"]), name="proposal_one_alive"
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="proposal_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.number}"
