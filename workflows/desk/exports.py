"""Exports: what I asked for and how far it is, asking for one, answering another person's, taking the file."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet, Subquery
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext as _, gettext_lazy

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases.actions import exports
from cases.errors import CaseError, NotAllowed
from cases.exports import scope as scopes
from cases.exports.formats import FORMATS, Format
from cases.models import Case, Export
from cases.models.export import LANGUAGES
from record.errors import KeyDestroyed

from ..forms.base import paragraph
from .frame import done, page, posted, say, told, who
from .ledger_bar import COMPLAINTS
from .worklists import Place

SHOWN = 50
State = Export.State
TONES = {State.READY: "good", State.FAILED: "bad", State.REFUSED: "bad"}


class AskForm(forms.Form):
    """What for, in which form, in which language; whether personal values leave in clear."""

    purpose = paragraph(
        gettext_lazy("What for"),
        rows=2,
        max_length=exports.LONGEST,
        help_text=gettext_lazy("Stands in the bundle and on record, for example: on-site inspection, letter no. …"),
    )
    formats = forms.MultipleChoiceField(
        label=gettext_lazy("Beside the journal"), widget=forms.CheckboxSelectMultiple, initial=["csv", "xlsx"]
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of tables and papers"), choices=LANGUAGES)
    clear = forms.BooleanField(
        label=gettext_lazy("Personal values in clear"),
        required=False,
        help_text=gettext_lazy("A second person has to agree first, as with files of evidence."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [one for one in FORMATS.values() if not one.sealed or may_somewhere(user, Verb.DOWNLOAD_EVIDENCE)]
        offered.sort(key=lambda one: one.sealed)
        choices: Any = self.fields["formats"]
        choices.choices = [(one.name, _named(one)) for one in offered]
        self.fields["language"].initial = get_language()
        if not may_somewhere(user, Verb.SHOW_IN_CLEAR):
            del self.fields["clear"]


def _chosen(request: HttpRequest) -> dict[str, list[str]]:
    """The formats an address asks for (`format`), ticked for whoever came from there; else those of the form."""
    named = [name for name in request.GET.getlist("format") if name in FORMATS]
    return {"formats": named} if named else {}


def _named(one: Format) -> str:
    """A format by its title; one that this machine cannot write says so."""
    lacks = one.lacks()
    return f"{one.title} ({lacks})" if lacks else str(one.title)


class RefusalForm(forms.Form):
    """Why not."""

    reason = paragraph(gettext_lazy("Reason"), rows=2, max_length=exports.LONGEST)


@told
def mine(request: HttpRequest) -> HttpResponse:
    """What I asked for, the newest first, and what waits for my yes or no."""
    user = who(request)
    if not (may_somewhere(user, Verb.EXPORT) or may_somewhere(user, Verb.APPROVE_EXPORT)):
        raise NotAllowed
    after = Place.read(request.GET.get("after", ""))
    found = list(older(Export.objects.of(user).select_related("person_key"), after)[: SHOWN + 1])
    rows, last = found[:SHOWN], Place(found[SHOWN - 1].asked_at, found[SHOWN - 1].uuid) if len(found) > SHOWN else None
    waiting = exports.to_answer(user).select_related("asked_by", "person_key")[:SHOWN]
    return page(
        request,
        "exports.html",
        _("Exports"),
        rows=[_row(export) for export in rows],
        to_answer=[_row(export) for export in waiting],
        awaited=_awaited(rows),
        may_ask=may_somewhere(user, Verb.EXPORT),
        older_url=f"?after={last}" if last else "",
        newer_url=reverse("admin:exports") if after else "",
    )


def state(request: HttpRequest) -> JsonResponse:
    """How far mine are, as JSON: `waits`, whether to ask again; `words`, `tone`, `percent`."""
    rows = list(Export.objects.of(who(request))[:SHOWN])
    working = [row for row in rows if row.state in (State.QUEUED, State.RUNNING)]
    if working:
        return JsonResponse({"waits": True, "tone": "", "words": _how_far(working[-1]), "percent": working[-1].percent})
    newest = max(rows, key=lambda row: (row.ended_at is not None, row.ended_at), default=None) if rows else None
    words = str(newest.get_state_display()) if newest else _("Nothing is being exported.")
    tone = TONES.get(State(newest.state), "") if newest else ""
    return JsonResponse({"waits": False, "tone": tone, "words": words, "percent": 100})


@told
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for cases named one by one (`case`), or for a list with its filters (`list`); changed by a POST alone."""
    user = who(request)
    if not may_somewhere(user, Verb.EXPORT):
        raise NotAllowed
    asked = _scope(request)
    cases = scopes.found(user, asked)
    count = cases.count()
    if not count:
        raise NotAllowed(_("No complaint within your reach is in it."))
    form = AskForm(posted(request), user=user, initial=_chosen(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = exports.ask(user=user, scope=asked, **form.cleaned_data)
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _said(made), "admin:exports")
    return page(
        request,
        "ask_export.html",
        _("Export complaints"),
        status=422 if form.errors else 200,
        form=form,
        count=count,
        words=_words(user, asked, cases),
        primary=_("Export"),
        back_url=reverse("admin:exports"),
    )


@told
def answer(request: HttpRequest, export: UUID) -> HttpResponse:
    """Another person's export with personal values: agree, or refuse with a reason; never one's own."""
    user = who(request)
    found = Export.objects.select_related("asked_by", "person_key", "answered_by").filter(uuid=export).first()
    if found is None or not exports.may_answer(found, user):
        raise Http404
    form = RefusalForm(request.POST if request.POST.get("act") == "refuse" else None)
    if request.method == "POST" and request.POST.get("act") == "approve":
        exports.approve(export=found, user=user)
        return done(request, _("Agreed. The export is made now."), "admin:exports")
    if form.is_bound and form.is_valid():
        try:
            exports.refuse(export=found, user=user, reason=form.cleaned_data["reason"])
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("Refused."), "admin:exports")
    cases = scopes.found(found.asked_by, found.scope)
    return page(
        request,
        "answer_export.html",
        _("Agree to an export"),
        status=422 if form.errors else 200,
        form=form,
        row=_row(found),
        count=cases.count(),
        words=_words(found.asked_by, found.scope, cases),
        is_open=found.state == State.WAITING,
    )


