"""After the decision: until when a review may be applied for and where, reviews, proceedings, legal holds."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from accounts.permissions import Verb, may
from cases.actions import review_decision
from cases.errors import CaseError
from cases.models import Case, LegalHold, Letter, Proceeding, Review
from cases.remedies import last_day, may_ask_until
from record import clock

from ..forms.proceeding import BeginForm, EndForm, EndHoldForm
from ..forms.review import TakeBackForm
from ..models import StepTask
from ..verbs import remedies
from .frame import case_for, done, page, posted, right_to, say, told, who
from .wording import opened

# name of the page → form, right, verb, what it is asked of, title and words of the button
Asked = tuple[Any, Verb, Callable[..., Any], Any, Any, Any]
PAGES: dict[str, Asked] = {
    "begin_proceeding": (
        BeginForm,
        Verb.RECORD_PROCEEDING,
        remedies.begin_proceeding,
        Case,
        gettext_lazy("Mediation, arbitration, lawsuit"),
        gettext_lazy("Put it on record"),
    ),
    "end_proceeding": (
        EndForm,
        Verb.RECORD_PROCEEDING,
        remedies.end_proceeding,
        Proceeding,
        gettext_lazy("How it ended"),
        gettext_lazy("Record the end"),
    ),
    "end_hold": (
        EndHoldForm,
        Verb.END_HOLD,
        remedies.end_hold,
        LegalHold,
        gettext_lazy("End the legal hold"),
        gettext_lazy("End the hold"),
    ),
    "take_back_review": (
        TakeBackForm,
        Verb.OPEN_REVIEW,
        remedies.take_back,
        Review,
        gettext_lazy("Application taken back"),
        gettext_lazy("Record it"),
    ),
}


def address_of(name: str) -> str:
    """The page's path: what it is asked of, by uuid, and what is asked."""
    word = {Case: "case", Proceeding: "proceeding", LegalHold: "hold", Review: "review"}[PAGES[name][3]]
    return f"{word}/<uuid:{word}>/{name.replace('_', '-')}/"


def of_remedy(name: str) -> Any:
    """The view of one of these pages, about a case or about a row of one."""
    form_class, verb, act, model, title, button = PAGES[name]

    @told
    def view(request: HttpRequest, **named: UUID) -> HttpResponse:
        subject, found = _subject(request, model, *named.values())
        right_to(request, verb, found)
        form = form_class(posted(request))
        if request.method == "POST" and form.is_valid():
            try:
                act(subject, user=who(request), **form.cleaned_data)
            except CaseError as error:
                say(form, error)
            else:
                return done(request, _("Recorded."), "admin:case", found.uuid)
        status = 422 if form.errors else 200
        return page(request, "ask.html", str(title), status=status, case=found, form=form, primary=str(button))

    return view


def _subject(request: HttpRequest, model: Any, uuid: UUID) -> tuple[Any, Case]:
    if model is Case:
        found = case_for(request, uuid)
        return found, found
    row = model.objects.select_related("case").filter(uuid=uuid).first()
    if row is None:
        raise Http404
    return row, case_for(request, row.case.uuid)


def acts(case: Case, user: User) -> Iterator[dict[str, Any]]:
    """The button that puts a mediation, arbitration or lawsuit on record."""
    if may(user, Verb.RECORD_PROCEEDING, case):
        yield _link("begin_proceeding", case) | {"primary": False, "post": False}


def of(case: Case, user: User) -> dict[str, Any]:
    """Context of remedies.html, from the case file."""
    rows = [_proceeding(row, case, user) for row in case.proceedings.all()]
    if case.told_at is None:
        return {"remedies": {"proceedings": rows} if rows else None}
    letter: Letter | None = getattr(case, "letter", None)
    reviews = list(case.reviews.all())
    heard_at = reviews[-1].heard_at if reviews else case.told_at
    until = may_ask_until(case, heard_at)
    return {
        "remedies": {
            "proceedings": rows,
            "head_office": letter is not None and letter.decided_by_head_office,
            "superior": letter.superior_unit.label if letter and letter.superior_unit else "",
            "until": last_day(case, until),
            "is_over": clock.now() >= until,
            "reviews": [_review(row, case, user) for row in reviews],
        }
    }


def _proceeding(row: Proceeding, case: Case, user: User) -> dict[str, Any]:
    row.person_key = case.person_key
    hold = getattr(row, "hold", None)
    may_end = row.ended_at is None and may(user, Verb.RECORD_PROCEEDING, case)
    lets_go = hold is not None and hold.until is None and row.ended_at is not None and may(user, Verb.END_HOLD, case)
    return {
        "row": row,
        "body": opened(row, "body", purpose="case page"),
        "hold": hold,
        "end": _link("end_proceeding", row) if may_end else None,
        "end_hold": _link("end_hold", hold) if lets_go else None,
    }


def _review(row: Review, case: Case, user: User) -> dict[str, Any]:
    open_to_him = row.ended_at is None and row.approved_at is None and row.told_at is None
    return {
        "row": row,
        "findings": findings_of(row),
        "reasons": opened(row, "reasons", purpose="case page") if row.reasons is not None else "",
        "refusal": opened(row, "refusal_note", purpose="case page") if row.refusal_note is not None else "",
        "take_back": _link("take_back_review", row) if open_to_him and may(user, Verb.OPEN_REVIEW, case) else None,
    }


def findings_of(row: Review) -> list[tuple[str, bool, str]]:
    """(what was looked at, whether it was right, what was found) of the three; none before they were."""
    if row.process_right is None:
        return []
    named = (("process", _("Handling process")), ("limits", _("Time limits")), ("result", _("Result")))
    return [
        (words, bool(getattr(row, f"{name}_right")), opened(row, f"{name}_found", purpose="case page"))
        for name, words in named
    ]


def _link(name: str, row: Any) -> dict[str, Any]:
    return {"url": reverse(f"admin:{name}", args=[row.uuid]), "words": PAGES[name][4]}


def asked(task: StepTask, user: User) -> dict[str, Any]:
    """Context of asked_review.html: a review decision that waits for approval, with the first decision beside it."""
    from .asked_proposal import level_words, limits_of
    from .letter import contents

    case = task.case
    review = review_decision.waiting(case)
    letter = case.letter
    letter.person_key = case.person_key
    shares = review_decision.shares_of(review) if review is not None else []
    total = review_decision.sum_waiting(case)
    return {
        "review": review,
        "findings": findings_of(review) if review is not None else [],
        "reasons": opened(review, "reasons", purpose="approval") if review is not None else "",
        "shares": [{"row": row, "after": row.bank_before + row.more} for row in shares],
        "total": total,
        "more": sum((row.more for row in shares), total - total),
        "first": contents(letter),
        "transactions": list(case.transactions.filter(is_disputed=True)),
        "limits": limits_of(task, user, total, case.currency),
        "level_why": level_words(task),
        "independence": _("You had no part in the first decision, and no interest of yours is on record."),
    }
