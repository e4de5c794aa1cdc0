"""What was found of a complaint that has no flow of its own, and what is due to the customer."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class ComplaintFinding(SealedModel, Tracked):
    """One finding; a later one stands beside the earlier, the latest counts. `due` says what, by whom, until when."""

    class Result(models.TextChoices):
        RIGHT = "right", _("The customer is right")
        PARTLY = "partly", _("The customer is right in part")
        WRONG = "wrong", _("The complaint is not borne out")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="findings")
    result = models.CharField(max_length=8, choices=Result.choices)
    findings = SealedField(null=True)
    due = SealedField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.get_result_display())
