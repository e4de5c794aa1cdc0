"""调解, 仲裁, 诉讼, 公安侦查: who decides outside the bank; the legal hold that keeps the file meanwhile."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class Proceeding(SealedModel, Tracked):
    """A mediation, arbitration, lawsuit or police investigation: before whom, its number, its days, how it came out."""

    class Kind(models.TextChoices):
        MEDIATION = "mediation", _("Mediation")
        ARBITRATION = "arbitration", _("Arbitration")
        LAWSUIT = "lawsuit", _("Lawsuit")
        POLICE = "police", _("Police investigation")

    class Outcome(models.TextChoices):
        SETTLED = "settled", _("Settled by agreement")
        FOR_CUSTOMER = "customer", _("Decided for the customer")
        PARTLY = "partly", _("Decided in part for the customer")
        FOR_BANK = "bank", _("Decided for the bank")
        WITHDRAWN = "withdrawn", _("Withdrawn or ended without a result")

    HOLDING = frozenset({Kind.ARBITRATION, Kind.LAWSUIT, Kind.POLICE})

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="proceedings")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    body = SealedField(null=True)
    number = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    result = SealedField(null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "number"], name="proceeding_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | Q(ended_at__isnull=False) & ~Q(outcome=""),
                name="proceeding_ends_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class LegalHold(SealedModel, Tracked):
    """Nothing of the case is destroyed while it stands: not the file, not the key of the person.

    `since` and `until` in UTC. It begins with an arbitration, a lawsuit or an investigation and ends by a decision
    of its own, after it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="holds")
    proceeding = models.OneToOneField(Proceeding, models.PROTECT, related_name="hold")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    why = SealedField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    end_reason = SealedField(null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["case"], condition=Q(until=None), name="legal_hold_standing")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None, ended_by=None) | Q(until__isnull=False, ended_by__isnull=False),
                name="legal_hold_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Legal hold"))
