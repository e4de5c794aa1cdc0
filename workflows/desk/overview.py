"""The lists of the desk's home that may be longer than what stands there: how long each is, and where all of it is."""

from collections.abc import Callable
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from cases.actions import erasure, exports

from . import counting, findings_ledger, ledger_bar, reminders, shift, worklists

MINE, CLAIM, APPROVALS, UNSIGNED, PROMISES, NOTICES = "mine", "claim", "approvals", "unsigned", "promises", "notices"
LAPSING, SHIFTS, DUE = "lapsing", "shifts", "due"
FINDINGS = "findings"  # of audits, to be put right by my unit
EXPORTS, AGREEMENTS = "exports", "agreements"  # under way or ready; waiting for a second person's yes
ERASURES: Final = "erasures"  # waiting for a second person's yes
COUNTED: Final = 100  # home counts no further, so that it costs the same however much there is; "100+" says so
PARTS: dict[str, Callable[[User], list[QuerySet[Any]]]] = {
    MINE: lambda user: [worklists.in_hand(user)],
    CLAIM: worklists.claimable,
    APPROVALS: worklists.approvable,
    UNSIGNED: lambda user: [worklists.not_signed(user)],
    PROMISES: lambda user: [reminders.promises(user)],
    NOTICES: lambda user: [reminders.notices(user)],
    LAPSING: lambda user: [reminders.lapsing(user)],
    DUE: lambda user: [worklists.due_by_tonight(user)],
    SHIFTS: lambda user: [shift.concerning(user)],
    FINDINGS: findings_ledger.to_answer,
    EXPORTS: lambda user: [exports.alive(user)],
    AGREEMENTS: lambda user: [exports.to_answer(user)],
    ERASURES: lambda user: [erasure.to_answer(user)] if erasure.may_approve(user) else [],
}


def counts(user: User, *, of: tuple[str, ...] = tuple(PARTS), most: int = COUNTED) -> dict[str, counting.UpTo]:
    """How long these lists are, counted up to `most`. One query."""
    return _told(_found(user, _columns(user, of, most)), of, most)


def counts_and(
    user: User, parts: dict[str, list[QuerySet[Any]]], more: dict[str, Any]
) -> tuple[dict[str, counting.UpTo], dict[str, Any]]:
    """How long lists of a desk of its own are, and what the columns of `more` gave. One query."""
    columns = {f"list_{name}": counting.up_to(rows, COUNTED) for name, rows in parts.items()}
    found = _found(user, {**columns, **more})
    return _told(found, tuple(parts), COUNTED), found


def heads(user: User, shown: dict[str, int], more: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """For the panels of home: `n` of each list, and `url` of the whole of it where more than is shown.

    And what the columns of `more` gave, which are asked in the same statement. One query.
    """
    found = _found(user, {**_columns(user, tuple(PARTS), COUNTED), **more})
    counted = _told(found, tuple(PARTS), COUNTED)
    panels = {
        name: {"n": n, "url": address(name) if name in shown and n.number > shown[name] else ""}
        for name, n in counted.items()
    }
    return panels, found


def _columns(user: User, of: tuple[str, ...], most: int) -> dict[str, Any]:
    parts = {name: PARTS[name](user) for name in of}
    return {f"list_{name}": counting.up_to(rows, most) for name, rows in parts.items() if rows}


def _found(user: User, asked: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = User.objects.filter(pk=user.pk).values(**asked).get() if asked else {}
    return found


def _told(found: dict[str, Any], of: tuple[str, ...], most: int) -> dict[str, counting.UpTo]:
    return {name: counting.UpTo(found.get(f"list_{name}") or 0, most) for name in of}


def address(which: str) -> str:
    """Where the whole list is; of stops about to lapse, and of findings, a ledger."""
    if which == LAPSING:
        return ledger_bar.address(ledger_bar.STOPS, {"state": "running", "days": "1"})
    if which == FINDINGS:
        return ledger_bar.address(ledger_bar.FINDINGS, {"state": "open"})
    return reverse("admin:whole_list", args=[which])
