"""Erasure batches 到期销毁: what there is, proposing one, agreeing to it, following it, the report."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from cases import due
from cases.actions import erasure
from cases.errors import CaseError, NotAllowed
from cases.models import ErasureBatch, ErasureItem

from ..forms.base import paragraph
from . import erasure_words
from .export import Sheet, taken
from .frame import done, page, posted, say, told, who
from .wording import opened

SHOWN = 50
State, Outcome = ErasureBatch.State, ErasureItem.Outcome
TONES = {Outcome.HELD: "now", Outcome.FAILED: "hot"}
HEADS = (
    gettext_lazy("Number"),
    gettext_lazy("Complaints"),
    gettext_lazy("Outcome"),
    gettext_lazy("Why kept"),
    gettext_lazy("Done at"),
)


class ReasonForm(forms.Form):
    """Why."""

    reason = paragraph(gettext_lazy("Reason"), rows=2, max_length=erasure.LONGEST)


class AgreeForm(forms.Form):
    """The second look, which is a person's."""

    looked = forms.BooleanField(
        label=gettext_lazy(
            "I made sure: the business relation with these persons ended long enough ago or the core system keeps "
            "their identity data, and no court, police or supervisor asks for them"
        ),
        required=False,
    )


@told
def batches(request: HttpRequest) -> HttpResponse:
    """All batches, the newest first."""
    user = _reader(request)
    rows = ErasureBatch.objects.select_related("proposed_by", "answered_by", "person_key").order_by("-pk")
    before = request.GET.get("before", "")
    found = list((rows.filter(pk__lt=int(before)) if before.isdecimal() and len(before) < 19 else rows)[: SHOWN + 1])
    return page(
        request,
        "erasures.html",
        _("Erasure batches"),
        rows=[_row(batch, user) for batch in found[:SHOWN]],
        may_propose=erasure.may_propose(user),
        older_url=f"?before={found[SHOWN - 1].pk}" if len(found) > SHOWN else "",
        newer_url=reverse("admin:erasures") if before else "",
    )


@told
def propose(request: HttpRequest) -> HttpResponse:
    """Who is due now, who is kept and why; proposed by a POST, found again then."""
    user = who(request)
    if not erasure.may_propose(user):
        raise NotAllowed
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = erasure.propose(user=user, **form.cleaned_data)
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("Proposed. A second person has to agree."), "admin:erasure", made.uuid)
    found = due.find()
    return page(
        request,
        "propose_erasure.html",
        _("Propose an erasure batch"),
        status=422 if form.errors else 200,
        form=form,
        primary=_("Propose it"),
        back_url=reverse("admin:erasures"),
        found=found,
        due=[_person(person.references) for person in found.due[:SHOWN]],
        kept=[{**_person(one.references), "why": erasure_words.why(one.keeps)} for one in found.kept[:SHOWN]],
        counted=erasure_words.counted(found.counted),
        rules=list(erasure_words.rules()),
    )


@told
def batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """One batch: who, why, how far, what became of each; agreed to or refused here by a second person."""
    user, found = _reader(request), _found(batch)
    act = request.POST.get("act", "")
    agree, refusal = AgreeForm(_for(request, act == "approve")), ReasonForm(_for(request, act == "refuse"))
    if answer := _answered(request, found, user, agree, refusal):
        return answer
    after = request.GET.get("after", "0")
    items = _items(found).filter(number__gt=int(after) if after.isdecimal() and len(after) < 9 else 0)
    shown = list(items[: SHOWN + 1])
    return page(
        request,
        "erasure.html",
        _("Erasure batch %(number)s") % {"number": found.number},
        status=422 if agree.errors or refusal.errors else 200,
        row=_row(found, user),
        reason=opened(found, "reason", purpose="erasure page"),
        refusal_note=opened(found, "refusal", purpose="erasure page"),
        left_out=erasure_words.counted(found.left_out),
        items=[_item(item) for item in shown[:SHOWN]],
        outcomes=[{"words": str(Outcome(name).label), "n": n} for name, n in _outcomes(found)],
        agree=agree,
        refusal=refusal,
        may_answer=erasure.may_answer(found, user),
        may_take_back=found.state == State.WAITING and found.proposed_by_id == user.pk,
        awaited=_awaited(found),
        older_url=f"?after={shown[SHOWN - 1].number}" if len(shown) > SHOWN else "",
        newer_url=reverse("admin:erasure", args=[found.uuid]) if after != "0" else "",
    )


