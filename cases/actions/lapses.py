"""When a stop lapses, and the limit that reminds people before it does. Nothing here ends a stop: people convert it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from cases.actions import deadlines
from cases.actions.turn import Turn
from cases.models import CardControl, Deadline
from knowledge import limits, policies

LIMITS: Final[Mapping[str, str]] = {
    CardControl.Kind.ORAL_LOSS: limits.ORAL_LOSS,
    CardControl.Kind.PAYEE_STOP: limits.PAYEE_LAPSE,
}


def lapse_of(turn: Turn, kind: str, effective_at: datetime) -> datetime | None:
    """When a control of this kind lapses that began then, by the policy the case pinned; none when it does not."""
    if kind not in LIMITS:
        return None
    rule = policies.rule(LIMITS[kind], turn.case.policy_version or None)
    return rule.due(effective_at, turn.case.zone)


def watch(turn: Turn, control: CardControl) -> None:
    """Begin the limit that reminds before the control lapses."""
    if control.kind in LIMITS and control.lapses_at is not None:
        deadlines.until(
            turn,
            LIMITS[control.kind],
            subject=control.uuid,
            begun=control.effective_at,
            due_at=control.lapses_at,
        )


def unwatch(turn: Turn, control: CardControl, *, at: datetime | None = None, in_time: bool | None = None) -> None:
    """End the limit of the control, or of the loss report it followed: converted, replaced, lifted or lapsed `at`.

    `in_time` says otherwise than the clock does: False when it lapsed; None leaves it to `at` and the due time.
    """
    outcome = {None: None, True: Deadline.Outcome.CANCELLED, False: Deadline.Outcome.MISSED}[in_time]
    for watched in (control, control.follows):
        if watched is not None and watched.can_lapse:
            deadlines.stop(turn, subject=watched.uuid, at=at, outcome=outcome)
