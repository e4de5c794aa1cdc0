"""What proves a fact: a sealed file, or the number of a record kept elsewhere."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from knowledge.evidence import EvidenceKind
from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class Evidence(SealedModel, Tracked):
    """A file (digest taken at upload, sealed at rest, outside the web root), or a number such as a recording's."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=24, choices=EvidenceKind.choices)
    reference = models.CharField(max_length=120, blank=True)
    filename = SealedField(null=True)
    content_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    digest_clear = models.CharField(max_length=80, blank=True)
    digest_stored = models.CharField(max_length=80, blank=True)
    stored_at = models.CharField(max_length=80, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    history = history()

    class Meta:
        indexes = [models.Index(fields=["case", "kind"])]
        constraints = [
            models.CheckConstraint(condition=~Q(reference="") | ~Q(digest_clear=""), name="evidence_holds_something")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
