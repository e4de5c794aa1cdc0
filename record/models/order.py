"""The outbox: what the bank's systems are told to do, exactly once each."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import clock


class Order(models.Model):
    """One order to a bank system. `key` is its idempotency key at the bank; the payload holds only tokens."""

    class System(models.TextChoices):
        CARD = "card", _("Card system")
        CORE = "core", _("Core ledger")
        SMS = "sms", _("SMS gateway")

    class State(models.TextChoices):
        """How far it got. Unknown: it may or may not have arrived, so it is asked about before it is sent again."""

        NEW = "new", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Rejected")
        UNKNOWN = "unknown", _("Unknown")
        VOID = "void", _("Void")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    system = models.CharField(max_length=8, choices=System.choices)
    operation = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    subject = models.UUIDField(_("Case"), db_index=True)
    task = models.UUIDField(null=True, db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now)
    claimed_until = models.DateTimeField(null=True)
    answer = models.JSONField(null=True)
    why_void = models.TextField(blank=True)
    placed_at = models.DateTimeField(default=clock.now, editable=False)
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Order to a bank system")
        verbose_name_plural = _("Orders to bank systems")
        indexes = [
            # The sender asks for open orders in order of placing; answered ones are many and of no interest to it.
            models.Index(fields=["id"], name="record_order_open", condition=Q(state__in=["new", "sent", "unknown"]))
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.operation} {self.key}"
