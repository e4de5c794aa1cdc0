"""调单拒付台账, 协查台账, 追偿台账: what runs with partners, each desk its own list."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case as Choice, Exists, F, OuterRef, Prefetch, QuerySet, Subquery, Sum, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from viewflow.workflow.fields import get_flow_ref

from accounts.models import User
from cases import sums
from cases.models import Case, Chargeback, Inquiry, InquiryChase, MoneyEntry
from cases.models.money import NOT_DECIDED
from knowledge import limits, policies
from record import clock

from ..flows import AdvanceFlow, ChargebackFlow, InquiryFlow
from ..models import CaseProcess, StepTask
from .beside import about, addressee_of, last_day, window_of
from .ledger import RUNNING, Cell, Ledger, Left, OfMatters, left_of, spoken
from .tiles import CountUpTo

WARNINGS = (limits.WINDOW_FIRST, limits.WINDOW_SECOND, limits.WINDOW_LAST)
# What may bring money back; a police report brings none of its own.
RECOVERING = (ChargebackFlow, InquiryFlow, AdvanceFlow)
SHAPES = ("today", "today", "soon")  # by the alarms, the last first; before the first of them the usual ring


def alarm_days() -> list[int]:
    """How long before its end a window is warned of, the last warning first: the house's days, 3, 10, 30."""
    return sorted(policies.rule(key).amount for key in WARNINGS)


class Chargebacks(OfMatters):
    """The window that dies first on top; what was charged back already, and what nobody asked for, below."""

    title = gettext_lazy("Slips and chargebacks")
    heads = (
        gettext_lazy("Window ends"),
        gettext_lazy("Transaction"),
        gettext_lazy("Stage"),
        gettext_lazy("Number at the scheme"),
        gettext_lazy("Settled on"),
        gettext_lazy("Charged back"),
        gettext_lazy("Recovered"),
    )
    money = frozenset({5, 6})
    order = "can_be_missed"
    model = Chargeback
    choice = ("stage", gettext_lazy("Stage"), Chargeback.Stage.choices)
    related = ("case", "transaction", "recovery", "person_key")

    def rows(self, user: User) -> QuerySet[Any]:
        still = Choice(When(ended_at=None, charged_at=None, then=F("window_ends_at")))
        return super().rows(user).annotate(can_be_missed=still)

    def filters(self) -> list[tuple[str, str | Promise, list[tuple[str, Any]]]]:
        """And by the alarms of the scheme's window, while that can still be missed."""
        soon = [(str(days), _("within %(days)s days") % {"days": days}) for days in alarm_days()]
        return [*super().filters(), ("window", _("Window ends"), [("", _("All")), *soon, ("missed", _("missed"))])]

    def narrowed(self, rows: QuerySet[Any], asked: dict[str, str]) -> QuerySet[Any]:
        rows, window, now = super().narrowed(rows, asked), asked.get("window", ""), clock.now()
        if not window:
            return rows
        rows = rows.filter(ended_at=None, charged_at=None)
        if window == "missed":
            return rows.filter(window_ends_at__lte=now)
        return rows.filter(window_ends_at__gt=now, window_ends_at__lte=now + timedelta(days=int(window)))

    def cells(self, row: Any) -> list[Cell]:
        return [
            replace(_window(window_of(row)), day=last_day(row)),
            about(row),
            str(row),
            row.scheme_number,
            row.settled_on.isoformat() if row.settled_on else "",
            spoken(row.amount),
            spoken(row.recovery.amount if row.is_recovered else None),
        ]


def _window(ends: datetime | None) -> Left:
    """A window that still can be missed, by its alarms: shape and words say which of them it has come to."""
    now = clock.now()
    if ends is None or ends <= now:
        return Left(ends, _("missed") if ends else "")
    for days, shape in zip(alarm_days(), SHAPES, strict=True):
        if ends <= now + timedelta(days=days):
            left = (timezone.localtime(ends).date() - timezone.localtime(now).date()).days
            words = _("%(n)s days left") % {"n": left} if left > 1 else ""  # else the usual words of today and tomorrow
            return Left(ends, _("%(days)s-day alarm") % {"days": days}, shape if words else "", words)
    return Left(ends)


