"""The complaint itself 投诉工单, the people on it, and who may not decide it."""

from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Placed, User
from accounts.scope import PlacedQuerySet, reach_by_branch
from cases.models import locking
from knowledge import signs
from record import clock
from record.history import Tracked, TrackedQuerySet, history
from record.sealed import SealedField, SealedModel

# From a regulator, under a legal hold or urgent, and not archived: few of all cases, asked for every morning.
SENSITIVE = Q(archived_at=None) & (Q(channel="regulator") | Q(held_since__isnull=False) | Q(severity=1))


class CaseQuerySet(PlacedQuerySet, TrackedQuerySet):  # type: ignore[override]  # as_manager, by the plugin
    def visible_to(self, user: User) -> Self:
        """Cases this person may see: by place of a post, or because he is one of the people on the case."""
        if not user.is_active:
            return self.none()
        mine = CasePerson.objects.filter(case=OuterRef("pk"), user=user, until=None)
        return self.filter(self.in_reach_of(user) | Q(Exists(mine)))

    def visible_by_branch(self, user: User) -> list[Self]:
        """The same cases in parts that may overlap, each read along one index in the order of time: one a branch he
        sees, and those he is one of the people on. For lists that stop at the end of a page, however long they are.
        """
        if not user.is_active:
            return [self.none()]
        below = reach_by_branch(user)
        if below is None:
            return [self]
        mine = CasePerson.objects.filter(user=user, until=None).values("case")
        return [*(self.filter(place) for place in below), self.filter(pk__in=mine)]

    def locked(self, uuid: object) -> "Case":
        """The one lock of the house: the case row, before anything below it. Waits at most `lock_timeout`.

        Raises Case.DoesNotExist.
        """
        return locking.lock(self.model, self.db, uuid)

    def locked_with_step(self, step: UUID) -> tuple["Case", Any]:
        """The same lock on the case of a step, and the step as it stands under the lock. Raises Case.DoesNotExist."""
        return locking.lock_by_step(self.model, self.db, step)


