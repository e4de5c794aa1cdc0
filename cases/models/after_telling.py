"""What is put right and judged after the telling: credit record, risk, who was responsible, and the call back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class CreditCorrection(SealedModel, Tracked):
    """征信更正: the holder's credit record is clean, each time proved by a report (法释〔2021〕10号 art. 14).

    `found`: bad records of the disputed transactions stood there, withdrawn at `withdrawn_at` (UTC). `objection_at`:
    when the bank received the customer's objection, which it answers in 20 days (征信业管理条例 art. 25).
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="credit_corrections")
    found = models.BooleanField()
    report_before = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+")
    report_after = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True)
    objection_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(found=True, report_after__isnull=False, withdrawn_at__isnull=False)
                | Q(found=False, report_after=None, withdrawn_at=None),
                name="credit_correction_proved",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Bad records withdrawn") if self.found else _("No bad record existed"))


class RiskJudgement(SealedModel, Tracked):
    """案防、反洗钱、操作风险、卡组织欺诈上报: judged, each yes or no, behind a seal that compliance and audit open.

    The judgement is one sealed text of always the same length, and stands in no column, no history in clear and no
    journal: whoever reads the file learns that it was judged, which it always is (反洗钱法 art. 7: no tipping-off).
    """

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="risk_judgement")
    judgement = SealedField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    def __str__(self) -> str:
        return str(_("Risk judgement"))


class Attribution(SealedModel, Tracked):
    """责任认定: whether a unit or a person of the bank was at fault, for appraisal; not who bears the loss."""

    class Verdict(models.TextChoices):
        FULL = "full", _("Responsible")
        PARTLY = "partly", _("Partly responsible")
        NONE = "none", _("Not responsible")

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="attribution")
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    unit = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    reason = SealedField(null=True)
    needs_rectification = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        constraints = [
            # Fault is somebody's; nobody's fault names no one.
            models.CheckConstraint(
                condition=Q(verdict="none", unit=None, person=None) | ~Q(verdict="none") & Q(unit__isnull=False),
                name="attribution_of_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.get_verdict_display()


class FollowUp(SealedModel, Tracked):
    """回访 after completion: what the customer says of it, at `called_at` (UTC), with its proof. Not reached counts."""

    class Result(models.TextChoices):
        SATISFIED = "satisfied", _("Satisfied")
        FAIR = "fair", _("Fairly satisfied")
        DISSATISFIED = "dissatisfied", _("Not satisfied")
        DECLINED = "declined", _("Did not want to say")
        UNREACHED = "unreached", _("Not reached")

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="follow_up")
    result = models.CharField(max_length=12, choices=Result.choices)
    note = SealedField(null=True)
    proof = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    def __str__(self) -> str:
        return self.get_result_display()
