"""重复来电: the same matter reported once more while a case on it is open."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class RepeatCall(SealedModel, Tracked):
    """A later report on an open case: added to it as a contact, or a second case opened on purpose, with the reason.

    `by` took the call and is 首问责任人 of it. Exactly one of `contact` and `second` is there.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="repeat_calls")
    contact = models.OneToOneField("cases.Contact", models.PROTECT, related_name="+", null=True)
    second = models.OneToOneField("cases.Case", models.PROTECT, related_name="repeats", null=True)
    why = SealedField(null=True)
    happened_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=False, second=None) | Q(contact=None, second__isnull=False),
                name="repeat_call_one_end",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Reported again"))
