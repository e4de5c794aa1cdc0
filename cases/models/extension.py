"""延长处理时限: more time the law gives for one statutory clock, asked for by one person and answered by another."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class Extension(SealedModel, Tracked):
    """One request for the longer limit `key` in place of the running limit `deadline` (CBIRC 2020 No.3 art. 18.1).

    Where the rule says so (`must_tell`) it takes effect only when the customer was told: `notice` is the proof,
    `told_at` when (UTC). `extended` is the limit that runs from then on.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for its answer")
        GRANTED = "granted", _("Granted, the customer is to be told")
        IN_FORCE = "in_force", _("In force")
        REFUSED = "refused", _("Refused")
        DROPPED = "dropped", _("No longer needed")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="extensions")
    deadline = models.ForeignKey("cases.Deadline", models.PROTECT, related_name="+")
    extended = models.ForeignKey("cases.Deadline", models.PROTECT, related_name="+", null=True)
    key = models.CharField(max_length=60)
    must_tell = models.BooleanField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = SealedField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    answered_as = models.CharField(max_length=24, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer_reason = SealedField(null=True)
    notice = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    told_at = models.DateTimeField(null=True)

    history = history()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["case"], condition=Q(state__in=["waiting", "granted"]), name="extension_alive"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline"], condition=Q(state__in=["waiting", "granted"]), name="extension_one_alive"
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")), name="extension_not_by_the_asker"
            ),
            models.CheckConstraint(
                condition=Q(must_tell=False) | ~Q(state="in_force") | Q(notice__isnull=False, told_at__isnull=False),
                name="extension_told_before_in_force",
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()
