"""现场接待登记: who came to a branch in person, what about, the number of the recording, and what it led to."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Placed, User
from accounts.permissions import Verb
from accounts.scope import PlacedQuerySet
from record import clock
from record.history import Tracked, TrackedQuerySet, history
from record.sealed import SealedField, SealedModel

REPRESENTATIVES = 5  # at most so many speak for a group that comes in person (CBIRC 2020 No.3 art. 12)
GROUP = 20  # so many who complain together in person are a major complaint (art. 29)


class ReceptionQuerySet(PlacedQuerySet, TrackedQuerySet):  # type: ignore[override]  # as_manager, by the plugin
    def visible_to(self, user: User) -> Self:
        """The visits this person may see: by place of a post alone, whichever case a visit led to."""
        return self.filter(self.in_reach_of(user, Verb.SEE_RECEPTIONS))


class Reception(Placed, SealedModel, Tracked):
    """One visit to a branch, recorded in sound and picture under `av_number` (CBIRC 2020 No.3 art. 7).

    `received_at` is when they came, `ended_at` when they were seen off (both UTC); until then it is open. A visit ends
    told on the spot, in a complaint, or elsewhere; the complaint may be there before the visit has ended. It has a key
    of its own, which falls with the customer's once a complaint is known.
    """

    class Outcome(models.TextChoices):
        TOLD = "told", _("Answered on the spot")
        CASE = "case", _("A complaint")
        ELSEWHERE = "elsewhere", _("Leads elsewhere")

    unit = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+", db_index=False)
    received_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    visitor = SealedField(null=True)
    visitor_masked = models.CharField(max_length=80, blank=True)
    visitors = models.PositiveSmallIntegerField(default=1)
    matter = SealedField(null=True)
    av_number = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    answer = SealedField(null=True)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="receptions", null=True)
    ended_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history(excluded_fields=["visitor_masked"])
    objects = ReceptionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["tier1", "-received_at", "-id"], name="reception_tier1"),
            models.Index(fields=["tier2", "-received_at", "-id"], name="reception_tier2"),
            models.Index(fields=["outlet", "-received_at", "-id"], name="reception_outlet"),
            models.Index(fields=["-received_at", "-id"], name="reception_all"),
            models.Index(fields=["-received_at", "-id"], condition=Q(ended_at=None), name="reception_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(visitors__gte=1), name="reception_somebody_came"),
            models.CheckConstraint(
                condition=Q(outcome="case", case__isnull=False) | ~Q(outcome="case") & Q(case=None),
                name="reception_case_is_outcome",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome__in=["", "case"])
                | Q(ended_at__isnull=False) & ~Q(outcome="") & ~Q(av_number=""),
                name="reception_end_recorded",
            ),
        ]

    def __str__(self) -> str:
        return self.visitor_masked or str(_("Visit"))

    @property
    def stream(self) -> str:
        return f"reception:{self.uuid}"

    @property
    def is_open(self) -> bool:
        """They have not been seen off yet, as far as the register knows."""
        return self.ended_at is None

    @property
    def is_group(self) -> bool:
        """So many came that few may speak for them."""
        return self.visitors > REPRESENTATIVES

    @property
    def is_major(self) -> bool:
        """So many came that it is a major complaint when they complain together."""
        return self.visitors >= GROUP
