"""新的事实和理由: what restarted the statutory clock, counted per person for the auditor."""

import uuid

from django.conf import settings
from django.db import models

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class NewFacts(SealedModel, Tracked):
    """New facts and reasons of the customer: the clock restarts at the receipt of the material (art. 18.3).

    A supervisor accepts them, with the material on file and the proof that the customer was told. `received_at` is when
    the material came in (UTC).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="new_facts")
    material = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+")
    why = SealedField(null=True)
    notice = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    # indexed by Django: how many each person accepted is what the auditor asks
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="new_facts")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "new facts"

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d}"
