"""Pages and panel of the terms a decision is told by: more time by law, and a settlement with the customer."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from accounts.permissions import Verb, may, may_somewhere
from cases.errors import CaseError, NotAllowed
from cases.models import Case, Extension
from knowledge import policies

from ..forms.terms import AnswerExtensionForm, AskExtensionForm, EndSettlementForm, SettleForm, TellExtensionForm
from ..verbs import terms
from . import presence
from .frame import case_for, done, page, posted, right_to, say, told, who
from .wording import opened

State = Extension.State
# name of the page → form, right, verb, title, words of the button
PAGES: dict[str, tuple[Any, Verb, Callable[..., Any], Any, Any]] = {
    "settle": (
        SettleForm,
        Verb.SETTLE,
        terms.settle,
        gettext_lazy("Record a settlement"),
        gettext_lazy("Record the settlement"),
    ),
    "end_settlement": (
        EndSettlementForm,
        Verb.SETTLE,
        terms.end_settlement,
        gettext_lazy("End the settlement"),
        gettext_lazy("Record that it ended"),
    ),
}


def of_case(name: str) -> Any:
    """The view of one of these pages."""
    form_class, verb, act, title, button = PAGES[name]

    @told
    def view(request: HttpRequest, case: UUID) -> HttpResponse:
        found = case_for(request, case)
        right_to(request, verb, found)
        return _answer(request, found, form_class(posted(request)), act, (str(title), str(button)))

    return view


@told
def ask(request: HttpRequest, case: UUID) -> HttpResponse:
    """More time is asked for."""
    found = case_for(request, case)
    right_to(request, Verb.MOVE_CLOCK, found)
    form = AskExtensionForm(posted(request), case=found)
    return _answer(request, found, form, terms.ask_extension, (_("Ask for more time"), _("Submit the request")))


@told
def answer(request: HttpRequest, extension: UUID) -> HttpResponse:
    """Yes or no to more time; the request stands above the form."""
    row, found = _extension_for(request, extension)
    if terms.right_to_answer(row, who(request)) is None:
        raise NotAllowed
    form = AnswerExtensionForm(posted(request))

    def act(_case: Case, *, user: User, answer: str, reason: str) -> None:
        (terms.grant_extension if answer == "grant" else terms.refuse_extension)(row, user=user, reason=reason)

    words = (_("Answer the request for more time"), _("Submit the answer"))
    return _answer(request, found, form, act, words, asked=told_of(row, found))


@told
def tell(request: HttpRequest, extension: UUID) -> HttpResponse:
    """The customer was told of the extension."""
    row, found = _extension_for(request, extension)
    right_to(request, Verb.MOVE_CLOCK, found)

    def act(_case: Case, **what: Any) -> None:
        terms.tell_extension(row, **what)

    words = (_("Tell the customer of the extension"), _("Record that the customer was told"))
    return _answer(request, found, TellExtensionForm(posted(request)), act, words, asked=told_of(row, found))


def acts(case: Case, user: User) -> Iterator[dict[str, Any]]:
    """What may be asked or agreed now, as buttons of the case page."""
    if case.state != Case.State.OPEN or case.withdrawn_at is not None:
        return
    if may(user, Verb.MOVE_CLOCK, case):
        yield _button("ask_extension", case, _("Ask for more time"))
    if may(user, Verb.SETTLE, case):
        stands = presence.rows(case, "settlements", case.settlements.filter(ended_at=None))
        name = "end_settlement" if stands else "settle"
        yield _button(name, case, PAGES[name][3])


def panel_of(case: Case, user: User) -> dict[str, Any]:
    """Requests for more time and settlements of the case, the last first; two queries."""
    found = case.extensions.select_related("deadline", "extended", "asked_by", "answered_by", "notice")
    asked = presence.rows(case, "extensions", found.order_by("-id"))
    extensions = [{**told_of(row, case), "url": _next(row, case, user)} for row in asked]
    settlements = [
        {"row": row, "text": _opened(case, row, "text"), "ending": _opened(case, row, "ending_reason")}
        for row in presence.rows(
            case, "settlements", case.settlements.select_related("agreement", "by").order_by("-id")
        )
    ]
    return {"extensions": extensions, "settlements": settlements}


def told_of(row: Extension, case: Case) -> dict[str, Any]:
    """One request in words: what was asked for, why, and what became of it."""
    row.case = case
    return {
        "row": row,
        "title": policies.rule(row.key, case.policy_version or None).title,
        "basis": policies.rule(row.key, case.policy_version or None).basis,
        "reason": _opened(case, row, "reason"),
        "opinion": _opened(case, row, "answer_reason"),
    }


def waiting_for(user: User) -> list[dict[str, Any]]:
    """Requests that wait for this person, for his home; one query, none for posts without a part in it."""
    if not any(may_somewhere(user, verb) for verb in (Verb.MOVE_CLOCK, Verb.GRANT_EXTENSION, Verb.APPROVE_EXTENSION)):
        return []
    return [
        {
            "row": row,
            "case": row.case,
            "title": policies.rule(row.key, row.case.policy_version or None).title,
            "is_to_tell": row.state == State.GRANTED,
            "url": _url(row),
        }
        for row in terms.answers_for(user)
    ]


def _next(row: Extension, case: Case, user: User) -> str:
    """Where this person goes on with the request; empty when it is not his."""
    if row.state == State.GRANTED and may(user, Verb.MOVE_CLOCK, case):
        return _url(row)
    if row.state == State.WAITING and row.asked_by_id != user.pk and terms.right_to_answer(row, user):
        return _url(row)
    return ""


def _url(row: Extension) -> str:
    return reverse("admin:tell_extension" if row.state == State.GRANTED else "admin:answer_extension", args=[row.uuid])


def _opened(case: Case, row: Any, field: str) -> str:
    row.person_key = case.person_key
    return opened(row, field, purpose="case page") if getattr(row, field) is not None else ""


def _button(name: str, case: Case, words: Any) -> dict[str, Any]:
    return {"url": reverse(f"admin:{name}", args=[case.uuid]), "words": words, "primary": False, "post": False}


def _extension_for(request: HttpRequest, uuid: UUID) -> tuple[Extension, Case]:
    row = Extension.objects.select_related("case", "deadline", "extended", "asked_by").filter(uuid=uuid).first()
    if row is None:
        raise Http404
    row.case = case_for(request, row.case.uuid)
    return row, row.case


def _answer(
    request: HttpRequest, case: Case, form: Any, act: Callable[..., Any], words: tuple[str, str], **more: Any
) -> HttpResponse:
    """A POST that holds is done and leads to the case; whatever was typed else is there again."""
    if request.method == "POST" and form.is_valid():
        try:
            act(case, user=who(request), **form.cleaned_data)
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("Recorded."), "admin:case", case.uuid)
    title, button = words
    status = 422 if form.errors else 200
    return page(request, "ask_terms.html", title, status=status, case=case, form=form, primary=button, **more)
