"""检查发现与整改: what an audit found in a unit, what the unit did about it, and what the auditor saw of that."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Placed, User
from accounts.permissions import Verb
from accounts.scope import PlacedQuerySet
from record import clock
from record.history import Tracked, TrackedQuerySet, history
from record.sealed import SealedField, SealedModel


class AuditFindingQuerySet(PlacedQuerySet, TrackedQuerySet):  # type: ignore[override]  # as_manager, by the plugin
    def visible_to(self, user: User) -> Self:
        """Those of the units this person answers for or watches over; an auditor's are the whole bank's."""
        return self.filter(self.in_reach_of(user, Verb.SEE_FINDINGS))

    def to_answer(self, user: User) -> Self:
        """What waits for this person's unit."""
        return self.filter(self.in_reach_of(user, Verb.ANSWER_FINDING), state=AuditFinding.State.OPEN)

    def to_check(self) -> Self:
        """What was answered and waits for an auditor."""
        return self.filter(state=AuditFinding.State.ANSWERED)


class AuditFinding(Placed, SealedModel, Tracked):
    """One thing found in one case, fed back to a unit, where it is placed. `text` under the key of the case's person.

    Of a grave one the unit also says what came of it for people 问责.
    """

    class Severity(models.TextChoices):
        MINOR = "minor", _("minor")
        SERIOUS = "serious", _("serious")
        GRAVE = "grave", _("grave")

    class State(models.TextChoices):
        OPEN = "open", _("To be put right")
        ANSWERED = "answered", _("Waiting for the re-check")
        CLOSED = "closed", _("Closed as put right")
        WITHDRAWN = "withdrawn", _("Taken back")

    sheet = models.ForeignKey("cases.AuditSheet", models.PROTECT, related_name="findings")
    standard = models.CharField(max_length=40)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    text = SealedField(null=True)
    unit = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+")
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    found_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    history = history()
    objects = AuditFindingQuerySet.as_manager()

    class Meta:
        indexes = [
            # what waits, the most urgent first: below a branch, and in the whole bank
            models.Index(fields=["tier1", "state", "due_at", "id"], name="finding_tier1"),
            models.Index(fields=["tier2", "state", "due_at", "id"], name="finding_tier2"),
            models.Index(fields=["outlet", "state", "due_at", "id"], name="finding_outlet"),
            models.Index(fields=["state", "due_at", "id"], name="finding_all"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def is_open(self) -> bool:
        """The unit or the auditor still has to do something about it."""
        return self.state in (self.State.OPEN, self.State.ANSWERED)

    @property
    def asks_for_consequences(self) -> bool:
        """The unit says what came of it for those who did it."""
        return self.severity == self.Severity.GRAVE


class Rectification(SealedModel, Tracked):
    """One round of putting a finding right: until when, what the unit did, and what the re-check came to.

    Whoever answered for the unit never checks it; texts are sealed under the key of the case's person.
    """

    class Outcome(models.TextChoices):
        CLOSED = "closed", _("Put right: close it")
        AGAIN = "again", _("Not yet: once more")
        WITHDRAWN = "withdrawn", _("The finding does not stand: take it back")

    finding = models.ForeignKey(AuditFinding, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    done = SealedField(null=True)
    proof = SealedField(null=True)
    consequences = SealedField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    note = SealedField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    checked_at = models.DateTimeField(null=True)

    history = history()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "number"], name="rectification_round_once"),
            models.CheckConstraint(
                condition=~Q(checked_by=F("answered_by")), name="rectification_never_checked_by_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
