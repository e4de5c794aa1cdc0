"""What one may ask the complaint ledger: codes, staff numbers and days alone, nothing personal in its address."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db.models import BooleanField, Case as Choice, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import Branch, User
from accounts.models.user import STAFF_NUMBER
from accounts.roles import Level
from cases.models import Case, CasePerson, Deadline, DeadlineSpan, Referral, RepeatCall
from cases.models.deadline import LEADING
from knowledge.models import Facet, TaxonomyCode
from record import clock

from .complaint_facts import REGULATORS

ALL: Final = ("", gettext_lazy("All"))
YES_NO: Final = [ALL, ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
STATES: Final = [
    ALL,
    ("open", gettext_lazy("In progress")),
    ("closed", gettext_lazy("Completed")),
    ("late", gettext_lazy("Late and not answered")),
    ("today", gettext_lazy("Due today, not answered")),
    ("soon", gettext_lazy("Due within 3 days, not answered")),
]
PERIODS: Final = [
    ALL,
    ("month", gettext_lazy("This month")),
    ("last_month", gettext_lazy("Last month")),
    ("quarter", gettext_lazy("This quarter")),
    ("year", gettext_lazy("This year")),
]
OFFERED: Final = 500  # branches in the list below the field; any other may be typed


class Classes:
    """The classes of complaints, read once for both fields; a class is asked for with those below it."""

    def __init__(self) -> None:
        self.codes = list(TaxonomyCode.objects.filter(facet__in=[Facet.BUSINESS, Facet.CAUSE]))
        self._below: dict[int | None, list[TaxonomyCode]] = defaultdict(list)
        for code in self.codes:
            self._below[code.parent_id].append(code)

    def choices(self, facet: str) -> list[tuple[str, Any]]:
        """The tree as a list, deeper ones further right."""
        return [ALL, *self._tree(None, facet, 0)]

    def _tree(self, above: int | None, facet: str, depth: int) -> Iterator[tuple[str, str]]:
        for code in self._below[above]:
            if code.facet == facet:
                yield code.local_code, "\u3000" * depth + str(code)
                yield from self._tree(code.pk, facet, depth + 1)

    def within(self, local_code: str) -> set[int]:
        """The class of this code, in every edition, and all below it."""
        found, left = set(), [code for code in self.codes if code.local_code == local_code]
        while left:
            code = left.pop()
            found.add(code.pk)
            left += self._below[code.pk]
        return found


def a_day(label: Any) -> forms.DateField:
    """A day of the bank that may be left empty."""
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2199, 12, 31))],
    )


def _pattern(rule: RegexValidator) -> re.Pattern[str]:
    return re.compile(rule.regex)  # compiled already, which its type does not tell


def coded(label: Any, rule: RegexValidator, **attrs: str) -> forms.CharField:
    """A code that is typed; the browser does not send anything else, so that no name gets into an address."""
    # a browser wants the hyphen of a class escaped, or takes no notice of the pattern at all
    pattern = _pattern(rule).pattern.removeprefix("^").removesuffix(r"\Z").replace("-]", r"\-]")
    widget = forms.TextInput(attrs={"pattern": pattern, "autocomplete": "off", **attrs})
    return forms.CharField(label=label, required=False, validators=[rule], widget=widget, max_length=32)


class ComplaintFilter(forms.Form):
    """The filters of the ledger, as its address gives them. Two queries: classes and branches."""

    period = forms.ChoiceField(label=gettext_lazy("Received"), choices=PERIODS, required=False)
    since = a_day(gettext_lazy("Received from"))
    until = a_day(gettext_lazy("Received to"))
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=STATES, required=False)
    unit = forms.CharField(
        label=gettext_lazy("Unit complained of, and below (code or name)"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=[ALL, *Case.Channel.choices], required=False)
    business = forms.ChoiceField(label=gettext_lazy("Kind of business"), required=False)
    cause = forms.ChoiceField(label=gettext_lazy("Cause"), required=False)
    lead = coded(gettext_lazy("Handler (staff number)"), STAFF_NUMBER)
    regulator = forms.ChoiceField(label=gettext_lazy("From the regulator"), choices=YES_NO, required=False)
    repeated = forms.ChoiceField(label=gettext_lazy("Repeated"), choices=YES_NO, required=False)

    # all may be left empty, which need not be said of each
    sometimes: tuple[str, ...] = (
        *("period", "since", "until", "state", "unit", "channel", "business", "cause", "lead"),
        *("regulator", "repeated"),
    )

    def __init__(self, asked: Any, *, user: User) -> None:
        super().__init__(asked)
        self.classes = Classes()
        for name, facet in (("business", Facet.BUSINESS), ("cause", Facet.CAUSE)):
            field: Any = self.fields[name]
            field.choices = self.classes.choices(facet)
        typed = str(self.data.get("unit", "")).strip()
        self.units, self.named = _units(user, typed)
        if len(self.named) == 1:
            self.fields["unit"].help_text = self.named[0].label

    def clean_unit(self) -> str:
        """The code of the branch of this bank that has this code or whole name, closed ones too."""
        if not self.cleaned_data["unit"].strip():
            return ""
        if not self.named:
            raise forms.ValidationError(_("No branch has this number or name."))
        if len(self.named) > 1:
            raise forms.ValidationError(_("Several branches have this name; type the number."))
        return str(self.named[0].code)

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        asked: dict[str, Any] = super().clean() or {}
        if asked.get("since") and asked.get("until") and asked["since"] > asked["until"]:
            self.add_error("until", _("This day lies before the first."))
        return asked

    def asked(self) -> dict[str, str]:
        """What was chosen, as codes and days; nothing of what cannot be."""
        if not self.is_valid():
            return {}
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    def narrow(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """The cases these answers leave; none when they cannot be read."""
        if not self.is_valid():
            return cases.none()
        for name, value in self.cleaned_data.items():
            if value:
                cases = getattr(self, f"_by_{name}")(cases, value)
        return cases

    # one rule a field -------------------------------------------------------------------------------------------------

    def _by_period(self, cases: QuerySet[Case], period: str) -> QuerySet[Case]:
        first, last = days_of(period, timezone.localtime(clock.now()).date())
        return self._by_until(self._by_since(cases, first), last)

    def _by_since(self, cases: QuerySet[Case], day: date) -> QuerySet[Case]:
        return cases.filter(received_at__gte=begins(day))

    def _by_until(self, cases: QuerySet[Case], day: date) -> QuerySet[Case]:
        return cases.filter(received_at__lt=begins(day + timedelta(days=1)))

    def _by_state(self, cases: QuerySet[Case], state: str) -> QuerySet[Case]:
        if state in DUE:
            return cases.filter(pk__in=due_ones(*DUE[state](clock.now())))
        running = [Case.State.OPEN, Case.State.TOLD]
        return cases.filter(state__in=running) if state == "open" else cases.exclude(state__in=running)

    def _by_unit(self, cases: QuerySet[Case], code: str) -> QuerySet[Case]:
        unit = self._unit(code)
        if unit is None:
            return cases.none()
        if unit.level == Level.OUTLET:
            return cases.filter(complained_unit=unit)  # nothing is below it: along its own index
        return cases.filter(complained_unit__in=Branch.objects.below(unit).order_by().values("pk"))

    def _by_channel(self, cases: QuerySet[Case], channel: str) -> QuerySet[Case]:
        return cases.filter(channel=channel)

    def _by_business(self, cases: QuerySet[Case], code: str) -> QuerySet[Case]:
        return self._of_class(cases, "business", code)

    def _by_cause(self, cases: QuerySet[Case], code: str) -> QuerySet[Case]:
        return self._of_class(cases, "cause", code)

    def _of_class(self, cases: QuerySet[Case], facet: str, code: str) -> QuerySet[Case]:
        """The final class when there is one; the index is on this very expression."""
        named = {f"{facet}_class": Coalesce(f"{facet}_final", f"{facet}_first")}
        return cases.alias(**named).filter(**{f"{facet}_class__in": sorted(self.classes.within(code))})

    def _by_lead(self, cases: QuerySet[Case], number: str) -> QuerySet[Case]:
        leads = CasePerson.objects.filter(part=CasePerson.Part.LEAD, until=None, user__staff_number=number)
        return cases.filter(pk__in=leads.values("case"))

    def _by_regulator(self, cases: QuerySet[Case], answer: str) -> QuerySet[Case]:
        letters = Referral.objects.filter(source__in=REGULATORS).order_by()
        if answer == "no":
            return cases.exclude(channel=Case.Channel.REGULATOR).exclude(Exists(letters.filter(case=OuterRef("pk"))))
        return cases.filter(Q(channel=Case.Channel.REGULATOR) | Q(pk__in=letters.values("case")))

    def _by_repeated(self, cases: QuerySet[Case], answer: str) -> QuerySet[Case]:
        calls = RepeatCall.objects.order_by()
        if answer == "no":
            seconds = calls.filter(second=OuterRef("pk"))
            return cases.exclude(Exists(calls.filter(case=OuterRef("pk")))).exclude(Exists(seconds))
        return cases.filter(pk__in=calls.values("case").union(calls.exclude(second=None).values("second")))

    def _unit(self, code: str) -> Branch | None:
        return next((branch for branch in self.named if branch.code == code), None)


def late_ones(now: datetime) -> QuerySet[Any]:
    """Cases whose leading clock runs and has passed; one that stands still has not."""
    return due_ones(None, now)


def due_ones(after: datetime | None, until: datetime) -> QuerySet[Any]:
    """Cases whose leading clock runs and ends after one moment and until another: along the index of running clocks."""
    still = DeadlineSpan.objects.filter(deadline=OuterRef("pk"), ended_at=None, counts=False)
    running = Deadline.objects.filter(LEADING, ended_at=None, due_at__lte=until).exclude(Exists(still))
    return (running if after is None else running.filter(due_at__gt=after)).values("case")


def _midnight(now: datetime, days: int) -> datetime:
    """24:00 of the bank's day, or so many days later: a limit that ends then belongs to the day that ends."""
    return begins(timezone.localtime(now).date() + timedelta(days=1 + days))