class Inquiries(OfMatters):
    """The oldest on top; first what is left until it is sent, chased or reported."""

    title = gettext_lazy("Inquiry letters")
    heads = (
        gettext_lazy("Time left"),
        gettext_lazy("Sent at"),
        gettext_lazy("Addressee"),
        gettext_lazy("Chases"),
        gettext_lazy("Answered at"),
        gettext_lazy("Their share"),
        gettext_lazy("Cooperation"),
    )
    money = frozenset({5})
    model = Inquiry
    choice = ("addressee_kind", gettext_lazy("Kind of addressee"), Inquiry.Addressee.choices)
    related = ("case", "transaction", "recovery", "person_key")

    def rows(self, user: User) -> QuerySet[Any]:
        chases = InquiryChase.objects.filter(inquiry=OuterRef("pk")).order_by()
        return super().rows(user).annotate(times=CountUpTo(chases.values(one=Value(1))))

    def cells(self, row: Any) -> list[Cell]:
        return [
            left_of(row),
            row.sent_at,
            addressee_of(row),
            _chased(row.times),
            row.answered_at,
            spoken(row.share),
            row.get_cooperation_display() or row.get_ending_display(),
        ]


def _chased(times: int) -> str:
    return _("chased: %(n)s") % {"n": times} if times else ""


class Recoveries(Ledger):
    """Completed complaints for which money may still come back, the oldest on top; those over as well when asked."""

    title = gettext_lazy("Recoveries after completion")
    heads = (
        gettext_lazy("Time left"),
        gettext_lazy("Completed at"),
        gettext_lazy("Still running"),
        gettext_lazy("In dispute"),
        gettext_lazy("Paid to the customer"),
        gettext_lazy("Recovered"),
        gettext_lazy("Claimed, not yet back"),
    )
    money = frozenset({3, 4, 5, 6})
    case = ""
    when = "done_at"

    def filters(self) -> list[tuple[str, str | Promise, list[tuple[str, Any]]]]:
        """Those that still run, unless all are asked for."""
        return [("state", _("State"), [(RUNNING, _("Running")), ("all", _("All"))])]

    def rows(self, user: User) -> QuerySet[Any]:
        running = _recovering().filter(finished=None)
        steps = StepTask.objects.open().human().filter(case=OuterRef("pk"), process__in=running)
        first = steps.order_by(F("due_at").asc(nulls_last=True), "pk")
        return (
            Case.objects.visible_to(user)
            .filter(state=Case.State.DONE)
            .annotate(
                step_due=Subquery(first.values("due_at")[:1]),
                step_ref=Subquery(first.values("flow_task")[:1]),
                charged=_claimed(Chargeback, "amount"),
                shares=_claimed(Inquiry, "share"),
            )
            .prefetch_related(
                Prefetch("processes", running.order_by("id"), to_attr="running_beside"),
                Prefetch("money", MoneyEntry.objects.filter(state=MoneyEntry.State.BOOKED), to_attr="booked"),
            )
        )

    def narrowed(self, rows: QuerySet[Any], asked: dict[str, str]) -> QuerySet[Any]:
        processes = _recovering().filter(case=OuterRef("pk"))
        return rows.filter(Exists(processes if asked.get("state") == "all" else processes.filter(finished=None)))

    def case_of(self, row: Any) -> Case:
        case: Case = row
        return case

    def cells(self, row: Any) -> list[Cell]:
        back = [line.amount for line in row.booked if line.kind == MoneyEntry.Kind.RECOVERY]
        paid = [line.amount for line in row.booked if line.kind not in NOT_DECIDED]
        names = [str(process.flow_class.process_title) for process in row.running_beside]
        return [
            left_of(row),
            row.done_at,
            " · ".join(names),
            spoken(row.disputed_total),
            spoken(sums.total(paid)),
            spoken(sums.total(back)),
            spoken((row.charged or Decimal(0)) + (row.shares or Decimal(0)) or None),
        ]


def _recovering() -> QuerySet[CaseProcess]:
    return CaseProcess.objects.beside().filter(flow_class__in=map(get_flow_ref, RECOVERING))


def _claimed(model: Any, column: str) -> Subquery:
    """What running matters of a case claim and nothing is booked for."""
    rows = model.objects.filter(case=OuterRef("pk"), ended_at=None).exclude(recovery__state=MoneyEntry.State.BOOKED)
    return Subquery(rows.order_by().values("case").annotate(sum=Sum(column)).values("sum"))
