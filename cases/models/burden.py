"""What a person found of an element of the burden of proof that no row can say by itself."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class BurdenFinding(SealedModel, Tracked):
    """One finding on one element (`knowledge.burden_table.ELEMENTS`) of one disputed transaction, with its reason.

    `found_at` is when it was judged (UTC), `recorded_at` when it was typed. A later finding stands beside the earlier
    one; the latest counts.
    """

    class Finding(models.TextChoices):
        PROVED = "proved", _("Proved")
        NOT_PROVED = "not_proved", _("Not proved")
        CONTESTED = "contested", _("Contested")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="burden_findings")
    transaction = models.ForeignKey("cases.DisputedTransaction", models.PROTECT, related_name="burden_findings")
    element = models.CharField(max_length=16)
    finding = models.CharField(max_length=12, choices=Finding.choices)
    reason = SealedField(null=True)
    found_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.element}: {self.get_finding_display()}"


class FindingEvidence(Tracked):
    """A piece of evidence a finding rests on."""

    finding = models.ForeignKey(BurdenFinding, models.PROTECT, related_name="rests_on")
    evidence = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+")

    history = history()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "evidence"], name="finding_rests_once")]

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.evidence_id}"
