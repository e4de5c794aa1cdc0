"""真卡核验: has the holder the real card, and where is it. The law asks this first: 法释〔2021〕10号 art. 5."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class RealCardCheck(SealedModel, Tracked):
    """One check of the real card. `checked_at` is when somebody looked (UTC), `recorded_at` when it was typed.

    `country` (ISO 3166-1) and the sealed `place` say where the card was then: distance against each transaction's place
    and time is a factor of art. 6. A later check stands beside the earlier one; the latest counts.
    """

    class Finding(models.TextChoices):
        HELD = "held", _("The holder has the card")
        GONE = "gone", _("The card is gone")
        REFUSED = "refused", _("The holder does not want it checked")
        UNREACHED = "unreached", _("The holder could not be reached")

    class Means(models.TextChoices):
        COUNTER = "counter", _("Chip read at a counter")
        PHOTO = "photo", _("Photo with time")
        VIDEO = "video", _("Video call")
        CONSULATE = "consulate", _("Seen by a consulate or a bank abroad")
        SAID = "said", _("Said on the phone only")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="card_checks")
    finding = models.CharField(max_length=10, choices=Finding.choices)
    means = models.CharField(max_length=10, choices=Means.choices, blank=True)
    country = models.CharField(max_length=2, blank=True)
    place = SealedField(null=True)
    proof = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    checked_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [
            # How it was seen is said exactly when it was seen.
            models.CheckConstraint(
                condition=Q(finding="held") & ~Q(means="") & ~Q(country="") | ~Q(finding="held") & Q(means=""),
                name="card_check_seen_somehow",
            ),
        ]

    def __str__(self) -> str:
        return self.get_finding_display()

    @property
    def is_proof(self) -> bool:
        """Somebody saw the card itself; a word on the phone shows nothing."""
        return self.finding == self.Finding.HELD and self.means != self.Means.SAID
