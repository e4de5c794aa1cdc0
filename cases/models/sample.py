"""抽样与检查底稿: a sample of complaints, drawn by a recorded seed, and what an auditor marked in each of them."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from knowledge import standards as quality
from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class Sample(SealedModel, Tracked):
    """One sample (docs/decisions/0047). `filters` are those of the auditor's search, as codes and fixed days.

    The seed is on record, with filters, strata and size, before the population is read; `population` is how many cases
    there were, `population_digest` that of their list, `strata` a list of [stratum, cases, drawn] in their order.
    `standards` are those of the pack, whole, so that no later version changes what was marked. `again_of` is the
    sample before of the same filters. Times are UTC.
    """

    class State(models.TextChoices):
        SEEDED = "seeded", _("Seed on record, not drawn")
        DRAWN = "drawn", _("Being audited")
        CLOSED = "closed", _("Audited")
        GIVEN_UP = "given_up", _("Sample given up")

    class Origin(models.TextChoices):
        MACHINE = "machine", _("by the machine")
        GIVEN = "given", _("in public")

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    purpose = SealedField(null=True)
    filters = models.JSONField(default=dict)
    dimensions = models.JSONField(default=list)
    size = models.PositiveIntegerField()
    seed = models.CharField(max_length=100)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    origin_note = SealedField(null=True)
    again_of = models.ForeignKey("self", models.PROTECT, related_name="+", null=True)
    reason = SealedField(null=True)
    standards_version = models.CharField(max_length=60)
    standards = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.SEEDED)
    seeded_at = models.DateTimeField(default=clock.now)
    drawn_at = models.DateTimeField(null=True)
    population = models.PositiveBigIntegerField(null=True)
    population_digest = models.CharField(max_length=80, blank=True)
    strata = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    end_reason = SealedField(null=True)

    history = history()

    class Meta:
        verbose_name = _("Sample")
        indexes = [models.Index(fields=["-seeded_at", "-id"], name="sample_newest")]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def stream(self) -> str:
        """Where the journal tells of it."""
        return f"sample:{self.uuid}"

    @property
    def is_open(self) -> bool:
        """Something is left to audit in it."""
        return self.state in (self.State.SEEDED, self.State.DRAWN)

    @property
    def pinned(self) -> tuple[quality.Standard, ...]:
        """The standards it is audited by."""
        return quality.kept(self.standards)


class AuditSheet(Tracked):
    """检查底稿 of one drawn case: its place in the sample, and what came of it once an auditor signed it.

    `unit` is who handled the case when it was drawn. `score` is 0 to 100, none when nothing applied.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="sheets")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="audit_sheets")
    position = models.PositiveIntegerField()
    stratum = models.CharField(max_length=120, blank=True)
    unit = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+")
    score = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    signed_at = models.DateTimeField(null=True)

    history = history()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "case"], name="sheet_case_once_in_a_sample"),
            models.UniqueConstraint(fields=["sample", "position"], name="sheet_place_once_in_a_sample"),
        ]

    def __str__(self) -> str:
        return f"{self.position}"

    @property
    def is_signed(self) -> bool:
        """It is finished, and stands."""
        return self.signed_at is not None


class AuditMark(SealedModel, Tracked):
    """What an auditor marked of one standard in one case; the remark is sealed under the key of the case's person."""

    class Value(models.TextChoices):
        MET = quality.MET, _("met")
        PARTLY = quality.PARTLY, _("partly")
        UNMET = quality.UNMET, _("not met")
        DOES_NOT_APPLY = quality.DOES_NOT_APPLY, _("does not apply")

    sheet = models.ForeignKey(AuditSheet, models.PROTECT, related_name="marks")
    standard = models.CharField(max_length=40)
    value = models.CharField(max_length=6, choices=Value.choices)
    remark = SealedField(null=True)

    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["sheet", "standard"], name="mark_once_of_a_standard")]

    def __str__(self) -> str:
        return f"{self.standard} {self.value}"
