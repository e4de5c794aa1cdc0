"""先行垫付: money the customer gets before it is decided who bears the loss, and what becomes of it afterwards."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from record.history import history
from record.sealed import SealedField

from .beside import Beside


class Advance(Beside):
    """One advance, its own approval and its way back; all sums in the case's currency.

    What the decision gives the customer is set off first (`set_off`); what is above it comes back, after telling,
    notice and days (`taken_back`), or is written off as goodwill (`written_off`). The three never exceed `amount`.
    """

    class Ground(models.TextChoices):
        """On which word of the bank it stands."""

        PROMISE = "promise", _("Published promise to pay first (2021 No.10 art. 10)")
        PRODUCT = "product", _("Benefit of the card product")
        HARDSHIP = "hardship", _("Hardship")

    class Stage(models.TextChoices):
        """Where it stands; the values are stored."""

        ASKING = "asking", _("Not asked for yet")
        WAITING = "waiting", _("Waiting for approval")
        APPROVED = "approved", _("Approved, to be paid")
        PREPARED = "prepared", _("Prepared, to be checked")
        RELEASED = "released", _("Released for payment")
        PAID = "paid", pgettext_lazy("advance", "With the customer")
        TAKEN = "taken", _("To come back; the customer was told")
        ENTERED = "entered", _("Paid back, to be checked")
        WRITE_OFF = "write_off", _("Write-off waits for approval")
        SETTLED = "settled", _("Settled")
        DROPPED = "dropped", _("Not paid")

    # What is not paid yet; a case has one of these at most. From "released" on it always ends with the customer.
    OPEN = (Stage.ASKING, Stage.WAITING, Stage.APPROVED, Stage.PREPARED)
    UNPAID = (*OPEN, Stage.RELEASED)

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="advances")
    ground = models.CharField(max_length=10, choices=Ground.choices)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.ASKING)
    # asked and answered
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    undertaking = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    reasons = SealedField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField(null=True)
    approver_role = models.CharField(max_length=24, blank=True)
    approver_why = models.CharField(max_length=200, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    answer_reason = SealedField(null=True)
    # paid
    entry = models.ForeignKey("cases.MoneyEntry", models.PROTECT, related_name="+", null=True)
    order_key = models.UUIDField(null=True)
    voucher = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    paid_at = models.DateTimeField(null=True)
    # settled
    set_off = models.DecimalField(max_digits=16, decimal_places=2, default=Decimal(0))
    notice = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    noticed_at = models.DateTimeField(null=True)
    back_from = models.DateTimeField(null=True)
    back = models.ForeignKey("cases.MoneyEntry", models.PROTECT, related_name="+", null=True)
    back_voucher = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    taken_back = models.DecimalField(max_digits=16, decimal_places=2, default=Decimal(0))
    # written off
    write_off_reasons = SealedField(null=True)
    write_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    write_off_at = models.DateTimeField(null=True)
    write_off_answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    write_off_answered_at = models.DateTimeField(null=True)
    write_off_answer = SealedField(null=True)
    written_off = models.DecimalField(max_digits=16, decimal_places=2, default=Decimal(0))

    history = history()
    # Its stage says how it ended.
    ending: Any = None

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["case", "id"]),
            models.Index(fields=["opened_at", "id"], condition=Q(ended_at=None), name="advance_running"),
            models.Index(
                fields=["-answered_at", "-id"], condition=Q(answered_at__isnull=False), name="advance_answered"
            ),
            models.Index(
                fields=["approver_role", "amount"],
                condition=Q(answered_at__isnull=False),
                name="advance_approved_sum",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(stage__in=["asking", "waiting", "approved", "prepared", "released"]),
                name="advance_one_unpaid_a_case",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(stage="write_off"), name="advance_one_write_off_waiting"
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gt=0), name="advance_positive"),
            models.CheckConstraint(
                condition=Q(set_off__gte=0, taken_back__gte=0, written_off__gte=0), name="advance_parts_not_negative"
            ),
            # Without an amount nothing can be set off, taken back or written off either.
            models.CheckConstraint(
                condition=Q(amount=None, set_off=0, taken_back=0, written_off=0)
                | Q(amount__gte=F("set_off") + F("taken_back") + F("written_off")),
                name="advance_parts_within_it",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_stage_display())

    @property
    def excess(self) -> Decimal:
        """What the customer has of it beyond the decision and has not given back; in the case's currency."""
        return (self.amount or Decimal(0)) - self.set_off - self.taken_back - self.written_off
