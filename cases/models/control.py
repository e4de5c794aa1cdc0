"""Stops on cards and accounts, each with a beginning by the bank system's own clock and an end.

Three kinds, never mixed (card-fraud.md 3): the customer's loss report on his card, which lapses unless it is made
formal; the emergency stop of a *payee's* account, ordered by the police; what police, court or the bank itself ordered.
"""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts import scope
from accounts.models import User
from cases.models.case import CasePerson
from record import clock
from record.history import Tracked, TrackedQuerySet, history
from record.sealed import SealedField, SealedModel

LOSSES = ("oral_loss", "formal_loss")
LAPSING = ("oral_loss", "payee_stop")
PAYEE_HOURS, PAYEE_TIMES = 48, 2  # 银发〔2016〕86号 as reported, not compared with the original
NEW = datetime(2026, 11, 27, tzinfo=UTC)


class ControlQuerySet(TrackedQuerySet):
    def losses(self) -> Self:
        """The customer's loss reports: the only ones that stop his card for him."""
        return self.filter(kind__in=LOSSES)

    def running(self) -> Self:
        """Begun and not ended."""
        return self.filter(ended_at=None)

    def visible_to(self, user: User) -> Self:
        """Those on cases this person may see."""
        mine = CasePerson.objects.filter(case=OuterRef("case"), user=user, until=None)
        return self.filter(scope.reach(user, prefix="case__") | Q(Exists(mine))) if user.is_active else self.none()


