"""The approval page: what is asked, by whom and why, evidence, limit, a button for each answer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.permissions import Verb, may
from cases import sums
from cases.actions import advance as advancing, drafting, proposal, review_decision, write_off
from cases.actions.asking import Question
from cases.errors import CaseError
from knowledge import guides

from .. import verbs
from ..models import StepTask
from ..nodes import Approval
from ..nodes.approval import REFUSED
from . import advance, asked_letter, asked_proposal, board, casefile, evidence_panel, remedies, timeline
from .clocks import of_step
from .frame import done, page, posted, say, step_for, told, who
from .step import standing_words

# What a question looks like: its template, and what that needs of the step and the person.
ASKED: dict[Question, tuple[str, Callable[..., dict[str, Any]]]] = {
    proposal.QUESTION: ("desk/asked_proposal.html", asked_proposal.context),
    drafting.CHECK: ("desk/asked_letter.html", asked_letter.context),
    drafting.ISSUE: ("desk/asked_letter.html", asked_letter.context),
    review_decision.QUESTION: ("desk/asked_review.html", remedies.asked),
    advancing.QUESTION: ("desk/asked_advance.html", advance.asked),
    write_off.QUESTION: ("desk/asked_advance.html", advance.asked_write_off),
}
# Questions whose answer rests on the burden board.
RESTING = (proposal.QUESTION, review_decision.QUESTION, advancing.QUESTION)
ANSWERS = {"approve": verbs.approve, "return": verbs.send_back, "refuse": verbs.refuse}


@told
def approval(request: HttpRequest, step: UUID) -> HttpResponse:
    """Show what is asked; a POST answers it. A return or refusal says why."""
    task = step_for(request, step)
    if not isinstance(task.flow_task, Approval):
        return redirect("admin:step", step)
    form = task.flow_task.form_class(posted(request), case=task.case, task=task)
    if request.method == "POST" and form.is_valid():
        answer = request.POST.get("answer", "")
        if answer not in ANSWERS:
            form.add_error(None, _("Choose approve, return or refuse."))
        else:
            total = sum_of(task)
            try:
                ANSWERS[answer](step, user=who(request), reason=form.cleaned_data["reason"])
            except CaseError as error:
                say(form, error)
            else:
                return done(request, _said(answer, task, total), "admin:index")
    return _show(request, task, form)


def sum_of(task: StepTask) -> str:
    """The sum that waits for this answer, as a sentence tells it; empty where none is asked about. One query."""
    waiting = task.flow_task.question.waiting([task.case_id]).get(task.case_id)
    return f" ¥ {sums.spoken(waiting.total)}" if waiting is not None and waiting.total is not None else ""


def _said(answer: str, task: StepTask, total: str) -> str:
    """What was answered, of which case, about which sum, and where it goes."""
    about = {"case": task.case.reference, "title": task.flow_task.task_title, "sum": total}
    if answer == "approve":
        return _("Approved. %(case)s, %(title)s%(sum)s.") % about
    if answer == "return":
        return _("Returned for change. %(case)s, %(title)s%(sum)s.") % about
    back = task.flow_task.after(REFUSED).task_title
    if not back:
        return _("Refused: %(case)s, %(title)s%(sum)s; nothing more is done.") % about
    return _("Refused: %(case)s, %(title)s%(sum)s; it goes back to: %(step)s.") % {**about, "step": back}


def _show(request: HttpRequest, task: StepTask, form: Any) -> HttpResponse:
    case, user = task.case, who(request)
    words = standing_words(task, user)
    clear_url = reverse("admin:show_in_clear", args=[case.uuid]) if may(user, Verb.SHOW_IN_CLEAR, case) else ""
    refusal = words["refusal"] or (
        _("%(who)s has this step in hand.") % {"who": words["held_by"]} if words["held_by"] else ""
    )
    casefile.open_board(case)
    template, context = ASKED[task.flow_task.question]
    asked = context(task, user)
    return page(
        request,
        "approval.html",
        str(task.flow_task.task_title),
        status=422 if form.errors else 200,
        task=task,
        case=case,
        clocks=of_step(task),
        asked_template=template,
        may_refuse=task.flow_task.question.refuse is not None,
        form=form,
        refusal=refusal,
        answered=timeline.answer_of(task, user, clear_url),
        written=timeline.of_step(task, user, words),
        holds_it=task.is_open and task.owner_id == user.pk,
        guide=guides.guide(task.flow_task.guide, translation.get_language() or "zh-hans"),
        **board.resting_on(case, asked["transactions"] if task.flow_task.question in RESTING else ()),
        **{**asked, "independence": "" if refusal else asked["independence"]},
        **evidence_panel.of(case, user=user),
    )
