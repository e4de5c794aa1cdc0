"""报警 and 紧急止付: what the police were told, which paper they gave, the stop of the payee's account they order."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField

from .beside import Beside


class PoliceReport(Beside):
    """One report to the police. Three papers, never mixed: "heard" 报警回执, "taken up" 受案回执, "filed" 立案告知书.

    No paper, or a refusal, bars nothing (法释〔2021〕10号 gives the time of the report as one factor of art. 6).
    """

    class Outcome(models.TextChoices):
        TO_GO = "to_go", _("The customer has still to go")
        RECEIPT = "receipt", _("Reported, with a paper")
        NO_PAPER = "no_paper", _("Reported, no paper given")
        REFUSED = "refused", _("The police did not take it")
        UNWILLING = "unwilling", _("The customer does not want to report")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="police_reports")
    transaction = models.ForeignKey(
        "cases.DisputedTransaction", models.PROTECT, related_name="police_reports", null=True
    )
    told_at = models.DateTimeField(null=True)
    station = SealedField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.TO_GO)
    reported_at = models.DateTimeField(null=True)
    receipt = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    acceptance = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    filing = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    payee_is_ours = models.BooleanField(null=True)

    history = history()

    class Meta:
        indexes = [models.Index(fields=["case", "id"])]

    def __str__(self) -> str:
        return str(self.get_outcome_display())

    @property
    def papers(self) -> list[str]:
        """Titles and numbers of the papers on file."""
        return [
            f"{paper.get_kind_display()} {paper.reference}"
            for paper in (self.receipt, self.acceptance, self.filing)
            if paper is not None
        ]


class PayeeStop(Tracked):
    """One request to the police platform to stop the payee's account: 48 hours, at most twice.

    The bank asks, the police order: it is recorded here and not ours to lift. In force it is a row of the stop ledger,
    too (`control`). Times are UTC.
    """

    class Outcome(models.TextChoices):
        IN_FORCE = "in_force", _("In force")
        TOO_LATE = "too_late", _("The money had gone on")
        DECLINED = "declined", _("Declined")
        NOT_ASKED = "not_asked", _("Not asked for")

    MOST = 2

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    report = models.ForeignKey(PoliceReport, models.PROTECT, related_name="payee_stops")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    platform_number = models.CharField(max_length=64, blank=True)
    control = models.OneToOneField("cases.CardControl", models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField(null=True)
    lapses_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    history = history()

    class Meta:
        ordering = ["report", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="payee_stop_once_a_number"),
            models.CheckConstraint(condition=Q(number__in=[1, 2]), name="payee_stop_at_most_twice"),
            models.CheckConstraint(
                condition=Q(outcome="in_force", lapses_at__isnull=False) | ~Q(outcome="in_force") & Q(lapses_at=None),
                name="payee_stop_lapses_when_in_force",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_outcome_display())
