"""客户指认, in the call: the card's transactions once they are listed, and which the customer says were not his."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from accounts.models import User
from accounts.permissions import Verb, may, standing
from accounts.roles import FRONT_LINE
from cases import named, rules, sums
from cases.errors import CaseError
from cases.models import Case

from ..forms.naming import NamingForm
from ..verbs import casework
from .frame import case_for, done, page, posted, right_to, say, told, who

STOPS: Final = frozenset({"order_stop", "order_late_stop"})  # the list is asked for when the stop is settled
BY_HAND: Final = frozenset({"stop_by_hand", "late_stop_by_hand"})
# Orders for the list, and who is asked when no answer comes.
LISTS: Final = {"list_transactions": "trace", "list_late": "list_late_by_hand"}


class Stands(NamedTuple):
    """How the list stands: whether it may still come by itself, in words, and whether that is good or bad."""

    waits: bool
    tone: str
    words: str


@told
def name(request: HttpRequest, case: UUID) -> HttpResponse:
    """The page; a POST takes down what the customer names. What was typed stays when it is refused."""
    found = _found(request, case)
    form = NamingForm(posted(request), case=found)
    if request.method == "POST" and form.is_valid():
        try:
            now = casework.name_transactions(found, user=who(request), **form.said())
        except CaseError as error:
            say(form, error)
        else:
            return _done(request, found, now)
    return page(
        request,
        "naming.html",
        _("Which are not the customer's?"),
        status=422 if form.errors else 200,
        case=found,
        form=form if _is_open(found) or form.errors else None,
        rows=list(form.rows()),
        stands=_stands(found),
        state_url=reverse("admin:naming_state", args=[case]),
        primary=_("Record what he names"),
    )


@told
def state(request: HttpRequest, case: UUID) -> HttpResponse:
    """How the list stands, as JSON: `waits`, whether to ask again; `words`; `tone`, good or bad. 404 out of reach."""
    return JsonResponse(_stands(_found(request, case))._asdict())


def acts(case: Case, user: User) -> Iterator[dict[str, Any]]:
    """The button on the case page until the trace is done; the next thing for whoever has the customer on the phone."""
    if not (case.is_open and rules.is_card_fraud(case) and _is_open(case)):
        return
    right = standing(user, Verb.REGISTER, case)
    if right is None:
        return
    url = reverse("admin:naming", args=[case.uuid])
    is_next = right.post.role in FRONT_LINE and not _was_asked(case) and case.narrative is not None
    yield {"url": url, "words": _words(case), "primary": is_next, "post": False}


def link(case: Case, user: User) -> dict[str, Any]:
    """The page's address and its words beside the transactions, for whoever may read it; else empty."""
    if not rules.is_card_fraud(case) or not may(user, Verb.REGISTER, case):
        return {}
    return {"naming_url": reverse("admin:naming", args=[case.uuid]), "naming_words": _words(case)}


def _was_asked(case: Case) -> bool:
    return any(one.is_named for one in case.transactions.all())


def _words(case: Case) -> str:
    is_said = _was_asked(case) or not _is_open(case)
    return _("What the customer names") if is_said else _("Which are not the customer's?")


def facts(case: Case) -> Iterator[dict[str, Any]]:
    """What the customer names, beside a step: so many, and their sum. No query where the transactions are at hand."""
    now = named.of(case.transactions.all(), case.currency) if rules.is_card_fraud(case) else None
    if now is not None and now.many:
        yield {"label": _("As he says"), "value": words_of(now)}


def words_of(now: named.Named) -> str:
    """So many, together so much; those in another currency are said to be beside the sum."""
    said = ngettext("%(n)s transaction, %(total)s yuan", "%(n)s transactions, %(total)s yuan", now.many)
    said %= {"n": now.many, "total": sums.spoken(now.total)}
    if not now.foreign:
        return said
    return _("%(said)s; %(n)s of them in another currency, not in the sum") % {"said": said, "n": now.foreign}


def _found(request: HttpRequest, uuid: UUID) -> Case:
    found = case_for(request, uuid)
    if not rules.is_card_fraud(found):
        raise Http404
    right_to(request, Verb.REGISTER, found)
    prefetch_related_objects([found], "transactions", "tasks")
    return found


def _is_open(case: Case) -> bool:
    return not rules.is_over(case) and not named.is_traced(case.transactions.all())


def _done(request: HttpRequest, case: Case, now: named.Named) -> HttpResponse:
    """Back to the case; to the registration where a stop in haste left it out."""
    said = _("Recorded as the customer says: %(what)s.") % {"what": words_of(now)}
    return done(request, said, "admin:describe" if case.narrative is None else "admin:case", case.uuid)


def _stands(case: Case) -> Stands:
    listed = sum(one.noted_by_id is None for one in case.transactions.all())
    if listed:
        said = ngettext("The card system lists %(n)s payment.", "The card system lists %(n)s payments.", listed)
        return Stands(False, "good", said % {"n": listed})
    tasks = list(case.tasks.all())
    running = {task.flow_task.name for task in tasks if task.is_open}
    answered = {task.flow_task.name for task in tasks if task.outcome == "confirmed"}
    if any(order in running and twin not in running for order, twin in LISTS.items()):
        return Stands(True, "", _("The card system is asked for the card's payments; they appear here by themselves."))
    if running & STOPS and not running & BY_HAND:
        words = _("The order to stop the card is out; the list of payments is asked for right after it.")
        return Stands(True, "", words)
    if answered & LISTS.keys():
        return Stands(False, "", _("The card system lists no payment of the last 180 days."))
    return Stands(False, "bad", _unlisted(case, running))


def _unlisted(case: Case, running: set[str]) -> str:
    """Why there is no list, and what to do now."""
    if rules.lacks_card(case):
        return _("The card is not known yet, so nothing is listed. Write down below what the customer names.")
    if running & BY_HAND:
        return _(
            "The card system did not stop the card: a supervisor does it by hand first. Write down below what the "
            "customer names."
        )
    return _(
        "The card system gave no list. Write down below what the customer names; the fraud post takes the rest from "
        "the statement."
    )
