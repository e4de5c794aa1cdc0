"""交接班: everything somebody has in hand goes to a colleague in one act, who signs for it once or gives it back.

No verb of its own for a step: each is handed over, signed for and given back by the verbs of stepwork, in a turn of its
own. One refusal undoes nothing of the others and is told (docs/decisions/0040-shift-hand-over.md).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import OperationalError
from django.utils.translation import gettext as _

from accounts import people
from accounts.models import User
from accounts.permissions import Verb, refusal
from cases import free_text
from cases.actions import shift as things
from cases.actions.turn import turn
from cases.errors import CaseError, NotAllowed
from cases.models import HandOver, Promise
from record import clock
from record.errors import KeyDestroyed

from ..models import StepTask
from . import stepwork
from .hand import act_by


@dataclass(frozen=True)
class Outcome:
    """What became of one thing: `why` it was not handed over, signed for or given back; empty when it was."""

    thing: StepTask | Promise | HandOver
    why: str


def hand_over(
    *, user: User, to: User, tasks: Iterable[StepTask], promises: Iterable[Promise], note: str
) -> list[Outcome]:
    """Each to the colleague, steps first. Raises NotAllowed when he holds none of this person's posts, or is away.

    What he may not have stays where it is; the outcome names why.
    """
    note = free_text.written(note, field="note", longest=500)
    if to not in people.colleagues(user, clock.now()):
        raise NotAllowed(_("A shift goes to a colleague of the same post and branch who is at work."))
    acts: list[tuple[StepTask | Promise, Callable[..., object]]] = [
        *((task, partial(stepwork.hand_over, task.uuid)) for task in tasks),
        *((promise, partial(_give_promise, promise)) for promise in promises),
    ]
    one = uuid4()
    return [_told(thing, partial(act, user=user, to=to, note=note, shift_of=one)) for thing, act in acts]


def sign(shift: UUID, *, user: User) -> list[Outcome]:
    """The colleague signs once for all that still waits; what was done or moved meanwhile is said to be gone."""
    return [_told(row, partial(_signed, row, user)) for row in _waiting(shift, user)]


def refuse(shift: UUID, *, user: User, reason: str) -> list[Outcome]:
    """The colleague does not take the shift: all that still waits goes back, with the reason."""
    reason = free_text.written(reason, field="reason", required=True, longest=500)
    return [_told(row, partial(_returned, row, user, reason)) for row in _waiting(shift, user)]


def _waiting(shift: UUID, user: User) -> list[HandOver]:
    """What waits for him of this shift. Raises NotAllowed when nothing does."""
    rows = list(HandOver.objects.waiting().filter(shift=shift, to=user).select_related("case").order_by("pk"))
    if not rows:
        raise NotAllowed(_("There is no hand-over here that waits for your signature."))
    return rows


def _signed(row: HandOver, user: User) -> None:
    if row.task is None:
        _of_promise(row, user, things.sign_promise)
    elif _is_here(row):
        stepwork.sign(row.task, user=user)
    else:
        _gone(row, user)


def _returned(row: HandOver, user: User, reason: str) -> None:
    if row.task is None:
        _of_promise(row, user, lambda hand, held: things.give_promise_back(hand, held, reason=reason))
    elif _is_here(row):
        stepwork.hand_back(row.task, user=user, reason=reason)
    else:
        _gone(row, user)


def _is_here(row: HandOver) -> bool:
    """Whether the step is open, in the colleague's hands, and not signed for."""
    return StepTask.objects.not_signed().filter(uuid=row.task, owner=row.to_id).exists()


def _give_promise(promise: Promise, *, shift_of: UUID, user: User, to: User, note: str) -> None:
    with turn(promise.case, user=user) as hand:
        act_by(hand, Verb.ADD_PROMISE, hand.case)
        if (why := refusal(to, Verb.ADD_PROMISE, hand.case)) is not None:
            raise NotAllowed(_("%(who)s may not keep this promise: %(why)s") % {"who": to.display_name, "why": why})
        things.give_promise(hand, promise, shift=shift_of, to=to, note=note)


def _of_promise(row: HandOver, user: User, act: Callable[[Any, HandOver], None]) -> None:
    with turn(row.case, user=user) as hand:
        if (held := things.waiting(hand, row)) is not None:
            act(hand, held)


def _gone(row: HandOver, user: User) -> None:
    with turn(row.case, user=user) as hand:
        if (held := things.waiting(hand, row)) is not None:
            things.gone(hand, held)


def _told(thing: StepTask | Promise | HandOver, act: Callable[[], object]) -> Outcome:
    """Do it; a refusal becomes its sentence."""
    try:
        act()
    except CaseError as error:
        return Outcome(thing, str(error.sentence))
    except KeyDestroyed:
        return Outcome(thing, _("This person was erased; nothing more can be read or written."))
    except OperationalError as busy:
        if "lock" not in str(busy):
            raise
        return Outcome(thing, _("Somebody is working on this case at this moment. Try again."))
    return Outcome(thing, "")
