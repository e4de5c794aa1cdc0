"""到期销毁批次: whose personal data are to be destroyed, who proposed it, who agreed, what became of each."""

import uuid
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from record import clock
from record.sealed import SealedField, SealedModel


class ErasureBatch(SealedModel):
    """Persons proposed by one, agreed to by another, erased by the worker one by one (docs/decisions/0045).

    `left_out` counts by code who was looked at and had to be kept when it was proposed. `policy_version` is the
    edition it was measured by then; each person is measured again when his turn comes. `relation_ended_on` belongs to
    a request: the day the core system gives. Reason and refusal are sealed under a key of the batch's own. Times
    are UTC.
    Not tracked by history: every state of it is told in its own stream (erasure.proposed … erasure.done).
    """

    class Kind(models.TextChoices):
        DUE = "due", _("End of retention")
        REQUEST = "request", _("Request of a person")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for approval")
        APPROVED = "approved", _("Being carried out")
        DONE = "done", _("Carried out")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Taken back")

    OPEN: Final = (State.WAITING, State.APPROVED)

    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    reason = SealedField(null=True)
    relation_ended_on = models.DateField(null=True)
    policy_version = models.CharField(max_length=40)
    left_out = models.JSONField(default=dict)
    total = models.PositiveIntegerField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    refusal = SealedField(null=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Erasure batch")
        indexes = [
            models.Index(fields=["-proposed_at", "-id"], name="erasure_newest"),
            # What is to be done is little of all there ever was.
            models.Index(fields=["state", "id"], condition=Q(state__in=["waiting", "approved"]), name="erasure_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(answered_by=F("proposed_by")), name="erasure_never_approved_by_oneself"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "withdrawn"], answered_by=None)
                | Q(state__in=["approved", "done", "refused"], answered_by__isnull=False, answered_at__isnull=False),
                name="erasure_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it: the day it was proposed and a number, as in 20361127-12."""
        return f"{self.proposed_at.astimezone(ZoneInfo(settings.BANK_TIME_ZONE)):%Y%m%d}-{self.pk}"

    @property
    def stream(self) -> str:
        """Where the journal tells of it."""
        return f"erasure:{self.uuid}"

    def may_be_answered_by(self, user: User) -> bool:
        """It waits, and this is somebody else than who proposed it. Rights are asked by the actions."""
        return self.state == self.State.WAITING and self.proposed_by_id != user.pk


class ErasureItem(models.Model):
    """One person of a batch, by the subject of his keys. `cases` are numbers of complaints, for people to know him by.

    `outcome` is empty while he waits. `why` says by codes what kept him: [{"code", "cases", "until", "rule"}, …].
    """

    class Outcome(models.TextChoices):
        WAITING = "", _("Waiting")
        ERASED = "erased", _("Erased")
        HELD = "held", _("Kept back")
        GONE = "gone", _("Erased before")
        FAILED = "failed", _("Not done: technical reason")
        DROPPED = "dropped", _("Not carried out")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(ErasureBatch, models.PROTECT, related_name="items")
    number = models.PositiveIntegerField()
    subject = models.UUIDField()
    cases = models.JSONField(default=list)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default=Outcome.WAITING)
    why = models.JSONField(default=list)
    keys = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["batch", "number"]
        indexes = [models.Index(fields=["subject"], condition=Q(outcome="erased"), name="erasure_of_person")]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="erasure_numbered"),
            models.UniqueConstraint(fields=["subject"], condition=Q(outcome=""), name="erasure_waits_once"),
            models.CheckConstraint(
                condition=Q(outcome="", done_at=None) | ~Q(outcome="") & Q(done_at__isnull=False),
                name="erasure_done_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_outcome_display()}"
