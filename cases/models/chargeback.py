"""调单, 退单 (UnionPay), 拒付 (other schemes): asking for the slip and taking the money back through the scheme."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record.history import history

from .beside import Recovering


class Chargeback(Recovering):
    """One transaction's way through the card scheme. It is the bank's recovery, never the customer's wait.

    `settled_on` is the settlement day of the scheme; `window_ends_at` (UTC) is computed from it
    when it is typed, by the house's number of days. `amount` is what was charged back, in the case's currency.
    """

    class Scheme(models.TextChoices):
        UNIONPAY = "unionpay", _("UnionPay")
        VISA = "visa", _("Visa")
        MASTERCARD = "mastercard", _("Mastercard")
        OTHER = "other", _("Other scheme")

    class Stage(models.TextChoices):
        OPENED = "opened", _("To be asked for")
        ASKED = "asked", _("Slip asked for")
        GOT = "got", _("Slip received")
        NO_SLIP = "no_slip", _("No slip came")
        CHARGED = "charged", _("Charged back")
        REPRESENTED = "represented", _("Presented again")
        ARBITRATION = "arbitration", _("Arbitration")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")
        MISSED = "missed", _("Window missed")
        GIVEN_UP = "given_up", _("Given up")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="chargebacks")
    transaction = models.ForeignKey("cases.DisputedTransaction", models.PROTECT, related_name="chargebacks")
    scheme = models.CharField(max_length=10, choices=Scheme.choices)
    scheme_number = models.CharField(max_length=64, blank=True)
    settled_on = models.DateField(null=True)
    window_ends_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.OPENED)
    pursued = models.BooleanField(default=True)
    asked_at = models.DateTimeField(null=True)
    slip_at = models.DateTimeField(null=True)
    charged_at = models.DateTimeField(null=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)

    history = history()

    class Meta:
        indexes = [
            # The desk's list: what runs, the window that dies first on top.
            models.Index(fields=["window_ends_at", "id"], condition=Q(ended_at=None), name="chargeback_running"),
            models.Index(fields=["case", "id"]),
        ]
        constraints = [
            # A transaction is charged back once at a time: refunded twice would be more than the loss.
            models.UniqueConstraint(
                fields=["transaction"], condition=Q(ended_at=None), name="chargeback_one_running_a_transaction"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_stage_display())
