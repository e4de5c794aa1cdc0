"""协查函: a letter to whoever else touched the payment, chased until it is answered or its silence is reported."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField

from .beside import Recovering


class Inquiry(Recovering):
    """One letter to one addressee. `share` is what they bear or pay first, in the case's currency."""

    class Addressee(models.TextChoices):
        PAYMENT = "payment", _("Payment institution")
        ACQUIRER = "acquirer", _("Acquirer")
        MERCHANT = "merchant", _("Merchant")
        FOREIGN_BANK = "foreign_bank", _("Bank abroad")

    class Cooperation(models.TextChoices):
        """配合情况 (CBIRC 2020 No.3 art. 10)."""

        FULL = "full", _("Cooperated")
        PARTLY = "partly", _("Cooperated in part")
        REFUSED = "refused", pgettext_lazy("other institution", "Refused")
        SILENT = "silent", _("Did not answer")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="inquiries")
    transaction = models.ForeignKey("cases.DisputedTransaction", models.PROTECT, related_name="inquiries", null=True)
    addressee_kind = models.CharField(max_length=12, choices=Addressee.choices)
    addressee = SealedField(null=True)
    question = SealedField(null=True)
    letter = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = SealedField(null=True)
    share = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    cooperation = models.CharField(max_length=8, choices=Cooperation.choices, blank=True)
    reported_at = models.DateTimeField(null=True)
    reported_to = SealedField(null=True)

    history = history()

    class Meta:
        verbose_name_plural = "inquiries"
        indexes = [
            # The desk's list: what runs, the oldest on top.
            models.Index(fields=["id"], condition=Q(ended_at=None), name="inquiry_running"),
            models.Index(fields=["case", "id"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(share=None) | Q(share__gte=0), name="inquiry_share_not_negative"),
        ]

    def __str__(self) -> str:
        if self.answered_at is not None:
            return str(_("Answered"))
        if self.reported_at is not None:
            return str(_("Reported upwards"))
        return str(_("Waits for the answer") if self.sent_at is not None else _("To be sent"))


class InquiryChase(Tracked):
    """One 催办 of an inquiry: when and by which means. `happened_at` is when it was done, `recorded_at` when typed."""

    class Means(models.TextChoices):
        PHONE = "phone", _("Phone")
        LETTER = "letter", _("Letter")
        PLATFORM = "platform", _("Platform")
        EMAIL = "email", _("E-mail")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="chases")
    means = models.CharField(max_length=10, choices=Means.choices)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    history = history()

    class Meta:
        ordering = ["happened_at", "id"]

    def __str__(self) -> str:
        return str(self.get_means_display())
