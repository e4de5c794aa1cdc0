"""What is stopped with a card, or would go on paying without it; and what a shop still holds on it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history


class StopCompanion(Tracked):
    """One way round the stopped card, asked about once: switched off, none there, or the customer keeps it.

    `done_at` (UTC) is the bank system's own time when it was switched off, else when the customer said so.
    """

    class Kind(models.TextChoices):
        QUICK_PAY = "quick_pay", _("Quick pay")
        PASSWORD_FREE = "password_free", _("Payment without password")
        APP = "app", _("Mobile banking")
        SUPPLEMENTARY = "supplementary", _("Supplementary cards")
        DEVICE = "device", _("Bound devices")

    class Outcome(models.TextChoices):
        OFF = "off", _("Switched off")
        NONE = "none", _("There is none")
        REFUSED = "refused", _("The customer keeps it, warned")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="companions")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    done_at = models.DateTimeField()
    receipt = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], name="companion_once"),
            # What was switched off has a receipt, what was not has none.
            models.CheckConstraint(
                condition=Q(outcome="off") & ~Q(receipt="") | ~Q(outcome="off") & Q(receipt=""),
                name="companion_receipt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_outcome_display()}"


class Preauthorisation(Tracked):
    """A sum a shop held on the card before the stop and may still take. Money in the case's currency; times UTC."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="preauthorisations")
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3, default="CNY")
    merchant = models.CharField(max_length=120)
    hold_until = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        ordering = ["hold_until", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="preauthorisation_positive")]

    def __str__(self) -> str:
        return f"{self.merchant} {self.amount} {self.currency}"
