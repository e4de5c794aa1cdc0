"""交接班: at the end of a shift everything in hand goes to a colleague, who finds it on his desk and signs once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts import people
from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases.errors import CaseError, NotAllowed
from cases.models import HandOver, Promise
from record import clock

from ..forms.base import paragraph
from ..models import StepTask
from ..verbs import shift
from . import worklists
from .frame import done, page, posted, say, told, who
from .wording import opened, summary_of

MOST: Final = 100  # things at once: what is more is said, and handed over the next time
REMEMBERED: Final = timedelta(days=3)  # so long whoever handed over reads that it was refused


class ShiftForm(forms.Form):
    """To whom, and what he has to know; what goes is ticked in the rows themselves."""

    to = forms.ChoiceField(label=gettext_lazy("To whom"))
    note = paragraph(gettext_lazy("What the colleague has to know"), required=False, rows=2, max_length=500)

    def __init__(self, *args: Any, colleagues: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {str(user.uuid): user for user in colleagues}
        choices = [(uuid, str(user)) for uuid, user in self.colleagues.items()]
        nobody = "" if choices else _("No colleague of your post and branch is at work; a supervisor may reassign.")
        self.fields["to"] = forms.ChoiceField(label=self.fields["to"].label, choices=choices, help_text=nobody)


class RefuseForm(forms.Form):
    """Why the shift is not taken."""

    reason = paragraph(gettext_lazy("Reason"), rows=2, max_length=500)


@told
def hand_over(request: HttpRequest) -> HttpResponse:
    """What he has in hand, all ticked; a POST hands over what is still ticked."""
    user = who(request)
    if not may_somewhere(user, Verb.HAND_OVER):
        raise NotAllowed
    form = ShiftForm(posted(request), colleagues=people.colleagues(user, clock.now()))
    if request.method != "POST":
        return _shown(request, user, form)
    tasks, promises = _ticked(request, user)
    if not tasks and not promises:
        form.add_error(None, _("Tick at least one thing you have in hand."))
    if not form.is_valid():
        return _shown(request, user, form)
    to, note = form.colleagues[form.cleaned_data["to"]], form.cleaned_data["note"]
    try:
        outcomes = shift.hand_over(user=user, to=to, tasks=tasks, promises=promises, note=note)
    except CaseError as error:
        say(form, error)
        return _shown(request, user, form)
    if any(outcome.why for outcome in outcomes):
        return _shown(request, user, form, outcomes)
    said = ngettext("%(n)s thing is handed to %(who)s.", "%(n)s things are handed to %(who)s.", len(outcomes))
    return done(request, said % {"n": len(outcomes), "who": to.display_name}, "admin:index")


@told
def sign(request: HttpRequest, shift_of: UUID) -> HttpResponse:
    """One signature for all of it, by a POST."""
    if request.method != "POST":
        return redirect("admin:index")
    outcomes = shift.sign(shift_of, user=who(request))
    n = _came_of(shift_of, HandOver.Outcome.SIGNED)
    return _answered(request, outcomes, ngettext("Signed for %(n)s thing.", "Signed for %(n)s things.", n) % {"n": n})


@told
def refuse(request: HttpRequest, shift_of: UUID) -> HttpResponse:
    """All of it goes back, with a reason."""
    user = who(request)
    if not HandOver.objects.waiting().filter(shift=shift_of, to=user).exists():
        raise NotAllowed(_("There is no hand-over here that waits for your signature."))
    form = RefuseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            outcomes = shift.refuse(shift_of, user=user, reason=form.cleaned_data["reason"])
        except CaseError as error:
            say(form, error)
        else:
            n = _came_of(shift_of, HandOver.Outcome.REFUSED)
            return _answered(
                request, outcomes, ngettext("%(n)s thing went back.", "%(n)s things went back.", n) % {"n": n}
            )
    title, act, home = _("Refuse the hand-over"), _("Give it back"), reverse("admin:index")
    status = 422 if form.errors else 200
    return page(request, "ask.html", title, status=status, form=form, primary=act, back_url=home)


def _came_of(shift_of: UUID, outcome: HandOver.Outcome) -> int:
    """How many things of this shift had this outcome; what was gone meanwhile had another."""
    return HandOver.objects.filter(shift=shift_of, outcome=outcome).count()


def _answered(request: HttpRequest, outcomes: list[shift.Outcome], said: str) -> HttpResponse:
    """What could not be answered is said, and still waits on his desk."""
    refused = [outcome.why for outcome in outcomes if outcome.why]
    for why in dict.fromkeys(refused):
        messages.warning(request, why)
    return redirect("admin:index") if refused else done(request, said, "admin:index")


# What goes ------------------------------------------------------------------------------------------------------------


def steps_of(user: User) -> QuerySet[StepTask]:
    """Steps he may hand over, the most urgent first."""
    return worklists.to_pass_on(user).select_related(*worklists.SHOWN).order_by(*worklists.URGENT)


def promises_of(user: User) -> QuerySet[Promise]:
    """Promises he has to keep, whenever they are due; those of a shift he has not signed for stay there."""
    waiting = HandOver.objects.waiting().filter(promise=OuterRef("pk"), to=user)
    rows = Promise.objects.filter(by=user, kept_at=None).exclude(Exists(waiting))
    return rows.select_related("case__customer", "person_key").order_by("due_at", "pk")


def _ticked(request: HttpRequest, user: User) -> tuple[list[StepTask], list[Promise]]:
    steps, promises = _uuids(request, "step"), _uuids(request, "promise")
    return (
        list(steps_of(user).filter(uuid__in=steps)[:MOST]),
        list(promises_of(user).filter(uuid__in=promises)[:MOST]),
    )


def _uuids(request: HttpRequest, name: str) -> list[UUID]:
    found = []
    for value in request.POST.getlist(name):
        try:
            found.append(UUID(value))
        except ValueError:
            continue  # nothing has such a name
    return found


def _shown(request: HttpRequest, user: User, form: ShiftForm, outcomes: Iterable[shift.Outcome] = ()) -> HttpResponse:
    tasks, promises = list(steps_of(user)[: MOST + 1]), list(promises_of(user)[: MOST + 1])
    is_first = request.method != "POST"
    ticked = {*_uuids(request, "step"), *_uuids(request, "promise")}
    rows = [_row_of(thing) for thing in (*tasks[:MOST], *promises[:MOST])]
    refused = [{**_row_of(outcome.thing), "why": outcome.why} for outcome in outcomes if outcome.why]
    return page(
        request,
        "shift.html",
        _("Hand over the shift"),
        status=422 if form.errors or refused else 200,
        form=form,
        rows=[{**row, "ticked": is_first or row["uuid"] in ticked} for row in rows],
        refused=refused,
        most=MOST if len(tasks) > MOST or len(promises) > MOST else 0,
    )


def _row_of(thing: Any) -> dict[str, Any]:
    """A step or a promise as `desk/shift_rows.html` shows it."""
    row = {"uuid": thing.uuid, "case": thing.case, "due_at": thing.due_at, "summary": summary_of(thing.case)}
    if isinstance(thing, StepTask):
        url = reverse("admin:step", args=[thing.uuid])
        return {**row, "name": "step", "what": thing.flow_task.task_title, "kind": thing.limit_kind, "url": url}
    words = opened(thing, "what", purpose="shift hand-over")
    return {**row, "name": "promise", "what": words, "kind": "promise", "url": ""}


# What waits -----------------------------------------------------------------------------------------------------------


def concerning(user: User) -> QuerySet[HandOver]:
    """Of his desk: what waits for his signature, what a colleague has not signed for yet, what came back of late."""
    since = clock.now() - REMEMBERED
    mine = Q(by=user, handed_at__gte=since) & (Q(answered_at=None) | Q(outcome=HandOver.Outcome.REFUSED))
    return HandOver.objects.filter(Q(to=user, answered_at=None) | mine)


def waiting_for(user: User) -> list[dict[str, Any]]:
    """Each hand-over as `desk/shifts.html` shows it, the first handed first. Two queries."""
    related = ("by", "to", "case__customer", "person_key", "promise__person_key")
    rows = list(concerning(user).select_related(*related).order_by("handed_at", "pk")[: 4 * MOST])
    steps = StepTask.objects.filter(uuid__in=[row.task for row in rows if row.task]).select_related("process")
    tasks = {task.uuid: task for task in steps}
    groups: dict[tuple[UUID, bool], list[HandOver]] = {}
    for row in rows:
        groups.setdefault((row.shift, row.answered_at is None), []).append(row)
    return [_shift(group, tasks, user) for group in groups.values()]


def _shift(rows: list[HandOver], tasks: dict[UUID, StepTask], user: User) -> dict[str, Any]:
    """One act: the rows of one hand-over that stand alike."""
    first = rows[0]
    at: datetime = first.handed_at
    return {
        "uuid": first.shift,
        "by": first.by,
        "to": first.to,
        "at": at,
        "mine": first.to_id == user.pk,
        "refused": first.answered_at,
        "note": opened(first, "note", purpose="shift hand-over"),
        "reason": opened(first, "reason", purpose="shift hand-over"),
        "rows": [found for row in rows if (found := _thing(row, tasks))],
    }


def _thing(row: HandOver, tasks: dict[UUID, StepTask]) -> dict[str, Any] | None:
    thing = tasks.get(row.task) if row.task else row.promise
    if thing is None:
        return None
    thing.case = row.case
    return _row_of(thing)
