"""不计入时限: a stretch of time in which the statutory clock stands, and what it stands for."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class Standstill(SealedModel, Tracked):
    """Time the law leaves out: external appraisal (art. 18.2), or mediation both sides asked for (art. 23).

    `began_at` and `ended_at` are when it began and ended outside (UTC). The customer is told promptly: `notice` is the
    proof. One at a time a case.
    """

    class Why(models.TextChoices):
        APPRAISAL = "appraisal", _("External appraisal, test or evaluation")
        MEDIATION = "mediation", _("Mediation both sides applied for")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="standstills")
    why = models.CharField(max_length=10, choices=Why.choices)
    body = models.CharField(max_length=120)
    note = SealedField(null=True)
    notice = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    result = SealedField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="standstill_one_running"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="standstill_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return self.get_why_display()