# What of the time that is left may be asked for: from when to when the leading clock ends.
DUE: Final[dict[str, Callable[[datetime], tuple[datetime | None, datetime]]]] = {
    "late": lambda now: (None, now),
    "today": lambda now: (now, _midnight(now, 0)),
    "soon": lambda now: (now, _midnight(now, 3)),
}


def days_of(period: str, today: date) -> tuple[date, date]:
    """First and last day of a period that holds this day; the last month is the one before."""
    if period == "year":
        return today.replace(month=1, day=1), today.replace(month=12, day=31)
    if period == "quarter":
        first = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
        return first, _next_month(first + timedelta(days=63)) - timedelta(days=1)
    first = today.replace(day=1)
    if period == "last_month":
        return (first - timedelta(days=1)).replace(day=1), first - timedelta(days=1)
    return first, _next_month(first) - timedelta(days=1)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def begins(day: date) -> datetime:
    """The first moment of the bank's day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _units(user: User, typed: str) -> tuple[list[Branch], list[Branch]]:
    """The branches offered, those within the reach of this person's posts and right below a code; and those meant.

    A code means one branch, a name all that have it. One query.
    """
    offered = Q()
    for held in user.standings_now():
        branch = held.post.branch
        offered |= Q(pk__isnull=False) if branch.level == Level.HEAD_OFFICE else Q(**{branch.level: branch})
    if "\0" in typed:  # which no database takes, and the field refuses
        typed = ""
    names = Q(code=typed) | Q(name=typed) | Q(name_en=typed)
    # what is typed is found before the list is cut
    found = Branch.objects.annotate(
        is_meant=Choice(When(names, then=Value(True)), default=Value(False), output_field=BooleanField())
    )
    near = offered & Q(closed_at=None)
    found = found.filter(names | Q(parent__code=typed) | near if typed else near)
    rows = list(found.order_by("-is_meant", "code")[: OFFERED + 1])
    named = [branch for branch in rows if typed and branch.is_meant]
    return rows[:OFFERED], [branch for branch in named if branch.code == typed] or named
