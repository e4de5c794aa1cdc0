"""责任认定会: the panel that adopts or does not adopt a liability decision above a sum, and each member's own vote."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from record import clock
from record.history import Tracked, TrackedQuerySet, history
from record.sealed import SealedField, SealedModel


class PanelQuerySet(TrackedQuerySet):
    """Panels by how they ended."""

    def sitting(self) -> Self:
        """The one that has no end yet; a case has one at most."""
        return self.filter(outcome="")


class LiabilityPanel(SealedModel, Tracked):
    """One sitting on one decision. `called_at`, `held_at` and `ended_at` are UTC; `at_stake` is the disputed sum.

    Not adopted, the decision is made anew and the next panel has the next number. `alone_up_to`: the sum up to which
    the liability officer decided alone on that day (accounts.AuthorityLimit).
    """

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", _("Decision adopted")
        NOT_ADOPTED = "not_adopted", _("Decision not adopted")
        FALLEN = "fallen", _("Fell: decided anew, or withdrawn")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="panels")
    number = models.PositiveSmallIntegerField()
    at_stake = models.DecimalField(max_digits=16, decimal_places=2)
    alone_up_to = models.DecimalField(max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3, default="CNY")
    called_at = models.DateTimeField(default=clock.now)
    held_at = models.DateTimeField(null=True)
    minutes = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    course = SealedField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    history = history()
    objects = PanelQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="panel_numbered"),
            models.UniqueConstraint(fields=["case"], condition=Q(outcome=""), name="panel_one_sitting"),
            models.CheckConstraint(
                condition=~Q(outcome__in=["adopted", "not_adopted"]) | Q(minutes__isnull=False, held_at__isnull=False),
                name="panel_ends_with_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.number}"


class PanelVote(SealedModel, Tracked):
    """One member's vote under his own log-in, final: one a seat and one a person. A vote against has its reason."""

    class Seat(models.TextChoices):
        CONSUMER = "consumer", pgettext_lazy("seat", "Consumer protection")
        LEGAL = "legal", pgettext_lazy("seat", "Legal and compliance")
        RISK = "risk", pgettext_lazy("seat", "Risk")
        BUSINESS = "business", pgettext_lazy("seat", "Card business")

    panel = models.ForeignKey(LiabilityPanel, models.PROTECT, related_name="votes")
    seat = models.CharField(max_length=8, choices=Seat.choices)
    in_favour = models.BooleanField()
    reason = SealedField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    for_whom = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    voted_at = models.DateTimeField(default=clock.now)

    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "seat"], name="panel_vote_once_a_seat"),
            models.UniqueConstraint(fields=["panel", "by"], name="panel_vote_once_a_person"),
            models.CheckConstraint(
                condition=Q(in_favour=True) | Q(reason__isnull=False), name="panel_dissent_reasoned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_seat_display()}"
