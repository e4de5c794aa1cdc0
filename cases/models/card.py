"""The card the money left by. The full number is never stored: token, first six, last four (PCI DSS 3.5.1)."""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from record.history import Tracked, history

SIX = RegexValidator(r"^\d{6}$")
FOUR = RegexValidator(r"^\d{4}$")


class Card(Tracked):
    """A payment card, known by the token the card system gave for it."""

    class Kind(models.TextChoices):
        DEBIT = "debit", _("Debit card")
        CREDIT = "credit", _("Credit card")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.CharField(max_length=64, unique=True)
    first_six = models.CharField(max_length=6, validators=[SIX])
    last_four = models.CharField(max_length=4, validators=[FOUR], db_index=True)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    customer = models.ForeignKey("cases.Customer", on_delete=models.PROTECT, related_name="cards", null=True)
    replaced_by = models.OneToOneField("self", on_delete=models.PROTECT, related_name="replaces", null=True)

    history = history()

    def __str__(self) -> str:
        return f"{self.first_six[:4]} {self.first_six[4:]}** **** {self.last_four}"
