"""The step page: claim it, fill its form, finish it, give it back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may
from cases.errors import CaseError, NotAllowed
from cases.kinds import ORDER_REJECTED
from cases.models import Case
from knowledge import guides
from record import journal
from record.models import SealedValue

from .. import verbs
from ..forms.liability import DecideForm
from ..models import StepTask
from ..nodes import Approval, Step, asked_before
from ..verbs.hand import hand_for
from ..verbs.stepwork import AnswersRefused
from . import (
    beside as beside_case,
    board,
    casefile,
    controls_panel,
    door,
    evidence_items,
    evidence_panel,
    general,
    naming,
    timeline,
)
from .clocks import of_step
from .frame import done, page, posted, say, step_for, told, who
from .who_can import who_can
from .wording import act_of, opened, triage_facts

MOST_ORDERS = 20
ROWS = {
    **{name: name for name in ("trace", "decide", "propose", "pay", "close", "keep_evidence")},
    "pay_by_hand": "pay",
    "judge_risk": "risk",
    "seal_letter": "letter",
    "tell": "letter",
    "stop_companions": "companions",
    **dict.fromkeys(("vote_consumer", "vote_legal", "vote_risk", "vote_business", "panel_minutes"), "panel"),
    "check_review": "review",
    "decide_review": "review",
}


@told
def step(request: HttpRequest, step: UUID) -> HttpResponse:
    """Show the step; a POST of its holder finishes it. Bad answers come back with their sentences, nothing saved."""
    task = step_for(request, step)
    if isinstance(task.flow_task, Approval):
        return redirect("admin:approval", step)
    form = None
    if request.method == "POST":
        answers = request.POST
        if task.owner_id == who(request).pk:
            answers = task.flow_task.form_class.asked_outside(answers, task.case)
        try:
            verbs.complete(step, user=who(request), answers=answers, files=request.FILES)
        except AnswersRefused as refused:
            form = refused.form
        except CaseError as error:
            form = task.flow_task.form_class(answers, request.FILES, case=task.case, task=task)
            say(form, error)
        else:
            return after(request, task)
    return _show(request, task, form)


def after(request: HttpRequest, task: StepTask) -> HttpResponse:
    """Go on at the next step when it is this person's too, else to the case."""
    said = _("“%(step)s” is finished.") % {"step": task.flow_task.task_title}
    user = who(request)
    waiting = StepTask.objects.open().human().filter(case=task.case, status="NEW").select_related("process")
    # the same matter first: a case may have several processes
    for following in sorted(waiting, key=lambda other: (other.process_id != task.process_id, other.pk)):
        following.process.case = following.case = task.case
        if may(user, Verb.CLAIM, following, step_role=following.role):
            return done(request, said, "admin:step", following.uuid)
    return done(request, said, "admin:case", task.case.uuid)


@told
def claim(request: HttpRequest, step: UUID) -> HttpResponse:
    """Take the step in hand and open it. Only a POST takes it: after a lost session the log-in leads here by a link."""
    task = step_for(request, step)
    if request.method == "POST":
        verbs.claim(step, user=who(request))
    to = "admin:approval" if isinstance(task.flow_task, Approval) else "admin:step"
    return redirect(to, step)


@told
def sign(request: HttpRequest, step: UUID) -> HttpResponse:
    """Sign for a step somebody else gave to me, by a POST, and go back where I was."""
    task = step_for(request, step)
    to = "admin:approval" if isinstance(task.flow_task, Approval) else "admin:step"
    if request.method != "POST":
        return redirect(to, step)
    verbs.sign(step, user=who(request))
    said = _("Signed for: %(case)s, %(step)s.") % {"case": task.case.reference, "step": task.flow_task.task_title}
    return done(request, said, to, step) if request.POST.get("back") else done(request, said, "admin:index")


@told
def release(request: HttpRequest, step: UUID) -> HttpResponse:
    """Give the step back to those it waits for, by a POST."""
    step_for(request, step)
    if request.method != "POST":
        return redirect("admin:step", step)
    verbs.release(step, user=who(request))
    return done(request, _("The step was given back."), "admin:index")


def _show(request: HttpRequest, task: StepTask, form: Any) -> HttpResponse:
    user, case, node = who(request), task.case, task.flow_task
    mine = task.is_open and task.owner_id == user.pk
    casefile.open_board(case)
    words = standing_words(task, user)
    if form is None and mine:
        form = node.form_class(posted(request), case=case, task=task)
    return page(
        request,
        "step.html",
        str(node.task_title),
        status=200 if form is None or not form.errors else 422,
        task=task,
        case=case,
        clocks=of_step(task),
        form=form,
        groups=_groups(form, node) if form is not None else [],
        rows_template=f"desk/rows_{ROWS[node.name]}.html" if node.name in ROWS and form is not None else "",
        primary=act_of(node),
        mine=mine,
        may_release=mine,
        **words,
        written=timeline.of_step(task, user, words),
        **beside(request, task),
        **_board(task, form),
        bank_said=why_by_hand(task) if mine else "",
    )


