"""The decision as it is told to the customer 处理决定告知."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class Letter(SealedModel, Tracked):
    """The four contents of CBIRC 2020 No.3 art. 19, how and when they were told, and the proof (art. 21).

    Told by head office there is no review 核查 to apply for: `decided_by_head_office` chooses the remedies.
    """

    class Means(models.TextChoices):
        PHONE = "phone", _("By phone")
        HANDED = "handed", _("Handed over")
        POSTED = "posted", _("Posted")
        SENT = "sent", _("Sent by SMS or e-mail")

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="letter")
    findings = SealedField(null=True)
    reasons = SealedField(null=True)
    decision = SealedField(null=True)
    remedies = SealedField(null=True)
    decided_by_head_office = models.BooleanField(default=False)
    means = models.CharField(max_length=8, choices=Means.choices)
    proof = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    def __str__(self) -> str:
        return str(_("Decision letter"))
