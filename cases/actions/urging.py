"""催办登记: the customer only asks how far it is. Counted, and said to those who hold the case; nothing is opened."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from accounts.models import User
from cases import free_text, kinds_call
from cases.actions import states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Case, Notice, Urge

ONE_CALL: Final = timedelta(minutes=5)  # a second press within it is the same call
OVER: Final = (Case.State.DONE, Case.State.ARCHIVED)


def urge(
    turn: Turn,
    *,
    channel: str,
    caller: str = Urge.HOLDER,
    note: str = "",
    happened_at: datetime | None = None,
    to: Collection[User] = (),
) -> Urge:
    """The customer urged, at `happened_at` (now when not said); each of `to` finds a notice on his desk.

    Not being content with the decision is a matter of its own (`dissent`). CaseError names the field: completed, an
    unknown choice, a time to come, or recorded by the same person a moment ago.
    """
    _still_open(turn)
    if turn.user is None:
        raise CaseError(_("Only a person can take a call."))
    made = Urge(
        case=turn.case,
        person_key=turn.case.person_key,
        caller=_chosen(caller, dict(Urge.CALLERS), "caller"),
        channel=_chosen(channel, Case.Channel.values, "channel"),
        happened_at=states.happened(happened_at or turn.now, turn, field="happened_at"),
        recorded_at=turn.now,
        by=turn.user,
    )
    _only_once(made)
    made.seal(note=free_text.written(note, field="note"))
    made.save(force_insert=True)
    turn.case.urged = (turn.case.urged or 0) + 1
    turn.case.save(update_fields=["urged"])
    Notice.objects.bulk_create(
        Notice(case=turn.case, level=0, kind=Notice.Kind.URGED, to=person, made_at=turn.now) for person in to
    )
    data = {
        "urge": str(made.uuid),
        "number": turn.case.urged,
        "caller": str(caller),
        "channel": str(channel),
        "to": sorted(person.display_name for person in to),
    }
    turn.tell(kinds_call.URGED, data=data, changed=[made, turn.case], happened_at=made.happened_at)
    return made


def answered(turn: Turn) -> None:
    """The bank spoke to the customer since he urged: the notices are no news any more. No query when he never did."""
    if turn.case.urged:
        waiting = Notice.objects.filter(case=turn.case, kind=Notice.Kind.URGED, seen_at=None)
        waiting.update(seen_at=turn.now)


def _still_open(turn: Turn) -> None:
    if turn.case.state in OVER:
        raise CaseError(_("The case is completed. Is the customer not content? Record that instead."))
    states.still_open(turn)


def _only_once(made: Urge) -> None:
    around = (made.happened_at - ONE_CALL, made.happened_at + ONE_CALL)
    if made.case.urges.filter(by=made.by, happened_at__range=around).exists():
        raise CaseError(_("You recorded this a moment ago; one call counts once."))


def _chosen(value: str, choices: Collection[str], field: str) -> str:
    if value not in choices:
        raise CaseError(_("Choose one of the list."), field=field)
    return value
