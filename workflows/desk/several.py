"""批量改派 from a ledger or a list: the open steps of the complaints ticked, who fits them, and what became of each."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases.errors import NotAllowed

from ..models import StepTask
from . import batch, tiles
from .frame import page, told, who
from .morning import row_of, said_of

MOST: Final = 100  # steps at once: what is more is said, and ticked the next time


@told
def reassign_several(request: HttpRequest) -> HttpResponse:
    """Complaints or steps that were ticked elsewhere, each with its box and those who fit; `send` reassigns them."""
    user = who(request)
    if not may_somewhere(user, Verb.REASSIGN):
        raise NotAllowed
    if request.method != "POST":
        return redirect("admin:morning")
    ticked = batch.chosen(user, _values(request, user), most=MOST)
    form = batch.BatchForm(request.POST if "send" in request.POST else None)
    if not (form.is_bound and form.is_valid() and ticked.tasks):
        return _shown(request, ticked, form, outcomes=[])
    outcomes = batch.reassign(ticked, user=user, to=form.cleaned_data["to"], why=form.cleaned_data["why"])
    if not ticked.unknown and not any(outcome.why for outcome in outcomes):
        messages.success(request, said_of(outcomes, form.cleaned_data["to"]))
        return redirect(_back(request))
    return _shown(request, batch.chosen(user, _values(request, user), most=MOST), form, outcomes=outcomes)


def _values(request: HttpRequest, user: User) -> list[str]:
    """The steps ticked, as their boxes send them; of complaints ticked all open steps he may reassign."""
    if "send" in request.POST or "case" not in request.POST:
        return request.POST.getlist("step")
    tasks = StepTask.objects.open().human()
    tasks = tasks.filter(tasks.in_reach_of(user, Verb.REASSIGN), case__uuid__in=list(_uuids(request)))
    return [batch.value_of(task) for task in tasks.select_related("owner").order_by("due_at", "pk")[: MOST + 1]]


def _uuids(request: HttpRequest) -> Iterator[UUID]:
    for value in request.POST.getlist("case"):
        try:
            yield UUID(value)
        except ValueError:
            continue  # no complaint has such a name


def _shown(
    request: HttpRequest, ticked: batch.Ticked, form: batch.BatchForm, *, outcomes: list[batch.Outcome]
) -> HttpResponse:
    refused = {outcome.task.pk for outcome in outcomes if outcome.why}
    left = [task for task in ticked.tasks if not outcomes or task.pk in refused]
    found = tiles.with_facts(StepTask.objects.filter(pk__in=[task.pk for task in left])).select_related(
        "process", "case__customer", "case__card", "returned_by"
    )
    rows = list(found.order_by("due_at", "pk"))
    form.offer(batch.colleagues(rows, of_how_many=True) if rows else [])
    if form.is_bound and not ticked.tasks:
        form.add_error(None, _("Tick at least one step within your reach."))
    return page(
        request,
        "several.html",
        _("Reassign several"),
        status=422 if form.errors else 200,
        rows=[row_of(task, None, {str(task.uuid) for task in left}) for task in rows],
        form=form,
        outcomes=outcomes,
        unknown=ticked.unknown if outcomes else 0,
        most=MOST if ticked.unknown and not outcomes else 0,
        back=_back(request),
    )


def _back(request: HttpRequest) -> str:
    """The list one came from, with its filters; nothing but a page of ours."""
    asked = request.POST.get("back", "")
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else reverse("admin:morning")
