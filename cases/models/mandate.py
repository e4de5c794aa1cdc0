"""授权: by what whoever reported may complain for the customer, or how that question ended without one."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class Mandate(SealedModel, Tracked):
    """How it was settled whether a representative may speak, once for each (CBIRC 2020 No.3 arts. 14, 18 para 4).

    GIVEN with the paper on file, CONFIRMED by the holder himself, or UNHANDLED: none came and the complaint was left
    unhandled, with the notice to whoever reported. `settled_at` is when that happened outside (UTC).
    """

    class Outcome(models.TextChoices):
        GIVEN = "given", _("Mandate on file")
        CONFIRMED = "confirmed", _("The holder confirmed it himself")
        UNHANDLED = "unhandled", _("No mandate; not handled")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    representative = models.OneToOneField("cases.Representative", models.PROTECT, related_name="mandate")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    paper = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    identity_number = SealedField(null=True)
    note = SealedField(null=True)
    notice = models.CharField(max_length=64, blank=True)
    settled_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="unhandled", paper=None) & ~Q(notice="")
                | Q(outcome__in=["given", "confirmed"], paper__isnull=False, notice=""),
                name="mandate_with_its_paper",
            ),
        ]

    @property
    def speaks(self) -> bool:
        """He may be told what concerns the customer."""
        return self.outcome == self.Outcome.GIVEN

    def __str__(self) -> str:
        return self.get_outcome_display()
