"""Money of a case moves only as these rows. Sum rules are deferred constraints in PostgreSQL, under the case lock."""

import uuid
from typing import Final, Self

from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, TrackedQuerySet, history

# Lines that leave, or left, the bank; written once for the index and for whoever asks.
OUTGOING: Final = Q(state__in=("approved", "ordered", "booked")) & ~Q(kind__in=("recovery", "advance_back"))
IS_BOOKED: Final = ExpressionWrapper(Q(state="booked"), output_field=models.BooleanField())


class MoneyQuerySet(TrackedQuerySet):
    """Lines by which way they go and how far they are."""

    def payouts(self) -> Self:
        """What the decision gives the customer and was not dropped; set off against an advance or paid."""
        return self.exclude(kind__in=NOT_DECIDED).exclude(state=MoneyEntry.State.DROPPED)

    def advances(self) -> Self:
        """What goes to the customer before the decision and was not dropped."""
        return self.filter(kind=MoneyEntry.Kind.ADVANCE).exclude(state=MoneyEntry.State.DROPPED)

    def of_decision(self) -> Self:
        """Payouts of the decision itself; what a review adds is paid by the review."""
        return self.payouts().filter(review=None)

    def approved(self) -> Self:
        """Approved payouts of the decision no order has been given for."""
        return self.of_decision().filter(state=MoneyEntry.State.APPROVED)

    def owed(self) -> Self:
        """Approved payouts of the decision the customer does not have yet, ordered or not."""
        return self.of_decision().filter(state__in=[MoneyEntry.State.APPROVED, MoneyEntry.State.ORDERED])

    def recoveries(self) -> Self:
        """What comes back to the bank and was not dropped."""
        return self.filter(kind=MoneyEntry.Kind.RECOVERY).exclude(state=MoneyEntry.State.DROPPED)


class MoneyEntry(Tracked):
    """One line of money, always positive, in the case's currency; its kind says which way it goes.

    All kinds go to the customer but RECOVERY, which comes back to the bank and never exceeds the loss
    (法释〔2021〕10号 art. 13), and ADVANCE_BACK, an advance the customer gives back. ADVANCE goes to him before the
    decision: what was decided is set off against it, so that he has the decided sum and not both (decision 22).
    """

    class Kind(models.TextChoices):
        PRINCIPAL = "principal", _("Principal")
        INTEREST = "interest", _("Interest")
        PENALTY = "penalty", _("Late fee")
        INSTALMENT_FEE = "instalment", _("Instalment fee")
        EXCHANGE = "exchange", _("Currency conversion")
        GOODWILL = "goodwill", _("Goodwill compensation")
        RECOVERY = "recovery", _("Recovered")
        ADVANCE = "advance", _("Advance payment")
        ADVANCE_BACK = "advance_back", _("Advance given back")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        APPROVED = "approved", _("Approved")
        ORDERED = "ordered", _("Order sent")
        BOOKED = "booked", _("Booked")
        DROPPED = "dropped", _("Dropped")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="money")
    proposal = models.ForeignKey("cases.Proposal", models.PROTECT, related_name="lines", null=True)
    transaction = models.ForeignKey("cases.DisputedTransaction", models.PROTECT, related_name="money", null=True)
    review = models.ForeignKey("cases.Review", models.PROTECT, related_name="lines", null=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3, default="CNY")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()
    objects = MoneyQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "money entries"
        indexes = [
            # Payments against vouchers: what has none first, then the newest.
            models.Index(IS_BOOKED, F("recorded_at").desc(), F("id").desc(), condition=OUTGOING, name="money_outgoing")
        ]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="money_positive")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} {self.currency}"


class Booking(Tracked):
    """How an entry reached the ledger: by an order's answer, or by a receipt typed and checked by two people.

    OFFSET: no money moved any more, the customer had it as an advance.

    At most one standing booking an entry: the partial unique index below.
    """

    class Way(models.TextChoices):
        ORDER = "order", _("Order")
        RECEIPT = "receipt", _("Typed receipt")
        OFFSET = "offset", _("Set off against an advance")

    entry = models.ForeignKey(MoneyEntry, models.PROTECT, related_name="bookings")
    way = models.CharField(max_length=8, choices=Way.choices)
    order_key = models.UUIDField(null=True)
    receipt = models.CharField(max_length=64)
    booked_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    reversed_at = models.DateTimeField(null=True)

    history = history()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry"], condition=Q(reversed_at=None), name="booking_one_standing")
        ]

    def __str__(self) -> str:
        return self.receipt


# Kinds that no proposal decides.
NOT_DECIDED = (MoneyEntry.Kind.RECOVERY, MoneyEntry.Kind.ADVANCE, MoneyEntry.Kind.ADVANCE_BACK)
