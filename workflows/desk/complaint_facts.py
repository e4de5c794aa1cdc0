"""What the complaint ledger says of a case, column by column: read with the case in one statement, told in words."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from cases import sums
from cases.models import (
    Attribution,
    Case,
    CasePerson,
    ComplaintFinding,
    Deadline,
    DeadlineSpan,
    FollowUp,
    MoneyEntry,
    Referral,
    RepeatCall,
)
from cases.models.deadline import LEADING
from record import clock

from .ledger import Cell, spoken
from .tiles import CountUpTo

# Letters of these are 监管转办; those of other authorities stand in the column of the source.
REGULATORS = (Referral.Source.NFRA, Referral.Source.PBOC)
DECIDED = (MoneyEntry.State.APPROVED, MoneyEntry.State.ORDERED, MoneyEntry.State.BOOKED)
HEADS: tuple[str | Promise, ...] = (
    gettext_lazy("Number"),
    gettext_lazy("Received"),
    gettext_lazy("Channel"),
    gettext_lazy("Source"),
    gettext_lazy("Unit complained of"),
    gettext_lazy("Kind of business"),
    gettext_lazy("Cause"),
    gettext_lazy("Demand"),
    gettext_lazy("Amount"),
    gettext_lazy("Handler"),
    gettext_lazy("Time limit"),
    gettext_lazy("Completed at"),
    gettext_lazy("Result"),
    pgettext_lazy("complaint ledger", "Responsible"),
    gettext_lazy("Satisfied"),
    gettext_lazy("Repeated"),
    gettext_lazy("From the regulator"),
    gettext_lazy("Rectification"),
)
COLUMNS = (
    *("uuid", "reference", "kind", "state", "channel", "demand", "disputed_total", "received_at", "told_at"),
    *("done_at", "withdrawn_at", "unhandled_at"),
)
RELATED = ("complained_unit", "business_first", "business_final", "cause_first", "cause_final")


def with_facts(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Each case with what its row says; no sealed text is read. One statement, however many rows."""
    of_case = OuterRef("pk")
    leads = CasePerson.objects.filter(case=of_case, part=CasePerson.Part.LEAD, until=None)
    findings = ComplaintFinding.objects.filter(case=of_case).order_by("-pk")
    payouts = MoneyEntry.objects.payouts().filter(case=of_case, state__in=DECIDED).order_by("pk")
    judged = Attribution.objects.filter(case=of_case)
    read = [*COLUMNS, *(f"{one}__{name}" for one in RELATED for name in ("name", "name_en"))]
    return (
        cases.select_related(*RELATED)
        .only(*read)
        .annotate(
            lead_name=Subquery(leads.values("user__display_name")[:1]),
            limit=Subquery(_limits(of_case)[:1]),
            letters=ArraySubquery(Referral.objects.filter(case=of_case).order_by("pk").values("source")),
            finding=Subquery(findings.values("result")[:1]),
            gets=ArraySubquery(payouts.values(line=JSONObject(kind="kind", amount=Cast("amount", CharField())))),
            verdict=Subquery(judged.values("verdict")[:1]),
            to_rectify=Subquery(judged.values("needs_rectification")[:1]),
            satisfied=Subquery(FollowUp.objects.filter(case=of_case).values("result")[:1]),
            calls=CountUpTo(RepeatCall.objects.filter(case=of_case).order_by().values(one=Value(1))),
            is_second=Exists(RepeatCall.objects.filter(second=of_case)),
        )
    )


def _limits(of_case: OuterRef) -> QuerySet[Any]:
    """The clock of the case that leads: the running one, else the one that ended last."""
    still = DeadlineSpan.objects.filter(deadline=OuterRef("pk"), ended_at=None, counts=False)
    limits = Deadline.objects.filter(LEADING, case=of_case).order_by(F("ended_at").desc(nulls_first=True), "-pk")
    return limits.values(
        one=JSONObject(
            kind="kind",
            due="due_at",
            ended="ended_at",
            outcome="outcome",
            paused=Subquery(still.values("began_at")[:1]),
        )
    )


