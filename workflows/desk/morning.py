"""晨会板: what is late below me, in seven tiles, and several steps given to somebody else at once."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from accounts.models import Branch, User
from accounts.permissions import Verb, may_somewhere, reach_of
from accounts.roles import Role
from accounts.scope import reach
from cases.errors import NotAllowed
from record import clock

from ..models import StepTask
from . import batch, day_clear, tiles
from .find import place
from .frame import page, told, who
from .reasons import Reason, reasons
from .wording import summary_of, tags_of
from .worklists import Place, page_of

PAGE = 25


@told
def morning(request: HttpRequest) -> HttpResponse:
    """The board; a POST reassigns the steps ticked. At most fifteen queries to look, whatever lies below."""
    user = who(request)
    if not may_somewhere(user, Verb.REASSIGN):
        raise NotAllowed
    if request.method != "POST":
        return _shown(request, user, form=batch.BatchForm(), outcomes=[])
    ticked = batch.chosen(user, request.POST.getlist("step"), most=PAGE)
    form = batch.BatchForm(request.POST)
    if not ticked.tasks:
        form.add_error(None, _("Tick at least one step within your reach."))
    if not form.is_valid():
        return _shown(request, user, form=form, outcomes=[])
    outcomes = batch.reassign(ticked, user=user, to=form.cleaned_data["to"], why=form.cleaned_data["why"])
    if not ticked.unknown and not any(outcome.why for outcome in outcomes):
        return _all_done(request, outcomes, form.cleaned_data["to"])
    return _shown(request, user, form=form, outcomes=outcomes, unknown=ticked.unknown)


def _all_done(request: HttpRequest, outcomes: list[batch.Outcome], to: User) -> HttpResponse:
    messages.success(request, said_of(outcomes, to))
    return redirect(f"{reverse('admin:morning')}?{urlencode(_asked(request))}")


def said_of(outcomes: list[batch.Outcome], to: User) -> str:
    """So many steps are with him now."""
    said = ngettext("%(n)s step is with %(who)s now.", "%(n)s steps are with %(who)s now.", len(outcomes))
    return said % {"n": len(outcomes), "who": to.display_name}


def _asked(request: HttpRequest) -> dict[str, str]:
    """Which tile, which branch and from which place: in the address, or kept by the form that was sent."""
    sent = request.POST if request.method == "POST" else request.GET
    return {name: sent[name] for name in ("show", "unit", "after") if sent.get(name)}


def _shown(
    request: HttpRequest,
    user: User,
    *,
    form: batch.BatchForm,
    outcomes: list[batch.Outcome],
    unknown: int = 0,
) -> HttpResponse:
    now, asked = clock.now(), _asked(request)
    tile = tiles.TILES.get(asked.get("show", ""), tiles.FIRST)
    unit, units = _units(user, asked.get("unit", ""))
    tasks = tiles.below(user, unit)
    counted = tiles.counts(user, tasks, now)
    after = Place.read(asked.get("after", ""))
    found = page_of(tiles.with_facts(tile.rows(tasks, now)), after, size=PAGE)
    kept = {"unit": asked["unit"]} if unit else {}
    shown = found[:PAGE]
    form.offer(batch.colleagues(shown) if shown else [])
    return page(
        request,
        "morning.html",
        _("Morning board"),
        status=422 if form.errors else 200,
        now=now,
        tile=tile,
        tiles=list(_tiles(counted, tile, kept)),
        next=tiles.TILES[tile.next],
        next_url=_address(tile.next, kept),
        place=unit,
        places=units,
        count=counted[tile.name],
        rows=list(_rows(shown, _ticked(request, outcomes))),
        form=form,
        outcomes=outcomes,
        unknown=unknown,
        after=asked.get("after", "") if after else "",
        here=_address(tile.name, {**kept, **({"after": asked["after"]} if after else {})}),
        not_clear=day_clear.below(user, unit),
        older_url=_older(found, tile, kept),
        newer_url=_address(tile.name, kept) if after else "",
    )


def _units(user: User, text: str) -> tuple[Branch | None, list[Branch]]:
    """The branch looked at, and those one may go on to: it, what stands right above and right below it. One query."""
    asked = place(text)
    open_ones = Branch.objects.open().filter(reach(user, Verb.REASSIGN))
    if asked is None:
        own = {held.post.branch_id for held in user.standings_now() if reach_of(held.post.role, Verb.REASSIGN)}
        near = Q(parent__in=own)
    else:
        near = Q(uuid=asked) | Q(parent__uuid=asked) | Q(children__uuid=asked)
    found = list(open_ones.filter(near).order_by("code").distinct())
    return next((branch for branch in found if branch.uuid == asked), None), found


def _tiles(counted: dict[str, tiles.Count], here: tiles.Tile, kept: dict[str, str]) -> Iterator[dict[str, Any]]:
    for tile in tiles.TILES.values():
        url = _address(tile.name, kept)
        yield {"title": tile.title, "count": counted[tile.name], "url": url, "here": tile is here}


def _address(name: str, kept: dict[str, str], **more: str) -> str:
    return f"{reverse('admin:morning')}?{urlencode({'show': name, **kept, **more})}"


def _older(found: list[StepTask], tile: tiles.Tile, kept: dict[str, str]) -> str:
    last = found[PAGE - 1] if len(found) > PAGE else None
    if last is None:
        return ""
    return _address(tile.name, kept, after=str(Place.of(last)))


def _ticked(request: HttpRequest, outcomes: list[batch.Outcome]) -> set[str]:
    """What stays ticked: the steps that were refused; all that were sent when nothing was tried."""
    if outcomes:
        return {str(outcome.task.uuid) for outcome in outcomes if outcome.why}
    return {value.partition(".")[0] for value in request.POST.getlist("step")}


def _rows(tasks: list[StepTask], ticked: set[str]) -> Iterator[dict[str, Any]]:
    why = reasons(tasks)
    for task in tasks:
        yield row_of(task, why.get(task.pk), ticked)


def row_of(task: StepTask, why: Reason | None, ticked: set[str]) -> dict[str, Any]:
    """A step as `desk/morning_rows.html` shows it."""
    return {
        "task": task,
        "case": task.case,
        "step": task.flow_task.task_title,
        "summary": summary_of(task.case),
        "post": Role(task.role).label if task.role in Role.values else "",
        "returned": why,
        "tags": [*tags_of(task.case), *tiles.tags_of(task)],
        "value": batch.value_of(task),
        "ticked": str(task.uuid) in ticked,
    }
