"""What every matter that runs beside the case has: who opened it, its money that came back, its end."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked
from record.sealed import SealedField, SealedModel


class Ending(models.TextChoices):
    """How a matter beside the case ended; empty while it runs."""

    WON = "won", _("Succeeded")
    LOST = "lost", _("Not succeeded")
    MISSED = "missed", _("Window missed")
    SILENT = "silent", _("No answer")
    DROPPED = "dropped", _("Not pursued")
    CALLED_OFF = "called_off", _("Called off")


class Beside(SealedModel, Tracked):
    """A matter with partners outside the bank. It has a process of its own, found by this row's uuid.

    It outlives the customer's answer: telling and completion do not wait for it, the archive does (card-fraud.md 11).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    opened_at = models.DateTimeField(default=clock.now)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    ending_note = SealedField(null=True)

    class Meta:
        abstract = True

    @property
    def ended_as(self) -> str:
        """How it ended, as people read it."""
        return str(self.get_ending_display())


class Recovering(Beside):
    """A matter that may bring money back: entered by one person with its voucher, booked when another checked it."""

    recovery = models.ForeignKey("cases.MoneyEntry", models.PROTECT, related_name="+", null=True)
    voucher = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)

    class Meta:
        abstract = True

    @property
    def is_recovered(self) -> bool:
        """The money that came back is booked."""
        return self.recovery is not None and self.recovery.state == "booked"
