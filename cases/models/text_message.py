"""短信: what the customer was told by a text message, or by phone because no message went."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knowledge.messages import Template
from record import clock
from record.history import Tracked, history


class TextMessage(Tracked):
    """One moment the customer is told of, once. Neither number nor name nor text stands here: the template does.

    Told by phone instead, `told_by` says who spoke to him and `told_at` when (UTC).
    """

    class State(models.TextChoices):
        ORDERED = "ordered", _("On its way")
        SENT = "sent", _("Sent")
        REJECTED = "rejected", _("Not sent")
        BY_PHONE = "by_phone", _("Told by phone")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="texts")
    template = models.CharField(max_length=20, choices=Template.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    ordered_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=64, blank=True)
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "template"], name="text_once"),
            models.CheckConstraint(
                condition=~Q(state="by_phone") & Q(told_at=None)
                | Q(state="by_phone", told_at__isnull=False, told_by__isnull=False),
                name="text_told_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_template_display())
