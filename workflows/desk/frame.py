"""What every desk page is framed with: who works here, where he may go, and how errors of a verb are told."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from viewflow.workflow import STATUS

from accounts.models import User
from accounts.models.post import Standing
from accounts.permissions import Verb, may_somewhere, refusal, standing
from cases import access, kinds
from cases.actions import erasure
from cases.errors import CaseError, NotAllowed, SomeoneWasFirst
from cases.models import Case
from record.errors import KeyDestroyed

from ..forms.base import StepForm
from ..models import StepTask
from ..verbs.stepwork import AnswersRefused
from . import drafts

# Ledgers whose addresses are older than the one entry for all of them.
LEDGERS_ELSEWHERE = ("admin:stop_ledger", "admin:credit_list")
Page = Callable[..., HttpResponseBase]


def page(request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a desk page in its frame. A form filled in from a draft is shown without complaints."""
    draft = drafts.of(request, context.get("form"))
    framed = {**admin.site.each_context(request), "title": title, "draft": draft, **context}
    status = 200 if draft.restored else status
    return render(request, f"desk/{template}", framed, status=status)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Navigation, post and unit of the person, on every page behind the log-in; one query for his posts."""
    user = request.user
    if not isinstance(user, User):
        return {}
    held = user.standings_now()[:1]
    return {
        "nav": list(_nav(request, user)),
        "may_find": may_somewhere(user, Verb.SEE),
        "post": held[0].post.get_role_display() if held else "",
        "unit": str(held[0].post.branch.label) if held else "",
        "can_register": may_somewhere(user, Verb.REGISTER),
        "keys": user.keys_off_since is None,
    }


def _nav(request: HttpRequest, user: User) -> Any:
    here = request.path
    home = reverse("admin:index")
    yield (_("Desk"), home, here == home, None)
    if may_somewhere(user, Verb.REASSIGN):
        morning = reverse("admin:morning")
        yield (_("Morning board"), morning, here == morning, None)
    if may_somewhere(user, Verb.SEE):
        cases = reverse("admin:cases")
        yield (_("Complaints"), cases, here == cases, None)
        ledgers = reverse("admin:ledgers")
        yield (_("Ledgers"), ledgers, here.startswith((ledgers, *map(reverse, LEDGERS_ELSEWHERE))), None)
    if may_somewhere(user, Verb.AUDIT):
        audit = reverse("admin:audit")
        yield (_("Audit"), audit, here.startswith(audit), None)
    if erasure.may_read(user):
        batches = reverse("admin:erasures")
        yield (_("Erasure"), batches, here.startswith(("/erasure/", batches)), None)
    if may_somewhere(user, Verb.SEE_RECEPTIONS):
        visits = reverse("admin:receptions")
        yield (_("Reception register"), visits, here.startswith(("/reception/", visits)), None)
    if may_somewhere(user, Verb.MANAGE_PEOPLE):
        people = reverse("admin:app_list", args=["accounts"])
        yield (_("People and posts"), people, here.startswith(people), None)


def who(request: HttpRequest) -> User:
    """The signed-in person; desk pages stand behind the log-in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def case_for(request: HttpRequest, uuid: Any) -> Case:
    """A case this person may see, and the looking on record; 404 for all others, so that a guess tells nothing."""
    cases = Case.objects.visible_to(who(request)).select_related(
        "person_key", "customer__person_key", "card", "handling_unit", "complained_unit", "bearing_unit"
    )
    try:
        found: Case = cases.get(uuid=uuid)
    except Case.DoesNotExist:
        raise Http404 from None
    access.looked(who(request), found, kinds.CASE_READ, {})
    return found


def step_for(request: HttpRequest, uuid: Any) -> StepTask:
    """A person's step of a case this person may see, and the looking on record; else 404."""
    tasks = StepTask.objects.visible_to(who(request)).human()
    related = (
        "process",
        "owner",
        "handed_by",
        "case__customer__person_key",
        "case__card",
        "case__person_key",
        "case__handling_unit",
    )
    try:
        found: StepTask = tasks.select_related(*related).get(uuid=uuid)
    except StepTask.DoesNotExist:
        raise Http404 from None
    found.process.case = found.case
    access.looked(who(request), found.case, kinds.CASE_READ, {})
    return found


