"""证据保全: what will be overwritten, who holds it, until when, and what became of it.

From the customer's notice on the issuer bears the consequence of slips and recordings it did not keep
(法释〔2021〕10号 art. 5): each of them is a row of its own with the moment it will be lost.
"""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knowledge.evidence import EvidenceKind
from record.history import Tracked, TrackedQuerySet, history
from record.sealed import SealedField, SealedModel


class EvidenceItemQuerySet(TrackedQuerySet):
    """Items by what became of them."""

    def open(self) -> Self:
        """Asked for, and nobody has answered yet."""
        return self.filter(state=EvidenceItem.State.OPEN)


class EvidenceItem(SealedModel, Tracked):
    """One thing to be secured: of a disputed transaction, or of the case when `transaction` is none.

    `lost_after` 灭失日 is when it will be overwritten (UTC), none when unknown; `lost_by` whose word that is.
    `ordered_by` is none when the system asked. `answered_at` is when it was secured or found gone, `recorded_at` when
    that was typed.
    """

    class Holder(models.TextChoices):
        SECURITY = "security", _("Security department")
        TECHNOLOGY = "technology", _("Technology department")
        OPERATIONS = "operations", _("Operations department")
        BRANCH = "branch", _("Branch or outlet")
        ACQUIRER = "acquirer", _("Acquirer or merchant")
        PAYMENT = "payment", _("Payment institution")
        ABROAD = "abroad", _("Bank or merchant abroad")
        OTHER = "other", _("Other")

    class LostBy(models.TextChoices):
        HOUSE = "house", _("by house policy")
        TYPED = "typed", _("as the holder of it says")

    class State(models.TextChoices):
        OPEN = "open", _("Asked for")
        KEPT = "kept", _("Secured")
        LOST = "lost", _("Overwritten")
        NONE = "none", _("Does not exist")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="evidence_items")
    transaction = models.ForeignKey(
        "cases.DisputedTransaction", models.PROTECT, related_name="evidence_items", null=True
    )
    kind = models.CharField(max_length=24, choices=EvidenceKind.choices)
    asked_of = models.CharField(max_length=12, choices=Holder.choices)
    asked_name = SealedField(null=True)
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    lost_after = models.DateTimeField(null=True)
    lost_by = models.CharField(max_length=6, choices=LostBy.choices, blank=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    evidence = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    statement = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    reason = SealedField(null=True)
    answered_by = SealedField(null=True)
    answered_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField(null=True)

    history = history()
    objects = EvidenceItemQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        # No index of its own but the keys': a case has a dozen of these, and they are read by their case.
        constraints = [
            # Two workers, or a trace done twice, ask for the same thing once. What was found not to exist may be
            # asked for again, as may what a person asks for.
            models.UniqueConstraint(
                fields=["transaction", "kind"],
                condition=Q(ordered_by=None, transaction__isnull=False) & ~Q(state="none"),
                name="evidence_item_once_a_transaction",
            ),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(ordered_by=None, transaction=None) & ~Q(state="none"),
                name="evidence_item_once_a_case",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None, evidence=None, statement=None, reason__isnull=True)
                | Q(state="kept", answered_at__isnull=False, evidence__isnull=False, statement=None)
                | Q(state="lost", answered_at__isnull=False, evidence=None, statement__isnull=False)
                | Q(state="none", answered_at__isnull=False, evidence=None, statement=None)
                & (Q(reason__isnull=False) | Q(recorded_by=None)),  # no person: the system does not need it any more
                name="evidence_item_answered_with_proof",
            ),
            models.CheckConstraint(
                condition=Q(lost_after=None, lost_by="") | Q(lost_after__isnull=False) & ~Q(lost_by=""),
                name="evidence_item_lost_by_somebodys_word",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN
