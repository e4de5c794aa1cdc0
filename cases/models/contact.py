"""What was said to and by the customer, and what was promised."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class Contact(SealedModel, Tracked):
    """One contact with the customer. `happened_at` is when they spoke, `recorded_at` when it was typed (both UTC)."""

    class Direction(models.TextChoices):
        IN = "in", _("Customer to bank")
        OUT = "out", _("Bank to customer")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="contacts")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    channel = models.CharField(max_length=10)
    note = SealedField(null=True)
    reached = models.BooleanField(default=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    history = history()

    class Meta:
        ordering = ["happened_at", "id"]

    def __str__(self) -> str:
        return self.get_direction_display()


class Promise(SealedModel, Tracked):
    """Something promised to the customer by a moment; timed like any limit (requirements.md C2).

    `by` is who keeps it: whoever made it, until it is handed over. Who made it stands in the journal.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="promises")
    what = SealedField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="promises")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        indexes = [
            models.Index(fields=["by", "due_at"], condition=models.Q(kept_at=None), name="promise_open_by_person")
        ]

    def __str__(self) -> str:
        return str(_("Promise"))