@told
def state(request: HttpRequest, batch: UUID) -> JsonResponse:
    """How far it is, as JSON for the page: `waits`, whether to ask again; `words`, `tone`, `percent`."""
    _reader(request)
    found = _found(batch)
    return JsonResponse({"waits": found.state == State.APPROVED, "tone": "good", **_how_far(found)})


@told
def take_back(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Whoever proposed it takes it back; by a POST."""
    _reader(request)
    found = _found(batch)
    if request.method == "POST":
        erasure.take_back(batch=found, user=who(request))
    return redirect("admin:erasure", found.uuid)


@told
def report(request: HttpRequest, batch: UUID) -> HttpResponseBase:
    """What became of each person as a CSV file, on record before the first row."""
    user, found = _reader(request), _found(batch)
    filters = {"batch": found.number}
    return taken(user, Sheet("erasure", filters, HEADS, _items(found), _cells, said=found.number))


def _reader(request: HttpRequest) -> User:
    user = who(request)
    if not erasure.may_read(user):
        raise NotAllowed
    return user


def _found(uuid: UUID) -> ErasureBatch:
    rows = ErasureBatch.objects.select_related("proposed_by", "answered_by", "person_key")
    found = rows.filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def _answered(
    request: HttpRequest, found: ErasureBatch, user: User, agree: AgreeForm, refusal: ReasonForm
) -> HttpResponse | None:
    """Where to go on once it is answered; None when it is only looked at, or something is missing."""
    if request.method != "POST":
        return None
    if not erasure.may_answer(found, user):
        raise NotAllowed
    try:
        if agree.is_bound and agree.is_valid():
            erasure.approve(batch=found, user=user, **agree.cleaned_data)
            return done(request, _("Agreed. It is carried out now."), "admin:erasure", found.uuid)
        if refusal.is_bound and refusal.is_valid():
            erasure.refuse(batch=found, user=user, **refusal.cleaned_data)
            return done(request, _("Refused."), "admin:erasure", found.uuid)
    except CaseError as error:
        say(agree if agree.is_bound else refusal, error)
    return None


def _for(request: HttpRequest, is_meant: bool) -> Any:
    return request.POST if request.method == "POST" and is_meant else None


def _items(found: ErasureBatch) -> QuerySet[ErasureItem]:
    return ErasureItem.objects.filter(batch=found).order_by("number")


def _row(batch: ErasureBatch, user: User) -> dict[str, Any]:
    return {"batch": batch, "mine": erasure.may_answer(batch, user)}


def _person(references: list[str]) -> dict[str, Any]:
    return {"cases": _(", ").join(references) or _("Visit that led to no complaint")}


def _item(item: ErasureItem) -> dict[str, Any]:
    tone = TONES.get(Outcome(item.outcome), "")
    return {**_person(item.cases), "item": item, "why": erasure_words.why(item.why), "tone": tone}


def _cells(item: ErasureItem) -> list[Any]:
    why = " ".join(erasure_words.why(item.why))
    return [item.number, _person(item.cases)["cases"], item.get_outcome_display(), why, item.done_at]


def _outcomes(found: ErasureBatch) -> list[tuple[str, int]]:
    counts = erasure.counts(found)
    named = [("" if name == "waiting" else name, n) for name, n in counts.items()]
    return sorted(named, key=lambda pair: list(Outcome.values).index(pair[0]))


def _how_far(found: ErasureBatch) -> dict[str, Any]:
    dealt_with = found.total - erasure.counts(found).get("waiting", 0)
    words = _("%(done)s of %(total)s persons") % {"done": dealt_with, "total": found.total}
    if found.state != State.APPROVED:
        words = str(found.get_state_display())
    return {"words": words, "percent": dealt_with * 100 // found.total if found.total else 100}


def _awaited(found: ErasureBatch) -> dict[str, Any]:
    """While it is carried out: see waits.js."""
    if found.state != State.APPROVED:
        return {}
    late = _("It takes longer. This page does not ask any more: open it again to see how far it is.")
    return {**_how_far(found), "url": reverse("admin:erasure_state", args=[found.uuid]), "late": late}