def right_to(request: HttpRequest, verb: Verb, case: Case) -> Standing:
    """The post that gives the person this verb on the case, his own or that of somebody he stands in for.

    Raises NotAllowed with the sentence he reads.
    """
    user = who(request)
    held = standing(user, verb, case)
    if held is None:
        raise NotAllowed(refusal(user, verb, case))
    return held


def posted(request: HttpRequest) -> Any:
    """What a form is bound to: the answers of a POST, empty ones too, or of a draft; None when it is only looked at."""
    return request.POST if request.method == "POST" else drafts.restored(request)


def say(form: forms.BaseForm, error: CaseError) -> None:
    """Put a verb's error on the form it came from, at its field when it has one. Raises what no other answer mends.

    A step's form knows under which name it asks for what an action calls otherwise. Whoever was second keeps the form.
    """
    if isinstance(error, NotAllowed | SomeoneWasFirst):
        if isinstance(error, SomeoneWasFirst):
            error.typed = form
        raise error
    if isinstance(error, AnswersRefused):
        # a step finished on the way: its form asks the same under the same names
        for name, sentences in error.form.errors.items():
            form.add_error(name if name in form.fields else None, sentences)
        return
    field = error.field or ""
    if isinstance(form, StepForm):
        field = form.place_of(field)
    form.add_error(field if field in form.fields else None, str(error.sentence))


def told(view: Page) -> Page:
    """A verb's error becomes a sentence on a page, nothing saved: NotAllowed 403, a lost race 409, busy 503."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except SomeoneWasFirst as lost:
            return conflict(request, lost, kwargs.get("step"))
        except NotAllowed as error:
            return refused(request, str(error.sentence), status=403)
        except CaseError as error:
            return refused(request, str(error.sentence), status=409)
        except KeyDestroyed:
            return refused(request, _("This person was erased; nothing more can be read or written."), status=409)
        except OperationalError as busy:
            if "lock" not in str(busy):
                raise
            return refused(request, _("Somebody is working on this case at this moment. Try again."), status=503)

    return wrapped


def refused(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    """Back where the person came from with the sentence; a bare page when there is no way back."""
    return page(request, "refused.html", _("Not done"), status=status, sentence=sentence)


def conflict(request: HttpRequest, lost: SomeoneWasFirst, step: Any) -> HttpResponse:
    """Somebody was first: who and when, and what this person typed, so that nothing is lost."""
    task = step_for(request, step) if step else None
    mine = task is not None and task.status == STATUS.DONE and task.owner_id == who(request).pk
    return page(
        request,
        "conflict.html",
        _("You did this already") if mine else _("Somebody was first"),
        status=409,
        mine=mine,
        what=str(lost.sentence),
        who=lost.who,
        when=lost.when,
        case=task.case if task else None,
        task=task,
        here=request.path,
        typed=list(_typed(request, lost.typed or _form_of(task))),
    )


def _form_of(task: StepTask | None) -> Any:
    return task.flow_task.form_class(case=task.case, task=task) if task else None


def _typed(request: HttpRequest, form: Any) -> Iterator[dict[str, Any]]:
    """What was typed into the form, by the labels of its fields, choices in words."""
    for name, field in form.fields.items() if form else ():
        choices = {} if hasattr(field, "queryset") else dict(getattr(field, "choices", ()))
        for value in filter(None, request.POST.getlist(name)):
            yield {"label": field.label, "value": choices.get(value, value)}


def done(request: HttpRequest, sentence: str, to: str, *args: Any, part: str = "") -> HttpResponse:
    """Say what was done, end its draft, and go on; `part` of a long page is where the work goes on."""
    drafts.forget(request)
    messages.success(request, sentence)
    return redirect(f"{reverse(to, args=args)}#{part}" if part else reverse(to, args=args))
