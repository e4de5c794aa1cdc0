"""监管转办: a complaint the customer also brought to a regulator or another authority, joined to the open case."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class Referral(SealedModel, Tracked):
    """One letter of an authority about this case: its own number, receipt and clock (CBIRC 2020 No.3 art. 18, 33).

    `received_at` is when the bank received it (UTC); its clock stands beside the case's and ends with the same telling.
    """

    class Source(models.TextChoices):
        NFRA = "nfra", _("12378, financial regulator")
        PBOC = "pboc", _("12363, central bank")
        MAYOR = "mayor", _("12345, city hotline")
        MARKET = "market", _("12315, market supervision")
        LETTERS = "letters", _("Letters and visits office")
        COURT = "court", _("Court mediation")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="referrals")
    source = models.CharField(max_length=8, choices=Source.choices)
    number = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    what = SealedField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    reported_at = models.DateTimeField(null=True)
    report_number = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "source", "number"], name="referral_once"),
            models.CheckConstraint(
                condition=Q(reported_at=None, report_number="") | Q(reported_at__isnull=False) & ~Q(report_number=""),
                name="referral_report_proved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.number}"
