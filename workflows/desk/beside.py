"""What runs beside a case: opened from its page, listed there in a compact panel, told beside its steps."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from accounts.permissions import may
from cases.errors import CaseError
from cases.models import Advance, Case, Chargeback, DisputedTransaction, Dissent, Inquiry, PoliceReport, Review
from cases.remedies import last_day as last_day_to_ask
from knowledge import calendars

from .. import verbs
from ..base import BesideFlow
from ..flows import AdvanceFlow, ChargebackFlow, DissentFlow, InquiryFlow, PoliceFlow, ReviewFlow
from ..models import CaseProcess, StepTask
from . import advance
from .casefile import open_steps
from .frame import case_for, done, page, posted, right_to, say, told, who
from .wording import opened

OPENING: dict[str, tuple[type[BesideFlow], Any]] = {
    "slip": (ChargebackFlow, gettext_lazy("Open: slip request")),
    "letter": (InquiryFlow, gettext_lazy("Open: inquiry letter")),
    "police": (PoliceFlow, gettext_lazy("Open: police report")),
    "not-content": (DissentFlow, gettext_lazy("Open: customer not content")),
    "review": (ReviewFlow, gettext_lazy("Open: application for a review")),
    "advance": (AdvanceFlow, gettext_lazy("Open: advance payment")),
}
AFTER_TELLING = {"not-content", "review"}  # once told, from the archive, too


@told
def open_beside(request: HttpRequest, case: UUID, what: str) -> HttpResponse:
    """Open a flow beside the case; whoever opened it goes on at its first step when that is his."""
    if what not in OPENING:
        raise Http404
    flow, title = OPENING[what]
    found = case_for(request, case)
    right_to(request, flow.opening, found)
    form = flow.opening_form(posted(request), case=found)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.open_beside(found, flow, user=who(request), answers=request.POST)
        except CaseError as error:
            say(form, error)
        else:
            said = _("“%(flow)s” is open beside the case.") % {"flow": flow.process_title}
            return done(request, said, "admin:case", case)
    status = 422 if form.errors else 200
    return page(request, "ask.html", str(title), status=status, case=found, form=form, primary=_("Open it"))


def acts(case: Case, user: User) -> Iterator[dict[str, Any]]:
    """What the person may open on this case, also when it is completed."""
    for what, (flow, words) in OPENING.items():
        if flow is AdvanceFlow and not advance.may_be_asked(case):
            continue
        fits = case.told_at is not None if what in AFTER_TELLING else case.state != Case.State.ARCHIVED
        if fits and may(user, flow.opening, case):
            url = reverse("admin:open_beside", args=[case.uuid, what])
            about = "customer" if what in AFTER_TELLING else "partners"
            yield {"url": url, "words": words, "primary": False, "post": False, "about": about}


def of(case: Case) -> dict[str, Any]:
    """Context of beside.html: every matter with where it stands, what comes next and until when. From the case file."""
    processes = {process.subject: process for process in case.processes.all() if process.subject is not None}
    if not processes:
        return {"beside": []}
    steps: dict[int, StepTask] = {}
    for task in open_steps(case.tasks.all()):
        steps.setdefault(task.process_id, task)
    rows = [_row(matter, processes[matter.uuid], steps) for matter in _matters(case) if matter.uuid in processes]
    return {"beside": sorted(rows, key=lambda row: (row["ended_at"] is not None, row["opened_at"]))}


def _matters(case: Case) -> Iterator[Chargeback | Inquiry | PoliceReport | Dissent | Review]:
    yield from case.chargebacks.all()
    yield from case.inquiries.all()
    yield from case.police_reports.all()
    yield from case.dissents.all()
    yield from case.reviews.all()


def _row(matter: Any, process: CaseProcess, steps: dict[int, StepTask]) -> dict[str, Any]:
    task = steps.get(process.pk)
    return {
        "title": process.flow_class.process_title,
        "about": about(matter),
        "state": matter.ended_as if matter.ended_at else str(matter),
        "step": task.flow_task.task_title if task else "",
        "step_url": reverse("admin:step", args=[task.uuid]) if task else "",
        "due_at": task.due_at if task else None,
        "window_ends_at": window_of(matter),
        "recovered": matter.recovery.amount if getattr(matter, "is_recovered", False) else None,
        "opened_at": matter.opened_at,
        "ended_at": matter.ended_at,
    }


def about(matter: Chargeback | Inquiry | PoliceReport | Dissent | Review) -> str:
    """What it is about in one line: the addressee of a letter, the papers of the police, the transaction."""
    if isinstance(matter, Dissent):
        return str(matter.referral or matter.get_source_display())
    if isinstance(matter, Review):
        return matter.superior_unit.label if matter.superior_unit else _("Head office")
    parts = [_payment(matter.transaction)] if matter.transaction else []
    if isinstance(matter, Chargeback):
        parts.append(matter.get_scheme_display())
    elif isinstance(matter, Inquiry):
        parts = [addressee_of(matter), *parts]
    else:
        parts += matter.papers
    return " · ".join(parts)


def addressee_of(matter: Inquiry) -> str:
    """Who the letter is to, and which kind of partner that is."""
    return f"{matter.get_addressee_kind_display()} · {opened(matter, 'addressee', purpose='inquiry letters')}"


def _payment(row: DisputedTransaction) -> str:
    """A transaction as people speak of it: when, where, how much."""
    when = f"{timezone.localtime(row.booked_at):%m-%d %H:%M}"
    return " · ".join(filter(None, (when, row.merchant, f"{row.amount:,.2f}")))


def last_day(matter: Chargeback) -> str:
    """The last day of the window, as people write a day; empty before the slip was asked for."""
    return calendars.last_day(matter.window_ends_at, matter.case.zone).isoformat() if matter.window_ends_at else ""


def window_of(matter: Any) -> Any:
    """The moment the scheme's window ends while that still matters: nothing charged back, nothing ended."""
    running = isinstance(matter, Chargeback) and matter.ended_at is None and matter.charged_at is None
    return matter.window_ends_at if running else None


