"""Stops on a card, each with a beginning by the bank system's own clock and an end."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history


class CardControl(Tracked):
    """A loss report on a card. `effective_at` is the card system's own time (UTC), not when somebody typed it.

    `chosen_end` is what is to become of it, `end` what became of it, said by the card system or a typed receipt.
    """

    class Kind(models.TextChoices):
        ORAL_LOSS = "oral_loss", _("Temporary loss report")
        FORMAL_LOSS = "formal_loss", _("Formal loss report")

    class End(models.TextChoices):
        REPLACED = "replaced", _("Card replaced")
        RELEASED = "released", _("Loss report lifted")
        CANCELLED = "cancelled", _("Card cancelled")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="controls")
    card = models.ForeignKey("cases.Card", models.PROTECT, related_name="controls")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    receipt = models.CharField(max_length=64)
    by_hand = models.BooleanField(default=False)
    effective_at = models.DateTimeField()
    lapses_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    chosen_end = models.CharField(max_length=10, choices=End.choices, blank=True)
    end = models.CharField(max_length=10, choices=End.choices, blank=True)
    end_receipt = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "card"], condition=Q(ended_at=None), name="control_one_open"),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="")
                | Q(ended_at__isnull=False, ended_at__gte=F("effective_at")) & ~Q(end=""),
                name="control_end_said",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
