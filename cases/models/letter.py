"""The decision as it is told to the customer 处理决定告知, and its way there: 拟稿–审核–签发–用印–寄送."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class Letter(SealedModel, Tracked):
    """The four contents of CBIRC 2020 No.3 art. 19, how and when they were told, and the proof (art. 21).

    Told by head office there is no review 核查 to apply for: `decided_by_head_office` chooses the remedies, else
    `superior_unit` is named as the body to which a decision of `decided_unit` can be taken (art. 20). The texts
    change only in DRAFT. `digest` (SHA-256 over the sealed `nonce` and the texts) is what was issued, or what was
    drafted to be read on the phone; what is told must have the same.
    """

    class Means(models.TextChoices):
        PHONE = "phone", _("By phone")
        HANDED = "handed", _("Handed over")
        POSTED = "posted", _("Posted")
        SENT = "sent", _("Sent by SMS or e-mail")

    class Way(models.TextChoices):
        PHONE = "phone", _("On the phone, recorded")
        WRITTEN = "written", _("In writing, issued and sealed")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CHECKED = "checked", _("Checked")
        ISSUED = "issued", _("Issued")
        SEALED = "sealed", _("Sealed")
        READY = "ready", _("Ready to be read out")
        TOLD = "told", _("Told")

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="letter")
    # Null in whatever the release before this one wrote, when a letter came to be only by being told; null, not empty,
    # because an empty text would change the digest of its history row.
    way = models.CharField(max_length=8, choices=Way.choices, null=True)  # noqa: DJ001
    findings = SealedField(null=True)
    reasons = SealedField(null=True)
    decision = SealedField(null=True)
    remedies = SealedField(null=True)
    nonce = SealedField(null=True)
    digest = models.CharField(max_length=80, null=True)  # noqa: DJ001
    decided_by_head_office = models.BooleanField(default=False)
    decided_unit = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+", null=True)
    superior_unit = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+", null=True)

    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    drafted_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    checked_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    issued_at = models.DateTimeField(null=True)
    seal_number = models.CharField(max_length=64, null=True)  # noqa: DJ001
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    sealed_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    returned_at = models.DateTimeField(null=True)
    return_reason = SealedField(null=True)

    # null: the customer himself; else whoever speaks for him with a mandate
    told_to = models.ForeignKey("cases.Representative", models.PROTECT, related_name="+", null=True)
    means = models.CharField(max_length=8, choices=Means.choices, blank=True)
    proof = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(told_at__isnull=False, proof__isnull=False, told_by__isnull=False)
                | Q(told_at=None, proof=None, means=""),
                name="letter_told_with_proof",
            ),
            # Paper goes out issued and under a seal whose number stands in the register.
            models.CheckConstraint(
                condition=Q(told_at=None)
                | ~Q(way="written")
                | Q(issued_at__isnull=False, sealed_at__isnull=False, seal_number__isnull=False),
                name="letter_sealed_when_written",
            ),
        ]

    @property
    def state(self) -> State:
        """How far it is, by what has been done to it."""
        done = (
            (self.told_at, self.State.TOLD),
            (self.sealed_at, self.State.SEALED),
            (self.issued_at, self.State.ISSUED),
            (self.checked_at, self.State.CHECKED),
            (self.way == self.Way.PHONE or None, self.State.READY),
        )
        return next((state for when, state in done if when), self.State.DRAFT)

    def __str__(self) -> str:
        return str(_("Decision letter"))
