"""Addresses the page itself asks while somebody types: keep this, give a fresh token, throw this draft away."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.actions import drafts
from accounts.errors import Refused
from cases.models import Case
from record.models import PersonKey

from .frame import case_for, done, step_for, who

OURS = frozenset({"draft", "csrfmiddlewaretoken"})  # of the page, not answers


def keep(request: HttpRequest) -> HttpResponse:
    """Keep what is typed: a POST of the form with `draft`, its uuid; X-Page: its path and query. GET: a fresh token.

    X-Blank: it was emptied again; what was kept of it goes. Answers JSON: `at`, the time in words, "" when nothing is
    kept; `token`, for the forms of the page: after a log-in in another window the old
    one is void. 404 for a page that is none or lies out of reach, 413 for what is too much.
    """
    if request.method != "POST":
        return JsonResponse({"token": get_token(request)})
    try:
        uuid, place = UUID(request.POST.get("draft", "")), request.headers.get("X-Page", "")
        key = _key_of(request, place)
    except (ValueError, Resolver404):
        return JsonResponse({}, status=404)
    if "X-Blank" in request.headers:
        drafts.forget(who(request), uuid)
        return JsonResponse({"at": "", "token": get_token(request)})
    try:
        draft = drafts.keep(who(request), uuid, place=place, answers=_answers(request.POST), key=key)
    except Refused:
        return JsonResponse({}, status=413)
    at = date_format(timezone.localtime(draft.kept_at), "H:i")
    return JsonResponse({"at": at, "token": get_token(request)})


@require_POST
def forget(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Throw a draft away, and go back to its page."""
    drafts.forget(who(request), draft)
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return done(request, _("The draft was thrown away."), "admin:index")
    return redirect(back)


def _answers(posted: QueryDict) -> str:
    kept = QueryDict(mutable=True)
    for name, values in posted.lists():
        if name not in OURS:
            kept.setlist(name, values)
    return kept.urlencode()


def _key_of(request: HttpRequest, place: str) -> PersonKey | None:
    """The key of the person the page is about, None when it is about no case yet. Http404 when he may not see it."""
    match = resolve(place.partition("?")[0])
    if match.url_name is None:  # the site's answer to whatever is no page
        raise Resolver404
    about = match.kwargs
    if "step" in about:
        return _person_of(step_for(request, about["step"]).case)
    return _person_of(case_for(request, about["case"])) if "case" in about else None


def _person_of(case: Case) -> PersonKey | None:
    return case.person_key
