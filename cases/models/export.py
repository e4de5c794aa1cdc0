"""An export: who asked for which cases and for what, how far it is, and where the file lies until it expires."""

from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Placed, User
from accounts.scope import PlacedQuerySet
from record import clock
from record.sealed import SealedField, SealedModel

LANGUAGES: Final = (("zh-hans", _("Chinese")), ("en", _("English")))


class ExportQuerySet(PlacedQuerySet):
    def of(self, user: User) -> Self:
        """Those this person asked for, the newest first."""
        return self.filter(asked_by=user).order_by("-asked_at", "-pk")


class Export(Placed, SealedModel):
    """One export (docs/decisions/0042). `scope` is {"cases": [uuid, …]} or {"list": name, "filters": {…}}, codes alone.

    `done` of `total` is what the progress bar shows; `beat_at` when the worker last said that it lives, `run` which
    worker it was. Its place is where the right of who asked reaches from: who approves has to reach there. The file is
    sealed by no key and lies in EXPORT_ROOT until `expires_at`. Times are UTC.
    Not tracked by history: every state of it is told in its own stream (export.asked … export.expired).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for approval")
        QUEUED = "queued", _("Waiting to be made")
        RUNNING = "running", _("Being made")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Refused")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Not made")
        EXPIRED = "expired", _("Expired")

    class Failure(models.TextChoices):
        NO_RIGHT = "no_right", _("Whoever asked for it may not export any more.")
        NOTHING = "nothing", _("No complaint within reach was left in it.")
        NO_KEY = "no_key", _("The journal cannot be sealed: no seal key.")
        BUSY = "busy", _("The journal could not be sealed just now. Ask again.")
        LACKING = "lacking", _("The worker cannot write one of its formats: call the operator.")
        DAMAGED = "damaged", _("A file of evidence is damaged: call the operator.")
        ERROR = "error", _("It failed for a technical reason: call the operator.")

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports")
    asked_at = models.DateTimeField(default=clock.now)
    purpose = SealedField(null=True)
    scope = models.JSONField()
    language = models.CharField(max_length=8, choices=LANGUAGES)
    formats = models.JSONField(default=list)
    clear = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)

    run = models.UUIDField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)

    ended_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=10, choices=Failure.choices, blank=True)
    cases = models.PositiveBigIntegerField(default=0)
    entries = models.PositiveBigIntegerField(default=0)
    seal_number = models.BigIntegerField(null=True)
    size = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=80, blank=True)
    expires_at = models.DateTimeField(null=True)
    downloaded_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("Export")
        indexes = [
            models.Index(fields=["asked_by", "-asked_at"], name="export_of_person"),
            # What is to be done is little of all there ever was.
            models.Index(
                fields=["state", "asked_at"],
                condition=Q(state__in=["waiting", "queued", "running", "ready"]),
                name="export_open",
            ),
        ]
        constraints = [
            # Personal values in clear leave the house by two people.
            models.CheckConstraint(
                condition=~Q(answered_by=models.F("asked_by")), name="export_never_approved_by_oneself"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def stream(self) -> str:
        """Where the journal tells of it."""
        return f"export:{self.uuid}"

    @property
    def file(self) -> str:
        """The name of its file in EXPORT_ROOT."""
        return f"{self.uuid}.zip"

    @property
    def is_open(self) -> bool:
        """It may still become ready."""
        return self.state in (self.State.WAITING, self.State.QUEUED, self.State.RUNNING)

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        return min(100, self.done * 100 // self.total) if self.total else 0