class Row:
    """One case of `with_facts` in the words of the ledger; what is not known yet is empty."""

    def __init__(self, case: Any) -> None:
        self.case = case

    def cells(self) -> list[Cell]:
        """One for each of HEADS."""
        case = self.case
        return [
            *(case.reference, case.received_at, case.get_channel_display(), self.source, self.unit),
            *(self.business, self.cause, case.get_demand_display(), spoken(case.disputed_total)),
            *(case.lead_name, self.limit_in_words, case.done_at, self.result, self.responsibility),
            *(self.satisfaction, self.repeated, self.from_regulator, self.rectification),
        ]

    @property
    def source(self) -> str:
        """Who brought it: the authorities whose letters were joined, else the channel's regulator or the customer."""
        if self.case.letters:
            return " · ".join(dict.fromkeys(str(Referral.Source(source).label) for source in self.case.letters))
        if self.case.channel == Case.Channel.REGULATOR:
            return str(Case.Channel.REGULATOR.label)
        return _("Customer")

    @property
    def from_regulator(self) -> str:
        """监管转办: it came by the regulator, or a letter of the financial regulator or the central bank was joined."""
        is_so = self.case.channel == Case.Channel.REGULATOR or set(REGULATORS) & set(self.case.letters)
        return _("Yes") if is_so else ""

    @property
    def source_beside(self) -> str:
        """The source where it says more than the channel, which stands above it on the page."""
        return "" if self.source == str(self.case.get_channel_display()) else self.source

    @property
    def unit(self) -> str:
        return str(self.case.complained_unit.label) if self.case.complained_unit else ""

    @property
    def business(self) -> str:
        return str(self.case.business_final or self.case.business_first or "")

    @property
    def cause(self) -> str:
        return str(self.case.cause_final or self.case.cause_first or "")

    @property
    def amount(self) -> str:
        return spoken(self.case.disputed_total)

    @cached_property
    def limit(self) -> dict[str, Any]:
        """What `{% time_left %}` takes; `due` is none for a case without a clock, as imported ones are."""
        found = self.case.limit or {}
        moments = {name: _moment(found.get(name)) for name in ("due", "ended", "paused")}
        outcome = found.get("outcome") or ""
        return {
            **moments,
            "kind": found.get("kind", ""),
            "outcome": Deadline.Outcome(outcome).label if outcome else "",
            "is_late": outcome == Deadline.Outcome.MISSED or _has_passed(**moments),
        }

    @property
    def limit_in_words(self) -> str:
        """The end of the limit for a file: its last minute, and whether it was missed."""
        due = self.limit["due"]
        if due is None:
            return ""
        at = timezone.localtime(due)
        # a limit that ends with a day ends at 24:00 of it
        words = f"{at - timedelta(days=1):%Y-%m-%d} 24:00" if at.hour == at.minute == 0 else f"{at:%Y-%m-%d %H:%M}"
        return f"{words} {Deadline.Outcome.MISSED.label}" if self.limit["is_late"] else words

    @property
    def result(self) -> str:
        """What became of it, once the customer was told (decision 34)."""
        if self.case.unhandled_at is not None:
            return _("Not handled: no mandate")
        if self.case.withdrawn_at is not None:
            return _("Withdrawn")
        if self.case.told_at is None:
            return ""
        found = str(ComplaintFinding.Result(self.case.finding).label) if self.case.finding else ""
        return " · ".join(filter(None, [found, self._paid(is_found=bool(found))]))

    def _paid(self, *, is_found: bool) -> str:
        sums_of = {kind: Decimal(0) for kind in MoneyEntry.Kind.values}
        for line in self.case.gets:
            sums_of[line["kind"]] += Decimal(line["amount"])
        goodwill = sums_of.pop(MoneyEntry.Kind.GOODWILL)
        paid, principal = sums.total(sums_of.values()), sums_of[MoneyEntry.Kind.PRINCIPAL]
        words = []
        if paid:
            in_full = self.case.disputed_total is not None and principal >= self.case.disputed_total
            paid_how = _("Paid in full: %(sum)s") if in_full else _("Paid in part: %(sum)s")
            words.append(paid_how % {"sum": spoken(paid)})
        if goodwill:
            words.append(f"{MoneyEntry.Kind.GOODWILL.label} {spoken(goodwill)}")
        # what somebody found about a complaint that is not about money says enough
        return " · ".join(words) or ("" if is_found else _("Nothing paid"))

    @property
    def responsibility(self) -> str:
        return str(Attribution.Verdict(self.case.verdict).label) if self.case.verdict else ""

    @property
    def rectification(self) -> str:
        if self.case.to_rectify is None:
            return ""
        return _("Needed") if self.case.to_rectify else _("Not needed")

    @property
    def satisfaction(self) -> str:
        return str(FollowUp.Result(self.case.satisfied).label) if self.case.satisfied else ""

    @property
    def repeated(self) -> str:
        """How often the matter was reported again on this case, and whether it is itself a second case on a matter."""
        again = _("Reported again: %(n)s") % {"n": self.case.calls} if self.case.calls else ""
        second = _("Second case on one matter") if self.case.is_second else ""
        return " · ".join(filter(None, [again, second]))


def line(case: Any) -> list[Cell]:
    """A row of the file."""
    return Row(case).cells()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _has_passed(*, due: datetime | None, ended: datetime | None, paused: datetime | None) -> bool:
    return due is not None and ended is None and paused is None and due <= clock.now()
