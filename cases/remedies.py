"""Who decided, and to whom a review of it may be applied for (CBIRC 2020 No.3 arts. 19, 20). Changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.models import Branch
from accounts.roles import LEVEL_OF, Level, Role
from knowledge import calendars, limits, policies

if TYPE_CHECKING:
    from cases.models import Case, Letter, Proposal


@dataclass(frozen=True)
class Decided:
    """The body that decided, and the one above it; none above head office, so no review there."""

    unit: Branch
    superior: Branch | None


def decided_by(case: "Case", approved: "Proposal | None") -> Decided:
    """The body whose head approved what the customer gets; the handling unit when nothing had to be approved.

    Two queries. A superior body that was closed since is passed over for the one above it.
    """
    unit = _body_of(case, approved.approver_role if approved is not None else "")
    superior = unit.parent
    while superior is not None and superior.closed_at is not None:
        superior = superior.parent
    return Decided(unit, superior)


def told_by(letter: "Letter", approved: "Proposal | None") -> Decided:
    """As the letter said it; letters of the release before this one did not keep it."""
    if letter.decided_unit is not None:
        return Decided(letter.decided_unit, letter.superior_unit)
    return decided_by(letter.case, approved)


def may_ask_until(case: "Case", heard_at: datetime) -> datetime:
    """The end (UTC) of the customer's thirty days, counted from the receipt of the decision."""
    return policies.rule(limits.REVIEW_ASK, case.policy_version or None).due(heard_at, case.zone)


def last_day(case: "Case", until: datetime) -> str:
    """The last day on which he may apply, as people write a day."""
    return calendars.last_day(until, case.zone).isoformat()


def _body_of(case: "Case", role: str) -> Branch:
    level = LEVEL_OF[Role(role)] if role in Role.values and Role(role) in LEVEL_OF else None
    if level == Level.HEAD_OFFICE:
        return Branch.objects.head_office()
    unit: Branch | None = getattr(case, level.value) if level is not None else None
    return unit or case.handling_unit