def facts(task: StepTask) -> list[dict[str, Any]]:
    """What the step of a flow beside the case is worked with; nothing for the main flow."""
    flow = task.process.flow_class
    if not issubclass(flow, BesideFlow):
        return []
    matter = flow.matter_of(task.process)
    if isinstance(matter, Advance):
        return advance.facts(matter, task.flow_task.name)
    told: list[dict[str, Any]] = [
        {"label": _("This matter"), "value": about(matter)},
        {"label": _("Stands at"), "value": str(matter)},
    ]
    if isinstance(matter, Chargeback):
        told.append({"label": _("Transaction number"), "value": matter.transaction.bank_id})
        told.append({"label": _("Window ends"), "value": last_day(matter)})
    if isinstance(matter, Inquiry):
        asked = {"label": _("What is asked"), "value": opened(matter, "question", purpose="step page")}
        chased = {"label": _("Chased"), "value": ", ".join(_chase(chase) for chase in matter.chases.all())}
        told += [asked, {"label": _("Sent at"), "value": matter.sent_at}, chased]
    if isinstance(matter, PoliceReport):
        last = matter.payee_stops.last()
        told.append({"label": _("The customer was told at"), "value": matter.told_at})
        told.append({"label": _("Payee's stop lapses"), "value": last.lapses_at if last else None})
    if isinstance(matter, Dissent):
        told += _of_dissent(matter)
    if isinstance(matter, Review):
        told += _of_review(matter)
    return [fact for fact in told if fact["value"]]


def _of_dissent(matter: Dissent) -> Iterator[dict[str, Any]]:
    yield {"label": _("What the customer says"), "value": opened(matter, "what", purpose="step page")}
    yield {"label": _("Said or received at"), "value": matter.said_at}
    for answer in matter.answers.all():
        answer.person_key = matter.person_key
        words = opened(answer, "words", purpose="step page")
        yield {"label": _("Answer %(level)s") % {"level": answer.level}, "value": f"{answer} · {words}"}


def _of_review(matter: Review) -> Iterator[dict[str, Any]]:
    yield {"label": _("What the customer contests"), "value": opened(matter, "what", purpose="step page")}
    yield {"label": _("Application received at"), "value": matter.asked_at}
    yield {"label": _("Could be applied for until"), "value": last_day_to_ask(matter.case, matter.may_ask_until)}
    yield {"label": _("Decided by"), "value": matter.decided_unit.label if matter.decided_unit else ""}
    yield {"label": _("Ground"), "value": matter.get_refusal_display()}
    yield {"label": _("Review decision"), "value": matter.get_outcome_display()}
    yield {"label": _("More for the customer"), "value": matter.total}


def _chase(chase: Any) -> str:
    return f"{timezone.localtime(chase.happened_at):%m-%d %H:%M} {chase.get_means_display()}"