@told
def cancel(request: HttpRequest, export: UUID) -> HttpResponse:
    """I do not want it any more; by a POST."""
    found = _mine(request, export)
    if request.method == "POST":
        exports.cancel(export=found, user=who(request))
    return redirect("admin:exports")


@told
def take(request: HttpRequest, export: UUID) -> HttpResponseBase:
    """The file, to whoever asked for it; the taking is recorded first."""
    return bundle(_mine(request, export), who(request))


def bundle(export: Export, user: User) -> FileResponse:
    """The file as a download. NotAllowed, CaseError as of the taking."""
    path = exports.take_file(export=export, user=user)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=f"redress-{export.uuid}.zip")
    response["Content-Type"] = "application/zip"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def older(rows: QuerySet[Export], after: Place | None) -> QuerySet[Export]:
    """What was asked for before a place, or at the same moment and written down before it."""
    if after is None:
        return rows
    at = Subquery(Export.objects.filter(uuid=after.step).values("pk"))
    return rows.filter(Q(asked_at__lt=after.due_at) | Q(asked_at=after.due_at, pk__lt=at))


def _mine(request: HttpRequest, uuid: UUID) -> Export:
    found = Export.objects.of(who(request)).filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def _scope(request: HttpRequest) -> dict[str, Any]:
    """What the address names, all complaints within reach when it names nothing; of filters only codes. Else 404."""
    try:
        named = [str(UUID(one)) for one in request.GET.getlist("case")[: exports.MOST_NAMED]]
    except ValueError:
        raise Http404 from None
    if named:
        return {"cases": named}
    which = request.GET.get("list", COMPLAINTS)
    if which not in scopes.LISTS:
        raise Http404
    return {"list": which, "filters": scopes.CODES[which](who(request), request.GET)}


def _words(user: User, asked: dict[str, Any], cases: Any) -> str:
    """Which cases it is about: their numbers, or the list and its filters."""
    if "cases" in asked:
        return _(", ").join(cases.order_by("pk").values_list("reference", flat=True)[:5])
    filters = scopes.IN_WORDS[asked["list"]](user, asked["filters"])
    return " · ".join(filter(None, (str(scopes.TITLES[asked["list"]]), filters or _("No filter."))))


def _said(made: Export) -> str:
    if made.state == State.WAITING:
        return _("Asked for. A second person has to agree before it is made.")
    return _("Asked for. It is made in the background and stands here when it is ready.")


def _row(export: Export) -> dict[str, Any]:
    """One export as the page shows it; complaints that were named, by how many they are."""
    try:
        purpose = export.reveal("purpose", purpose="exports page")
    except KeyDestroyed:
        purpose = _("erased")
    return {
        "export": export,
        "purpose": purpose,
        "formats": _(", ").join(str(FORMATS[name].title) for name in export.formats if name in FORMATS),
        "about": _about(export),
        "words": _how_far(export) if export.state in (State.QUEUED, State.RUNNING) else export.get_state_display(),
        "tone": TONES.get(State(export.state), ""),
        "failure": export.get_failure_display() if export.failure else "",
    }


def _about(export: Export) -> str:
    if "cases" in export.scope:
        return _("Complaints named: %(n)s") % {"n": len(export.scope["cases"])}
    return str(scopes.TITLES.get(export.scope.get("list", ""), ""))


def _how_far(export: Export) -> str:
    if export.state == State.QUEUED:
        return str(State.QUEUED.label)
    return _("Being made: %(percent)s %%") % {"percent": export.percent}


def _awaited(rows: list[Export]) -> dict[str, Any]:
    """While one of mine is being made: `words`, `percent`; `url`, where the page asks; `late`, for giving up."""
    working = [row for row in rows if row.state in (State.QUEUED, State.RUNNING)]
    if not working:
        return {}
    late = _("It takes longer. This page does not ask any more: open it again to see how far it is.")
    words = {"words": _how_far(working[-1]), "percent": working[-1].percent}
    return {**words, "url": reverse("admin:exports_state"), "late": late}


def link(user: User, case: Case) -> list[dict[str, Any]]:
    """The acts on the page of a case, for whoever may export: all there is, or its papers alone."""
    if not may_somewhere(user, Verb.EXPORT):
        return []
    url = f"{reverse('admin:ask_export')}?case={case.uuid}"
    return [
        {"url": url, "words": _("Export"), "primary": False, "post": False, "about": "file"},
        {"url": f"{url}&format=dossier", "words": _("PDF dossier"), "primary": False, "post": False, "about": "file"},
        {"url": f"{url}&format=proof", "words": _("Proof package"), "primary": False, "post": False, "about": "file"},
    ]