def why_by_hand(task: StepTask) -> str:
    """The bank system's own words when it rejected the order this step does by hand; for its holder. Two queries."""
    order = task.flow_task.relieves
    if order is None:
        return ""
    told = journal.entries(task.case.stream).filter(kind=ORDER_REJECTED.name).order_by("-number")
    last = next((entry for entry in told[:MOST_ORDERS] if entry.data.get("step") == order.name), None)
    if last is None:
        return ""
    try:
        return journal.reveal(last, "reason", purpose="step by hand")
    except SealedValue.DoesNotExist:
        return ""


def _board(task: StepTask, form: Any) -> dict[str, Any]:
    """The burden board beside the liability decision, from what its form has read already."""
    if not isinstance(form, DecideForm):
        return board.whole(task.case) if task.flow_task.form_class is DecideForm else {}
    return board.whole(task.case, disputed=form.disputed, facts=form.facts)


def standing_words(task: StepTask, user: User) -> dict[str, Any]:
    """Why the person may not act, or that he may claim; who has it and since when; why it came back."""
    words: dict[str, Any] = {"refusal": "", "may_claim": False, "held_by": "", "held_since": task.assigned}
    if not task.is_open:
        words["refusal"] = _("This step is finished.")
    elif task.owner_id is not None and task.owner_id != user.pk:
        words["held_by"] = task.owner.display_name if task.owner else ""
    elif task.owner_id is None:
        try:
            hand_for(task, user)
        except NotAllowed as no:
            words["refusal"] = str(no.sentence)
        else:
            words["may_claim"] = True
    if task.returned_by is not None:
        words |= why_back(task)
    return words


def why_back(task: StepTask) -> dict[str, Any]:
    """The reason somebody sent it back, in clear for those who may work on the step."""
    found = (one.returns([task.case_id]).get(task.case_id) for one in asked_before(task.flow_task))
    last = max(filter(None, found), key=lambda one: one.at, default=None)
    if last is None or getattr(last.row, last.field) is None:
        return {}
    return {
        "back_reason": opened(last.row, last.field, purpose="returned step"),
        "back_by": task.returned_by.display_name if task.returned_by else "",
        "back_at": last.at,
        "back_refused": last.refused,
    }


def beside(request: HttpRequest, task: StepTask) -> dict[str, Any]:
    """What stands right of the form: brief, guide, evidence, who may do it."""
    node, case = task.flow_task, task.case
    return {
        "brief": [
            *beside_case.facts(task),
            *general.facts(case, who(request)),
            *door.facts(task),
            *brief_of(case),
        ],
        "guide": guides.guide(node.guide, translation.get_language() or "zh-hans"),
        "who": who_can(task),
        "evidence_awaited": evidence_items.awaited(case),
        **evidence_panel.of(case, needed=node.evidence, user=who(request)),
    }


def brief_of(case: Case) -> list[dict[str, Any]]:
    """The few facts a step is worked with."""
    facts: list[dict[str, Any]] = [
        {"label": _("In dispute"), "value": _disputed(case)},
    ]
    if case.demand:
        facts.append({"label": _("Demand"), "value": case.get_demand_display()})
    if (stopped := controls_panel.since(case)) is not None:
        facts.insert(0, {"label": stopped[0], "value": stopped[1]})
    return [*facts, *naming.facts(case), *triage_facts(case)]


def _disputed(case: Case) -> Any:
    """The sum; of an imported case that it is not known, of any other not yet (None)."""
    unknown = case.disputed_total is None and case.imported_from
    return _("unknown") if unknown else case.disputed_total


def _groups(form: Any, node: Step) -> list[dict[str, Any]]:
    """Fields that are not drawn row by row, in one group."""
    in_rows = {bound.name for row in form.rows() for bound in _bound_in(row)}
    for extra in ("lines", "extras"):
        if hasattr(form, extra):
            for part in getattr(form, extra)():
                in_rows |= {bound.name for bound in (part if isinstance(part, list) else [part])}
    fields = [bound for bound in form.visible_fields() if bound.name not in in_rows]
    return [{"title": "", "hint": "", "fields": fields}]


def _bound_in(row: Any) -> list[Any]:
    found = []
    for value in row.values():
        found += [part for part in (value if isinstance(value, list) else [value]) if hasattr(part, "field")]
    return found
