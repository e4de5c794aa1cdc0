"""证据保全 on the case page: each thing with its countdown, who was asked, what became of it; asking and answering."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may
from cases.errors import CaseError
from cases.models import Case, EvidenceItem

from .. import verbs
from ..forms.evidence_items import AnswerItemForm, AskForm, LastsForm
from .casefile import FAR
from .frame import case_for, done, page, posted, right_to, say, told, who
from .wording import opened


def of(case: Case, user: User) -> dict[str, Any]:
    """Context of evidence_items.html, from the case file."""
    items = list(case.evidence_items.all())
    may_add = case.is_open and may(user, Verb.ADD_EVIDENCE, case)
    due = {limit.subject: limit.due_at for limit in case.deadlines.all() if limit.ended_at is None}
    rows = [_row(case, item, due.get(item.uuid), may_add) for item in items]
    return {
        "preservation": sorted(
            rows, key=lambda row: (not row["item"].is_open, row["due_at"] or row["item"].ordered_at)
        ),
        "preservation_answered": sum(1 for item in items if not item.is_open),
        "preservation_url": reverse("admin:ask_for_evidence", args=[case.uuid]) if may_add else "",
    }


def awaited(case: Case) -> list[EvidenceItem]:
    """What is asked for and not answered, the first to be overwritten first; `due_at` is the limit to answer by.

    From the case's board (`casefile.open_board`), else two queries.
    """
    due = {limit.subject: limit.due_at for limit in case.deadlines.all() if limit.ended_at is None}
    items = [item for item in case.evidence_items.all() if item.is_open]
    for item in items:
        item.due_at = due.get(item.uuid)
    return sorted(items, key=lambda item: (item.lost_after or item.due_at or FAR, item.pk))


def _row(case: Case, item: EvidenceItem, due_at: Any, may_answer: bool) -> dict[str, Any]:
    item.person_key = case.person_key
    texts = ("asked_name", "answered_by", "reason")
    clear = {name: opened(item, name, purpose="case page") for name in texts if getattr(item, name) is not None}
    answerable = item.is_open and may_answer
    return {
        "item": item,
        "due_at": due_at,
        "proof": item.evidence or item.statement,
        "by_system": item.state == item.State.NONE and item.recorded_by_id is None,
        "answer_url": reverse("admin:answer_item", args=[item.uuid]) if answerable else "",
        "lasts_url": reverse("admin:evidence_lasts", args=[item.uuid]) if answerable else "",
        **clear,
    }


@told
def ask(request: HttpRequest, case: UUID) -> HttpResponse:
    """Ask for one thing more."""
    found = case_for(request, case)
    right_to(request, Verb.ADD_EVIDENCE, found)
    form = AskForm(posted(request), case=found)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.ask_for_evidence(found, user=who(request), **form.wanted())
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("Recorded; its time runs."), "admin:case", case, part="preservation")
    return _page(request, "ask.html", _("Ask for evidence"), found, form, _("Ask for it"))


@told
def answer(request: HttpRequest, item: UUID) -> HttpResponse:
    """What became of one item."""
    row, found = _item_for(request, item)
    form = AnswerItemForm(posted(request), case=found, item=row)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.answer_item(item, user=who(request), **form.answer_of(row))
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("Recorded."), "admin:case", found.uuid, part="preservation")
    return _page(request, "answer_item.html", _("What became of it"), found, form, _("Record the answer"))


@told
def lasts(request: HttpRequest, item: UUID) -> HttpResponse:
    """Until when one item lasts, as its holder says."""
    row, found = _item_for(request, item)
    form = LastsForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            verbs.evidence_lasts(item, user=who(request), **form.cleaned_data)
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("Recorded; its time runs."), "admin:case", found.uuid, part="preservation")
    title = _("When it will be overwritten: %(what)s") % {"what": row.get_kind_display()}
    return _page(request, "ask.html", title, found, form, _("Record it"))


def _item_for(request: HttpRequest, uuid: UUID) -> tuple[EvidenceItem, Case]:
    """An item of a case this person may see and add evidence to; 404 when he may not see it."""
    row = EvidenceItem.objects.select_related("case", "transaction", "person_key").filter(uuid=uuid).first()
    if row is None:
        raise Http404
    found = case_for(request, row.case.uuid)
    right_to(request, Verb.ADD_EVIDENCE, found)
    return row, found


def _page(
    request: HttpRequest, template: str, title: str, case: Case, form: forms.BaseForm, primary: str
) -> HttpResponse:
    status = 422 if form.errors else 200
    return page(request, template, title, status=status, case=case, form=form, primary=primary)
