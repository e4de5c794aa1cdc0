"""What the auditor's search is narrowed by, beyond the complaint ledger: codes, numbers and days alone."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from accounts.models.user import STAFF_NUMBER
from accounts.roles import Level
from cases.models import Case, CasePerson, Deadline, Duty, Extension, Review, Standstill
from cases.models.deadline import LEADING
from record import clock

from ...flows import FLOWS
from ...forms.units import UnitField
from ...models import CaseProcess, StepTask
from ...table import nodes_of
from ..complaint_filter import ALL, ComplaintFilter, begins, coded, days_of, late_ones
from .forms import choice

RECEIVED, DONE, RECORDED = "received_at", "done_at", "recorded_at"
MOMENTS: Final = [
    ("", gettext_lazy("received")),
    (DONE, gettext_lazy("completed")),
    (RECORDED, gettext_lazy("recorded")),
]
NOW, EVER = "now", "ever"
LATE: Final = [("now", gettext_lazy("Late now")), ("ever", gettext_lazy("Late now, or answered late"))]
RESTARTED, STOOD, LONGER, REVIEWED, WITHDRAWN, ANY = "restarted", "stood", "longer", "reviewed", "withdrawn", "any"
COURSES: Final = [
    (RESTARTED, gettext_lazy("Begun anew from new facts")),
    (STOOD, gettext_lazy("Clock stood still")),
    (LONGER, gettext_lazy("More time asked for")),
    (REVIEWED, gettext_lazy("Reviewed")),
    (WITHDRAWN, gettext_lazy("Withdrawn or left unhandled")),
    (ANY, gettext_lazy("Any of these")),
]


def a_sum(label: Any) -> forms.DecimalField:
    """A sum that may be left empty."""
    return forms.DecimalField(label=label, max_digits=16, decimal_places=2, min_value=Decimal(0), required=False)


class SearchFilter(ComplaintFilter):
    """The ledger's filters and an auditor's. `moment` says which moment a period is asked of, and orders the list."""

    moment = forms.ChoiceField(label=gettext_lazy("Period of"), choices=MOMENTS, required=False)
    place = UnitField(label=gettext_lazy("Handled by branch, and below (code or name)"), closed=True)
    flow = choice(gettext_lazy("Flow"), [])
    step = choice(gettext_lazy("Step"), [])
    been = choice(
        gettext_lazy("Now or ever"),
        [("", gettext_lazy("stands there now")), (EVER, gettext_lazy("has been through it"))],
        empty=False,
    )
    person = coded(gettext_lazy("Did something on it (staff number)"), STAFF_NUMBER)
    least = a_sum(gettext_lazy("Disputed sum from"))
    most = a_sum(gettext_lazy("Disputed sum to"))
    overdue = choice(gettext_lazy("Overdue"), LATE)
    course = choice(gettext_lazy("Reopened, paused, withdrawn"), COURSES)

    field_order = (
        *("moment", "period", "since", "until", "state", "overdue", "course", "place", "unit", "business", "cause"),
        *("flow", "step", "been", "lead", "person", "least", "most", "channel", "regulator", "repeated"),
    )

    def __init__(self, asked: Any, *, user: User) -> None:
        super().__init__(asked, user=user)
        self.fields["place"].help_text = ""
        for name, label in (("period", _("Period")), ("since", _("From")), ("until", _("To"))):
            self.fields[name].label = label
        for name, offered in (("flow", flows()), ("step", steps())):
            field: Any = self.fields[name]
            field.choices = [ALL, *((code, words) for code, (words, _ref) in offered.items())]
        self.sometimes = tuple(self.fields)

    def clean(self) -> dict[str, Any]:
        """Sums in their order, and a step where one is said to have been through."""
        asked = super().clean()
        if asked.get("least") is not None and asked.get("most") is not None and asked["least"] > asked["most"]:
            self.add_error("most", _("This sum is below the first."))
        if asked.get("been") and not asked.get("step"):
            self.add_error("step", _("Choose the step."))
        return asked

    def asked(self) -> dict[str, str]:
        """What was chosen, as codes and days; nothing of what cannot be."""
        asked = super().asked()
        if "place" in asked:
            asked["place"] = self.cleaned_data["place"].code
        return asked

    def when(self) -> str:
        """The moment the period is of and the list is ordered by."""
        return self.asked().get("moment") or RECEIVED

    # one rule a field -------------------------------------------------------------------------------------------------

    def narrow(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """The cases these answers leave; none when they cannot be read."""
        found = super().narrow(cases)
        return found.exclude(done_at=None) if self.when() == DONE else found

    def _by_moment(self, cases: QuerySet[Case], _moment: str) -> QuerySet[Case]:
        return cases

    def _by_period(self, cases: QuerySet[Case], period: str) -> QuerySet[Case]:
        first, last = days_of(period, timezone.localtime(clock.now()).date())
        return self._by_until(self._by_since(cases, first), last)

    def _by_since(self, cases: QuerySet[Case], day: date) -> QuerySet[Case]:
        return cases.filter(**{f"{self.when()}__gte": begins(day)})

    def _by_until(self, cases: QuerySet[Case], day: date) -> QuerySet[Case]:
        return cases.filter(**{f"{self.when()}__lt": begins(day + timedelta(days=1))})

    def _by_place(self, cases: QuerySet[Case], unit: Any) -> QuerySet[Case]:
        return cases if unit.level == Level.HEAD_OFFICE else cases.filter(**{unit.level: unit})

    def _by_flow(self, cases: QuerySet[Case], code: str) -> QuerySet[Case]:
        ran = CaseProcess.objects.filter(case=OuterRef("pk"), flow_class=flows()[code][1])
        return cases.filter(Exists(ran))

    def _by_step(self, cases: QuerySet[Case], code: str) -> QuerySet[Case]:
        node = steps()[code][1]
        if self.cleaned_data["been"] == EVER:
            held = Duty.objects.filter(duty=node.name).exclude(state=Duty.State.RELEASED)
            return cases.filter(pk__in=held.values("case"))
        return cases.filter(pk__in=StepTask.objects.open().human().filter(flow_task=node).values("case"))

    def _by_been(self, cases: QuerySet[Case], _been: str) -> QuerySet[Case]:
        return cases

    def _by_person(self, cases: QuerySet[Case], number: str) -> QuerySet[Case]:
        held = Duty.objects.filter(person__staff_number=number).values("case")
        took = CasePerson.objects.filter(user__staff_number=number).values("case")
        return cases.filter(pk__in=held.union(took))

    def _by_least(self, cases: QuerySet[Case], least: Decimal) -> QuerySet[Case]:
        return cases.filter(disputed_total__gte=least)

    def _by_most(self, cases: QuerySet[Case], most: Decimal) -> QuerySet[Case]:
        return cases.filter(disputed_total__lte=most)

    def _by_overdue(self, cases: QuerySet[Case], how: str) -> QuerySet[Case]:
        late = late_ones(clock.now())
        if how == EVER:
            late = late.union(Deadline.objects.filter(LEADING, outcome=Deadline.Outcome.MISSED).values("case"))
        return cases.filter(pk__in=late)

    def _by_course(self, cases: QuerySet[Case], course: str) -> QuerySet[Case]:
        if course in TURNS:
            return cases.filter(pk__in=TURNS[course]())
        first, *others = (turned() for turned in TURNS.values())
        return cases.filter(pk__in=first.union(*others))


TURNS: Final = {
    RESTARTED: lambda: Case.objects.exclude(restarted_at=None).order_by().values("pk"),
    STOOD: lambda: Standstill.objects.order_by().values("case"),
    LONGER: lambda: Extension.objects.order_by().values("case"),
    REVIEWED: lambda: Review.objects.order_by().values("case"),
    WITHDRAWN: lambda: Case.objects.exclude(withdrawn_at=None).order_by().values("pk"),
}


@cache
def flows() -> Mapping[str, tuple[Any, Any]]:
    """The flows by their class names: words, and the class."""
    return {flow.__name__: (flow.process_title, flow) for flow in FLOWS}


@cache
def steps() -> Mapping[str, tuple[Any, Any]]:
    """The steps people do, by flow and name: words, and the node."""
    found = {}
    for flow in FLOWS:
        for node in nodes_of(flow):
            if node.task_type == "HUMAN":
                found[f"{flow.__name__}.{node.name}"] = (
                    format_lazy("{} · {}", flow.process_title, node.task_title),
                    node,
                )
    return found
