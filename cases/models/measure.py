"""账务与征信保护: what keeps a disputed sum from harming the customer while it is open (card-fraud.md 6, 2c)."""

import uuid
from typing import Final, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from record import clock
from record.history import Tracked, TrackedQuerySet, history


class MeasureQuerySet(TrackedQuerySet):
    """Measures by where they stand and whether they still do."""

    def standing(self) -> Self:
        """Begun and not ended."""
        return self.filter(ended_at=None)

    def on_account(self) -> Self:
        """Those the core ledger keeps on the account."""
        return self.filter(kind__in=ON_ACCOUNT)

    def of_collection(self) -> Self:
        """Those the collection officer keeps, in the house and with the firm it was given to."""
        return self.filter(kind__in=OF_COLLECTION)


class AccountMeasure(Tracked):
    """One measure that protects a credit card's account or its holder's credit record, with its beginning and its end.

    `began_at` and `ended_at` (UTC) are the bank system's own times, or those of the notice, not when somebody typed
    them. `found`: what was met when it began. No row: there was nothing to hold (no instalment, no outside collection).
    """

    class Kind(models.TextChoices):
        HOLD = "hold", _("Disputed sum held")
        INTEREST = "interest", _("No interest and no late fee")
        INSTALMENT = "instalment", _("Instalments held")
        AUTO_DEBIT = "auto_debit", _("Automatic debit held")
        COLLECTION = "collection", _("Collection stopped")
        OUTSOURCED = "outsourced", _("Outside collection stopped")
        CREDIT_MARK = "credit_mark", _("Objection marked on the credit record")

    class Found(models.TextChoices):
        NONE = "none", _("No collection was running")
        RUNNING = "running", _("Collection was running")
        REPORTED = "reported", _("A bad record was reported")
        CLEAN = "clean", _("No bad record was reported")

    class End(models.TextChoices):
        LIFTED = "lifted", pgettext_lazy("protection", "Lifted")
        PERMANENT = "permanent", _("Made permanent")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="measures")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    found = models.CharField(max_length=10, choices=Found.choices, blank=True)
    began_at = models.DateTimeField()
    receipt = models.CharField(max_length=64)
    by_hand = models.BooleanField(default=False)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)  # the sum held, once it is known
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, choices=End.choices, blank=True)
    end_receipt = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()
    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            # Also the index by which a case's standing measures are found.
            models.UniqueConstraint(fields=["case", "kind"], condition=Q(ended_at=None), name="measure_one_standing"),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="", end_receipt="")
                | Q(ended_at__isnull=False, ended_at__gte=F("began_at")) & ~Q(end="") & ~Q(end_receipt=""),
                name="measure_end_said",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


ON_ACCOUNT: Final = (
    AccountMeasure.Kind.HOLD,
    AccountMeasure.Kind.INTEREST,
    AccountMeasure.Kind.INSTALMENT,
    AccountMeasure.Kind.AUTO_DEBIT,
)
OF_COLLECTION: Final = (AccountMeasure.Kind.COLLECTION, AccountMeasure.Kind.OUTSOURCED)
