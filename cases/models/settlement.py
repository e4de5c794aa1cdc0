"""和解: what the customer and the bank agreed on before the decision is told: sum, date and way (art. 21.5)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.letter import Letter
from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class Settlement(SealedModel, Tracked):
    """One agreement with the customer; `agreement` is what is on file of it, `text` what it says.

    `agreed_at` is when it was made outside, `due_at` the end of the day the decision is to be told by (both UTC).
    It stands until `ended_at`; one at a time a case.
    """

    class Ending(models.TextChoices):
        CUSTOMER = "customer", _("The customer withdrew from it")
        BROKEN = "broken", _("It was not kept to")
        NEW_FACTS = "facts", _("New facts came in")
        COMPLAINT = "complaint", _("The complaint was withdrawn")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="settlements")
    agreement = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3, default="CNY")
    due_at = models.DateTimeField()
    way = models.CharField(max_length=8, choices=Letter.Way.choices)
    text = SealedField(null=True)
    agreed_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    deadline = models.ForeignKey("cases.Deadline", models.PROTECT, related_name="+", null=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    ending_reason = SealedField(null=True)

    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="settlement_one_standing"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="settlement_not_negative"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | Q(ended_at__isnull=False) & ~Q(ending=""),
                name="settlement_ends_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.get_ending_display() if self.ending else ""
