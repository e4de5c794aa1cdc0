"""The approval page: what, how much, why, who proposed, evidence, limit, three buttons."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import authority
from accounts.models import User
from accounts.roles import Role
from cases.errors import CaseError
from cases.models import Case, Duty, MoneyEntry, Proposal
from knowledge import guides
from knowledge.grounds import Ground, TransactionType
from record import clock

from .. import verbs
from ..models import StepTask
from ..nodes import Approval
from . import evidence_panel
from .clocks import clocks
from .frame import done, page, posted, say, step_for, told, who
from .step import standing_words
from .wording import opened

ANSWERS = {"approve": verbs.approve, "return": verbs.send_back, "refuse": verbs.refuse}


@told
def approval(request: HttpRequest, step: UUID) -> HttpResponse:
    """Show what is asked; a POST answers it in one of three ways. A return or refusal says why."""
    task = step_for(request, step)
    if not isinstance(task.flow_task, Approval):
        return redirect("admin:step", step)
    form = task.flow_task.form_class(posted(request), case=task.case, task=task)
    if request.method == "POST" and form.is_valid():
        answer = request.POST.get("answer", "")
        if answer not in ANSWERS:
            form.add_error(None, _("Choose approve, return or refuse."))
        else:
            try:
                ANSWERS[answer](step, user=who(request), reason=form.cleaned_data["reason"])
            except CaseError as error:
                say(form, error)
            else:
                return done(request, _said(answer), "admin:index")
    return _show(request, task, form)


def _said(answer: str) -> str:
    return {
        "approve": _("Approved."),
        "return": _("Returned for change."),
        "refuse": _("Refused; the liability decision is looked at again."),
    }[answer]


def _show(request: HttpRequest, task: StepTask, form: Any) -> HttpResponse:
    case, user = task.case, who(request)
    asked = case.proposals.select_related("proposed_by").latest("number")
    asked.person_key = case.person_key
    words = standing_words(task, user)
    refusal = words["refusal"] or (
        _("%(who)s has this step in hand.") % {"who": words["held_by"]} if words["held_by"] else ""
    )
    decided = (
        Duty.objects.filter(case=case, duty="decide", state=Duty.State.DONE)
        .select_related("person")
        .order_by("-ended_at")
        .first()
    )
    return page(
        request,
        "approval.html",
        str(task.flow_task.task_title),
        status=422 if form.errors else 200,
        task=task,
        case=case,
        clocks=clocks(case, subject=task.uuid),
        proposal=asked,
        lines=lines_of(asked),
        proposed_by=asked.proposed_by.display_name,
        decided_by=decided.person.display_name if decided else "",
        decided_at=decided.ended_at if decided else None,
        what=what_of(case),
        told="",
        reasons=opened(asked, "reasons", purpose="approval"),
        transactions=list(case.transactions.filter(is_disputed=True)),
        grounds=grounds_of(case),
        limits=limits_of(task, user, asked),
        level_why=level_words(task),
        warnings=[],
        independence="" if refusal else free_to_sign(),
        form=form,
        refusal=refusal,
        guide=guides.guide(task.flow_task.guide, translation.get_language() or "zh-hans"),
        **evidence_panel.of(case, user=user),
    )


def free_to_sign() -> str:
    """The sentence of a passed check for duties and interest."""
    return _("You neither traced, decided nor proposed this, and no interest of yours is on record.")


def lines_of(asked: Proposal) -> list[dict[str, Any]]:
    """What the sum is made of, one line a kind."""
    sums: dict[str, Decimal] = {}
    for line in asked.lines.all():
        sums[line.kind] = sums.get(line.kind, Decimal(0)) + line.amount
    return [{"words": MoneyEntry.Kind(kind).label, "amount": amount} for kind, amount in sums.items()]


def what_of(case: Case) -> str:
    """The event in one line: kinds of transactions and how many."""
    counts: dict[str, int] = {}
    for kind in case.transactions.filter(is_disputed=True).values_list("type", flat=True):
        counts[kind] = counts.get(kind, 0) + 1
    parts = [f"{TransactionType(kind).label} × {n}" for kind, n in counts.items() if kind]
    return " · ".join([case.get_kind_display(), *parts])


def grounds_of(case: Case) -> list[dict[str, str]]:
    """The grounds the liability decision stands on."""
    used = case.transactions.filter(is_disputed=True).exclude(ground="").values_list("ground", flat=True)
    return [{"words": str(Ground(ground).label)} for ground in sorted(set(used))]


def limits_of(task: StepTask, user: User, asked: Proposal) -> list[dict[str, Any]]:
    """The person's limit for one approval, and how much of it this sum takes."""
    limit = authority.limit_of(task.role, task, at=clock.now(), currency=asked.currency)
    if not limit:
        return []
    percent = min(100, round(asked.total * 100 / limit))
    label = _("Limit of %(role)s for one case") % {"role": Role(task.role).label}
    return [{"words": label, "limit": limit, "used": asked.total, "percent": percent, "full": percent >= 95}]


def level_words(task: StepTask) -> str:
    """Why this level, in the reader's language; the stored reason is data for the journal."""
    if "nobody eligible" in task.role_why:
        return _("A lower level has nobody free of duty and interest, so it came to this one.")
    return _("The lowest level whose limit covers this sum.")