class Case(Placed, SealedModel, Tracked):  # type: ignore[django-manager-missing]  # processes belong to workflows
    """One customer's complaint, from the first contact to the archive.

    `received_at` is when the bank was told (t0, UTC); `recorded_at` is when it was typed; `restarted_at` when new facts
    came in last; `held_since` while a legal hold stands; `formal_loss_agreed_at` when the customer agreed that his
    loss report is made formal; `no_texts_since` when he wanted no more text messages. Ends: told 已告知, done 已办结,
    archived 已归档. A withdrawn case stays in progress until what protects the customer is undone.
    """

    class Kind(models.TextChoices):
        CARD_FRAUD = "card_fraud", _("Card fraud")
        GENERAL = "general", _("Other complaint")

    class State(models.TextChoices):
        OPEN = "open", _("In progress")
        TOLD = "told", _("Customer told")
        DONE = "done", _("Completed")
        ARCHIVED = "archived", _("Archived")

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        OUTLET = "outlet", _("Outlet")
        APP = "app", _("App")
        WEB = "web", _("Web")
        EMAIL = "email", _("E-mail")
        LETTER = "letter", _("Letter")
        REGULATOR = "regulator", _("Regulator")
        OTHER = "other", _("Other")

    class Demand(models.TextChoices):
        """投诉诉求, the list banks use (taxonomy-jrt0169.md section 5)."""

        REFUND = "refund", _("Refund")
        COMPENSATION = "compensation", _("Compensation")
        EXPLANATION = "explanation", _("Find out the cause")
        REPLY = "reply", _("Answer")
        FASTER = "faster", _("Faster handling")
        RESTORE = "restore", _("Restore use")
        STOP = "stop", _("Stop the contact")
        OTHER = "other", _("Other")

    class Severity(models.IntegerChoices):
        """紧急程度, I to III in the lists banks keep (taxonomy-jrt0169.md section 5); 重大 is the law's word."""

        URGENT = signs.URGENT, _("1 urgent")
        RAISED = signs.RAISED, _("2 raised")
        ORDINARY = signs.ORDINARY, _("3 ordinary")

    reference = models.CharField(_("Reference"), max_length=16, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    demand = models.CharField(max_length=14, choices=Demand.choices, blank=True)
    demand_text = SealedField(null=True)
    narrative = SealedField(null=True)

    channel_first = models.ForeignKey("knowledge.TaxonomyCode", models.PROTECT, related_name="+", null=True)
    business_first = models.ForeignKey("knowledge.TaxonomyCode", models.PROTECT, related_name="+", null=True)
    cause_first = models.ForeignKey("knowledge.TaxonomyCode", models.PROTECT, related_name="+", null=True)
    channel_final = models.ForeignKey("knowledge.TaxonomyCode", models.PROTECT, related_name="+", null=True)
    business_final = models.ForeignKey("knowledge.TaxonomyCode", models.PROTECT, related_name="+", null=True)
    cause_final = models.ForeignKey("knowledge.TaxonomyCode", models.PROTECT, related_name="+", null=True)

    customer = models.ForeignKey("cases.Customer", models.PROTECT, related_name="cases", null=True)
    card = models.ForeignKey("cases.Card", models.PROTECT, related_name="cases", null=True)
    complained_unit = models.ForeignKey(
        "accounts.Branch",
        models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,  # case_received_against has it
    )
    handling_unit = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+")
    bearing_unit = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+", null=True)

    disputed_total = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="CNY")

    received_at = models.DateTimeField(_("Received by the bank"))
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    told_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    restarted_at = models.DateTimeField(null=True)
    # Natural days by which the law put the decision off: time left out, and extension; none again from new facts on.
    # Null before: a number would change the digest of history rows written by the release before.
    later_by = models.PositiveSmallIntegerField(null=True)
    stop_declined_at = models.DateTimeField(null=True)
    held_since = models.DateTimeField(null=True)
    stop_wanted_at = models.DateTimeField(null=True)  # he changed his mind, or the card became known
    unhandled_at = models.DateTimeField(null=True)  # no mandate came; `withdrawn_at` is set with it
    formal_loss_agreed_at = models.DateTimeField(null=True)
    no_texts_since = models.DateTimeField(null=True)
    # How often the customer urged 催办. Counted here, because every list says it; null before the first (see later_by).
    urged = models.PositiveSmallIntegerField(null=True)
    # Confirmed by whoever took the call; null while nobody has: a stop in haste, an import, a case of before.
    severity = models.PositiveSmallIntegerField(_("Severity"), choices=Severity.choices, null=True)
    zone = models.CharField(max_length=40, default="Asia/Shanghai")
    policy_version = models.CharField(max_length=40, blank=True)

    imported_from = models.CharField(max_length=20, blank=True)
    external_id = models.CharField(max_length=40, blank=True)

    history = history()
    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["tier1", "state", "-id"]),
            models.Index(fields=["tier2", "state", "-id"]),
            models.Index(fields=["outlet", "state", "-id"]),
            models.Index(fields=["state", "-id"]),
            models.Index(fields=["customer", "-id"]),
            models.Index(fields=["id"], condition=SENSITIVE, name="case_sensitive"),
            # The complaint ledger lists by the moment of receipt: in the whole bank, below a branch, against a unit.
            *(
                models.Index(fields=[*first, "-received_at", "-id"], name=f"case_received_{name}")
                for name, first in (
                    ("all", []),
                    ("tier1", ["tier1"]),
                    ("tier2", ["tier2"]),
                    ("outlet", ["outlet"]),
                    ("against", ["complained_unit"]),
                )
            ),
            # The auditor's search lists by other moments, too, and by sums; what restarted is rare.
            models.Index(F("done_at").desc(), F("id").desc(), condition=Q(done_at__isnull=False), name="case_done_all"),
            models.Index(fields=["-recorded_at", "-id"], name="case_recorded_all"),
            models.Index(fields=["disputed_total"], name="case_disputed_total"),
            models.Index(
                fields=["-received_at", "-id"], condition=Q(restarted_at__isnull=False), name="case_restarted"
            ),
            # A class is the final one, else the first; the rare ones would else be looked for in every case.
            *(
                models.Index(
                    Coalesce(f"{facet}_final", f"{facet}_first"),
                    F("received_at").desc(),
                    F("id").desc(),
                    name=f"case_received_{facet}",
                )
                for facet in ("business", "cause")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["imported_from", "external_id"], condition=~Q(external_id=""), name="case_imported_once"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def stream(self) -> str:
        return f"case:{self.uuid}"

    @property
    def is_open(self) -> bool:
        """The customer's side is not whole yet."""
        return self.state in (self.State.OPEN, self.State.TOLD)


class CasePerson(Tracked):
    """Somebody with a part in the case: 首问责任人 stays to the end, 主办 handles, 协办 helps, 督办 watches."""

    class Part(models.TextChoices):
        FIRST = "first", _("First contact")
        LEAD = "lead", _("Handler")
        ASSIST = "assist", _("Assisting")
        OVERSEE = "oversee", _("Supervising")

    case = models.ForeignKey(Case, models.PROTECT, related_name="people")
    part = models.CharField(max_length=8, choices=Part.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="parts")
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)

    history = history()

    class Meta:
        indexes = [models.Index(fields=["user", "case"], condition=Q(until=None), name="case_person_now")]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(part="first", until=None), name="case_one_first_contact"
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(part="lead", until=None), name="case_one_handler"),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()}: {self.user}"


class Interest(SealedModel, Tracked):
    """A person's direct interest in a case: he may not decide it (CBIRC 2020 No.3 art. 17 回避)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="interests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="interests")
    why = SealedField(null=True)
    declared_at = models.DateTimeField(default=clock.now)

    history = history()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="interest_once")]

    def __str__(self) -> str:
        return f"{self.person}"
