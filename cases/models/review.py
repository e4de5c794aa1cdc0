"""核查: the superior body looks again at what a branch decided (CBIRC 2020 No.3 art. 20)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from record.history import Tracked, history
from record.sealed import SealedField

from .beside import Beside

USER = settings.AUTH_USER_MODEL


class Review(Beside):
    """One application for a review, from its receipt at `asked_at` (UTC) to the customer's answer.

    `decided_unit` made the first decision, `superior_unit` reviews it; none when head office decided. `heard_at` is
    when the customer received that decision. What was found of process, time limits and result is sealed, as are the
    reasons. `total` is what the customer gets beside what was decided before: never less, and 0.00 until approved.
    """

    class Stage(models.TextChoices):
        ASKED = "asked", _("Application received")
        ADMITTED = "admitted", _("Admitted")
        REFUSED = "refused", _("Not admitted")
        CHECKED = "checked", _("Checked")
        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", _("Approved, to be told")
        TOLD = "told", _("Told in writing")
        TAKEN_BACK = "taken_back", _("Taken back by the customer")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("Upheld")
        CHANGED = "changed", _("Changed")
        REVOKED = "revoked", _("Revoked and decided anew")

    class Refusal(models.TextChoices):
        LATE = "late", _("Applied later than thirty days after the decision was received")
        HEAD_OFFICE = "head_office", _("Head office decided; it has no superior body")
        STRANGER = "stranger", _("Not applied for by the customer or somebody who may act for him")
        BEFORE = "before", _("This decision was reviewed before")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="reviews")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.ASKED)
    asked_at = models.DateTimeField()
    application = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    what = SealedField(null=True)
    decided_unit = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+", null=True)
    superior_unit = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+", null=True)
    heard_at = models.DateTimeField()
    may_ask_until = models.DateTimeField()

    refusal = models.CharField(max_length=12, choices=Refusal.choices, blank=True)
    refusal_note = SealedField(null=True)
    process_right = models.BooleanField(null=True)
    process_found = SealedField(null=True)
    limits_right = models.BooleanField(null=True)
    limits_found = SealedField(null=True)
    result_right = models.BooleanField(null=True)
    result_found = SealedField(null=True)

    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    reasons = SealedField(null=True)
    total = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    decided_by = models.ForeignKey(USER, models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    approver_role = models.CharField(max_length=24, blank=True)
    approver_why = models.CharField(max_length=200, blank=True)
    approved_by = models.ForeignKey(USER, models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    return_reason = SealedField(null=True)

    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(USER, models.PROTECT, related_name="+", null=True)
    means = models.CharField(max_length=8, blank=True)
    proof = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)
    voucher = models.ForeignKey("cases.Evidence", models.PROTECT, related_name="+", null=True)

    history = history()

    class Meta:
        indexes = [
            models.Index(fields=["case", "id"]),
            models.Index(
                fields=["-approved_at", "-id"], condition=Q(approved_at__isnull=False), name="review_approved"
            ),
            models.Index(
                fields=["approver_role", "total"], condition=Q(approved_at__isnull=False), name="review_approved_sum"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="review_one_running"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(approved_at__isnull=False), name="review_decided_once"
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, total=0)
                | Q(
                    approved_at__isnull=False,
                    approved_by__isnull=False,
                    process_right__isnull=False,
                    limits_right__isnull=False,
                    result_right__isnull=False,
                    total__gte=0,
                )
                & ~Q(outcome=""),
                name="review_approved_whole",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="upheld") | Q(total=0), name="review_upheld_gives_nothing_more"
            ),
            models.CheckConstraint(
                condition=Q(told_at=None, proof=None) | Q(told_at__isnull=False, proof__isnull=False),
                name="review_told_with_proof",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("decided_by")), name="review_approved_by_another"
            ),
        ]

    def __str__(self) -> str:
        if self.stage == self.Stage.TOLD:
            return f"{self.get_stage_display()} · {self.get_outcome_display()}"
        return str(self.get_stage_display())

    @property
    def ended_as(self) -> str:
        """How it ended, in its own words."""
        return str(self)


class ReviewShare(Tracked):
    """What the review adds to the bank's share of one transaction, out of what the holder was to bear.

    The shares of the first decision stand beside it and stay as they were. `dropped_at`: sent back and decided anew.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    review = models.ForeignKey(Review, models.PROTECT, related_name="shares")
    transaction = models.ForeignKey("cases.DisputedTransaction", models.PROTECT, related_name="+")
    bank_before = models.DecimalField(max_digits=16, decimal_places=2)
    holder_before = models.DecimalField(max_digits=16, decimal_places=2)
    merchant_before = models.DecimalField(max_digits=16, decimal_places=2)
    more = models.DecimalField(max_digits=16, decimal_places=2)
    dropped_at = models.DateTimeField(null=True)

    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "transaction"], condition=Q(dropped_at=None), name="review_share_once"
            ),
            models.CheckConstraint(
                condition=Q(more__gt=0) & Q(more__lte=F("holder_before")), name="review_share_out_of_holders"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.more}"
