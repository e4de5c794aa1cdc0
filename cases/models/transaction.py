"""One disputed transaction: what it was, on which ground it is decided, who bears it."""

from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from knowledge import card_words
from knowledge.grounds import Ground, TransactionType
from record.history import Tracked, TrackedQuerySet, history
from record.sealed import SealedField, SealedModel

# After one of these the card itself is no longer safe: it is replaced (card-fraud.md 4).
COMPROMISING: Final = (TransactionType.COUNTERFEIT, TransactionType.ONLINE, TransactionType.LOST_CARD)


class TransactionQuerySet(TrackedQuerySet):
    """Transactions by what the customer and the trace say of them."""

    def disputed(self) -> Self:
        """Those the trace found to be disputed."""
        return self.filter(is_disputed=True)

    def to_decide(self) -> Self:
        """Disputed ones that are decided here; those handed on are decided in a complaint of their own."""
        return self.disputed().filter(handed_on_to=None)

    def compromising(self) -> Self:
        """Disputed ones after which the card is no longer safe."""
        return self.disputed().filter(type__in=COMPROMISING)

    def plans(self) -> Self:
        """Disputed ones that were turned into instalments."""
        return self.disputed().filter(instalments__isnull=False)

    def plans_to_undo(self) -> Self:
        """Plans that still run over what the holder does not bear alone; one over his own purchase stays."""
        return self.plans().filter(instalments_undone_at=None, holder_share__lt=F("amount"))


class DisputedTransaction(SealedModel, Tracked):
    """A transaction of the card. The customer names it as not his; what the trace made of it is disputed, or not.

    Shares are money in the case's currency and add up to the amount (card-fraud.md 8).
    """

    class Channel(models.TextChoices):
        POS = "pos", _("Shop terminal")
        ATM = "atm", _("Cash machine")
        ONLINE = "online", _("Online")
        APP = "app", _("App")

    class WentTo(models.TextChoices):
        ACQUIRER = "acquirer", _("Acquirer")
        PAYEE_BANK = "payee_bank", _("Payee's bank")
        INSTITUTION = "institution", _("Payment institution")
        CASH = "cash", _("Cash, taken out")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="transactions")
    bank_id = models.CharField(_("Transaction number"), max_length=64)
    booked_at = models.DateTimeField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3, default="CNY")
    merchant = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    entry_mode = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2, blank=True)
    verification = models.CharField(max_length=40, blank=True)
    # 客户指认: since when the customer says that it was not his, and who took that down; empty when he does not, or
    # took it back. What it was is found by the trace alone. `noted_by`: it is on no list; who noted it as he said it.
    named_at = models.DateTimeField(null=True)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False)
    is_disputed = models.BooleanField(default=False)
    type = models.CharField(max_length=12, choices=TransactionType.choices, blank=True)
    ground = models.CharField(max_length=4, choices=Ground.choices, blank=True)
    ground_reason = SealedField(null=True)
    bank_share = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    holder_share = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    merchant_share = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    # 分期: into how many it was turned, what they cost when it was traced, and when the plan was taken back.
    instalments = models.PositiveSmallIntegerField(null=True)
    instalment_fee = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    instalments_undone_at = models.DateTimeField(null=True)
    instalments_receipt = models.CharField(max_length=64, blank=True, db_default="")

    # 资金首站: who had the money first after the card, found out while it is traced; an account is named masked.
    went_to = models.CharField(max_length=12, choices=WentTo.choices, blank=True, db_default="")
    went_to_name = models.CharField(max_length=80, blank=True, db_default="")
    went_to_account = models.CharField(max_length=64, blank=True, db_default="")
    went_to_found_at = models.DateTimeField(null=True)

    # 移交: telecom fraud and merchant disputes end here with the complaint they went on in (docs/decisions/0024)
    handed_on_to = models.ForeignKey("cases.Case", models.PROTECT, related_name="taken_over", null=True)

    history = history()
    objects = TransactionQuerySet.as_manager()

    class Meta:
        ordering = ["booked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "bank_id"], name="transaction_once_a_case"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transaction_amount_positive"),
            models.CheckConstraint(
                condition=Q(bank_share=None, holder_share=None, merchant_share=None)
                | Q(
                    # Said, because a comparison with nothing is neither true nor false and a check lets it pass.
                    bank_share__isnull=False,
                    holder_share__isnull=False,
                    merchant_share__isnull=False,
                    bank_share__gte=0,
                    holder_share__gte=0,
                    merchant_share__gte=0,
                    amount=F("bank_share") + F("holder_share") + F("merchant_share"),
                ),
                name="transaction_shares_add_up",
            ),
            models.CheckConstraint(
                condition=Q(bank_share=None) | (Q(is_disputed=True) & ~Q(type="") & ~Q(ground="")),
                name="transaction_decided_with_ground",
            ),
            models.CheckConstraint(
                condition=Q(instalments=None, instalment_fee=None, instalments_undone_at=None, instalments_receipt="")
                | Q(instalments__gte=2, instalment_fee__gte=0, instalment_fee__isnull=False),
                name="transaction_instalments_said",
            ),
            models.CheckConstraint(
                condition=Q(went_to="", went_to_name="", went_to_account="", went_to_found_at=None)
                | ~Q(went_to="") & Q(went_to_found_at__isnull=False) & (Q(went_to="cash") | ~Q(went_to_name="")),
                name="transaction_went_to_said",
            ),
            models.CheckConstraint(
                condition=Q(named_at=None, named_by=None) | Q(named_at__isnull=False, named_by__isnull=False),
                name="transaction_named_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(handed_on_to=None)
                | Q(
                    is_disputed=True,
                    bank_share=None,
                    type__in=[TransactionType.TELECOM, TransactionType.MERCHANT],
                    ground__in=[Ground.L10, Ground.L11],
                ),
                name="transaction_handed_on_undecided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_id}"

    @property
    def use(self) -> str:
        """How the card was read and the holder checked, in the reader's words."""
        return card_words.use_of(entry_mode=self.entry_mode, verification=self.verification)

    @property
    def abroad(self) -> str:
        """The country in the reader's words, when it is not at home."""
        return card_words.abroad(self.country)

    @property
    def first_hop(self) -> str:
        """Where the money went first, in the reader's words; "" when nobody has found out."""
        words = (self.get_went_to_display(), self.went_to_name, self.went_to_account)
        return " · ".join(str(word) for word in words if word)

    @property
    def is_named(self) -> bool:
        """The customer says it was not his."""
        return self.named_at is not None

    @property
    def is_decided(self) -> bool:
        return self.bank_share is not None

    @property
    def is_ended(self) -> bool:
        """Decided here, or handed on to be decided elsewhere."""
        return self.is_decided or self.handed_on_to_id is not None