class CardControl(SealedModel, Tracked):
    """A stop on a card or an account. `effective_at` is the bank system's own time (UTC), not when somebody typed it.

    `chosen_end` is what is to become of a loss report, `end` what became of a control, said by the bank system or a
    typed paper. `account` names an account by token or masked text, never by its number. `typed_by` (`typed_for`, in
    whose place) entered it by hand outside a step, so a second person looks at it: `seen_by`.
    """

    class Kind(models.TextChoices):
        ORAL_LOSS = "oral_loss", _("Temporary loss report")
        FORMAL_LOSS = "formal_loss", _("Formal loss report")
        ACCOUNT_CONTROL = "account_control", _("Account control by the bank")
        PAYEE_STOP = "payee_stop", _("Emergency stop of the payee's account")
        JUDICIAL_FREEZE = "judicial_freeze", _("Judicial freeze")

    class OrderedBy(models.TextChoices):
        CUSTOMER = "customer", _("The customer")
        BANK = "bank", _("The bank itself")
        POLICE = "police", _("The police")
        COURT = "court", _("A court")

    class Source(models.TextChoices):
        APP = "app", _("Mobile banking")
        HOTLINE = "hotline", _("Hotline")
        COUNTER = "counter", _("Counter")
        RISK_ENGINE = "risk_engine", _("Risk engine")

    class End(models.TextChoices):
        REPLACED = "replaced", _("Card replaced")
        RELEASED = "released", _("Loss report lifted")
        CANCELLED = "cancelled", _("Card cancelled")
        CONVERTED = "converted", _("Made formal")
        RENEWED = "renewed", _("Ordered again")
        LAPSED = "lapsed", _("Lapsed")
        LIFTED = "lifted", _("Lifted by whoever ordered it")

    # Columns that joined later: an older history row was digested without them.
    fields_since: ClassVar[Mapping[str, datetime]] = dict.fromkeys(("ordered_by", "account", "source"), NEW)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="controls")
    card = models.ForeignKey("cases.Card", models.PROTECT, related_name="controls", null=True)
    account = models.CharField(max_length=64, blank=True, default="")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    ordered_by = models.CharField(max_length=8, choices=OrderedBy.choices, default=OrderedBy.CUSTOMER)
    document = SealedField(null=True)
    source = models.CharField(max_length=12, choices=Source.choices, blank=True, default="")
    receipt = models.CharField(max_length=64)
    by_hand = models.BooleanField(default=False)
    effective_at = models.DateTimeField()
    lapses_at = models.DateTimeField(null=True)
    follows = models.OneToOneField("self", models.PROTECT, related_name="followed_by", null=True)
    round = models.PositiveSmallIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    chosen_end = models.CharField(max_length=10, choices=End.choices, blank=True)
    end = models.CharField(max_length=10, choices=End.choices, blank=True)
    end_receipt = models.CharField(max_length=64, blank=True)
    end_document = SealedField(null=True)
    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    typed_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    history = history()
    objects = ControlQuerySet.as_manager()

    class Meta:
        indexes = [
            # the ledger of what is about to lapse, most urgent first
            models.Index(fields=["lapses_at", "id"], condition=Q(ended_at=None), name="control_lapsing"),
            # the ledger of one kind, newest first
            models.Index(fields=["kind", "-id"], name="control_kind"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "card"], condition=Q(ended_at=None, kind__in=LOSSES), name="control_one_loss_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="")
                | Q(ended_at__isnull=False, ended_at__gte=F("effective_at")) & ~Q(end=""),
                name="control_end_said",
            ),
            # A loss report is on the customer's card; an emergency stop never is.
            models.CheckConstraint(
                condition=Q(kind__in=LOSSES, card__isnull=False, account="")
                | Q(kind="payee_stop", card=None) & ~Q(account="")
                | Q(kind__in=("account_control", "judicial_freeze")) & (Q(card__isnull=False) | ~Q(account="")),
                name="control_of_card_or_account",
            ),
            models.CheckConstraint(
                condition=Q(kind="oral_loss", ordered_by__in=("customer", "bank"))
                | Q(kind="formal_loss", ordered_by="customer")
                | Q(kind="account_control", ordered_by="bank")
                | Q(kind="payee_stop", ordered_by="police")
                | Q(kind="judicial_freeze", ordered_by__in=("police", "court")),
                name="control_ordered_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=LAPSING) | Q(lapses_at__isnull=False, lapses_at__gt=F("effective_at")),
                name="control_lapse_said",
            ),
            models.CheckConstraint(
                condition=~Q(kind="payee_stop")
                | Q(lapses_at__lte=F("effective_at") + timedelta(hours=PAYEE_HOURS))
                & (Q(ended_at=None) | Q(ended_at__lte=F("lapses_at"))),
                name="control_payee_48_hours",
            ),
            # The first stop follows nothing, the second follows the first, there is no third. Null is said, because a
            # check lets pass what is neither true nor false.
            models.CheckConstraint(
                condition=~Q(kind="payee_stop") & Q(round=None)
                | Q(kind="payee_stop", round__isnull=False, round=1, follows=None)
                | Q(kind="payee_stop", round__isnull=False, round=PAYEE_TIMES, follows__isnull=False),
                name="control_payee_round",
            ),
            models.UniqueConstraint(
                fields=["case", "account", "round"], condition=Q(kind="payee_stop"), name="control_payee_twice"
            ),
            models.CheckConstraint(
                condition=Q(seen_by=None)
                | Q(typed_by__isnull=False)
                & ~Q(seen_by=F("typed_by"))
                & (Q(typed_for=None) | ~Q(seen_by=F("typed_for"))),
                name="control_seen_by_another",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def is_loss(self) -> bool:
        """The customer's loss report."""
        return self.kind in LOSSES

    @property
    def can_lapse(self) -> bool:
        """Ends by itself when nobody does anything."""
        return self.kind in LAPSING

    @property
    def is_ours(self) -> bool:
        """The bank may end it by itself; what police or court ordered only they end."""
        return self.ordered_by in (self.OrderedBy.CUSTOMER, self.OrderedBy.BANK)

    @property
    def waits_for_eyes(self) -> bool:
        """Typed by hand, and no second person has looked at it yet."""
        return self.typed_by_id is not None and self.seen_by_id is None
