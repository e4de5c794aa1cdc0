"""The cells of the burden board: what of one element of one transaction is proved, contested, missing or lost.

Plain Python over facts somebody has read: no query, no clock. The rules are `knowledge/burden.csv`
(法释〔2021〕10号 arts. 4 to 9 and 11); what a person found (`BurdenFinding`) goes before what can be derived.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

from knowledge.burden_table import BurdenRow, row_for

NO_CHECK: Final = "none"  # the card system's word for a transaction nobody was asked to verify
DAY: Final = timedelta(days=1)


class State(StrEnum):
    """How far one element of one transaction is."""

    PROVED = "proved"
    CONTESTED = "contested"
    MISSING = "missing"
    LOST = "lost"
    NOT_APPLICABLE = "not_applicable"


class Record(Protocol):
    """A piece of evidence; `cases.models.Evidence` is one."""

    pk: Any
    kind: str
    reference: str
    digest_clear: str
    happened_at: datetime


class Item(Protocol):
    """Evidence that was asked for; `state` is open, kept, lost or none. Of every transaction when it names none."""

    kind: str
    transaction_id: int | None
    state: str
    lost_after: datetime | None
    answered_at: datetime | None
    evidence_id: int | None


class Check(Protocol):
    """A real card check; `cases.models.RealCardCheck` is one."""

    finding: str
    means: str
    country: str
    checked_at: datetime

    @property
    def is_proof(self) -> bool:
        """Somebody saw the card itself."""


class Finding(Protocol):
    """What a person found of an element: `finding` is proved, not_proved or contested."""

    transaction_id: int
    element: str
    finding: str
    found_at: datetime


class Transaction(Protocol):
    """A disputed transaction, as the trace left it."""

    pk: Any
    type: str
    booked_at: datetime
    entry_mode: str
    verification: str
    country: str


@dataclass(frozen=True)
class Facts:
    """All that the board of a case is made from, as it stood when it was read. Times are UTC."""

    told_at: datetime | None
    stopped_at: datetime | None = None
    declined_at: datetime | None = None
    checks: Sequence[Check] = ()
    records: Sequence[Record] = ()
    items: Sequence[Item] = ()
    findings: Sequence[Finding] = ()
    prompt: timedelta = DAY  # a loss reported within it is reported in good time
    apart: timedelta = DAY  # a card seen elsewhere within it was elsewhere


@dataclass(frozen=True)
class Seen:
    """What the rows say of one element: its state, and `why` in a word of `cases.burden_words`."""

    state: State
    why: str
    refuted: bool = False  # the contrary is shown; merely missing is less
    excused: bool = False  # the side that must prove did its part


@dataclass(frozen=True)
class Cell:
    """One element of one transaction. `lost_after` (UTC) is when evidence still asked for will be overwritten."""

    element: str
    row: BurdenRow | None
    seen: Seen
    held: tuple[Record, ...] = ()
    wanted: tuple[str, ...] = ()
    lost_after: datetime | None = None
    finding: Finding | None = None

    @property
    def state(self) -> State:
        return self.seen.state

    @property
    def is_missing(self) -> bool:
        """Nothing proves it, for now or for good."""
        return self.state in (State.MISSING, State.LOST)


# one cell -------------------------------------------------------------------------------------------------------------


def cell_of(element: str, transaction: Transaction, facts: Facts, first: datetime) -> Cell:
    """The cell of an element. `first`: when the earliest disputed transaction of the case was booked (UTC)."""
    row = row_for(element, transaction.type)
    if row is None:
        return Cell(element, None, Seen(State.NOT_APPLICABLE, "not_applicable"))
    items = [item for item in facts.items if item.kind in row.kinds and item.transaction_id in (None, transaction.pk)]
    held = tuple(_held(row, transaction, facts))
    finding = _latest(facts.findings, transaction, element)
    seen = _found(finding, items) if finding else DERIVED[element](transaction, facts, held, first)
    if finding is None and seen.state == State.MISSING and not held:
        seen = _asked(items, seen)
    have = {record.kind for record in held}
    dates = [item.lost_after for item in items if item.state == "open" and item.lost_after is not None]
    return Cell(
        element=element,
        row=row,
        seen=seen,
        held=held,
        wanted=tuple(kind for kind in row.kinds if kind not in have),
        lost_after=min(dates, default=None),
        finding=finding,
    )


def _held(row: BurdenRow, transaction: Transaction, facts: Facts) -> Iterator[Record]:
    """Evidence of the row's kinds; what was asked for another transaction shows nothing of this one."""
    of_another = {item.evidence_id for item in facts.items if item.transaction_id not in (None, transaction.pk)} - {
        item.evidence_id for item in facts.items if item.transaction_id in (None, transaction.pk)
    }
    for record in facts.records:
        if record.kind in row.kinds and record.pk not in of_another:
            yield record


def _latest(findings: Sequence[Finding], transaction: Transaction, element: str) -> Finding | None:
    mine = [one for one in findings if one.transaction_id == transaction.pk and one.element == element]
    return mine[-1] if mine else None


def _found(finding: Finding, items: Sequence[Item]) -> Seen:
    if finding.finding == "proved":
        return Seen(State.PROVED, "found_proved")
    if finding.finding == "contested":
        return Seen(State.CONTESTED, "found_contested")
    lost = any(item.state == "lost" for item in items)
    return Seen(State.LOST if lost else State.MISSING, "found_not_proved", refuted=True)


def _asked(items: Sequence[Item], otherwise: Seen) -> Seen:
    """What became of evidence that was asked for, when nothing is on file."""
    for state, seen in (
        ("lost", Seen(State.LOST, "overwritten")),
        ("open", Seen(State.MISSING, "asked")),
        ("none", Seen(State.MISSING, "answered_none")),
    ):
        if any(item.state == state for item in items):
            return seen
    return otherwise


# what each element can be derived from --------------------------------------------------------------------------------


def _notice(transaction: Transaction, facts: Facts, held: Sequence[Record], first: datetime) -> Seen:
    if facts.told_at is None:
        return Seen(State.MISSING, "told_unknown")
    # a loss report is evidence of the holder's own (art. 4.1), whoever keeps its receipt
    if held or facts.stopped_at is not None:
        return Seen(State.PROVED, "told")
    return Seen(State.CONTESTED, "told_only")


def _real_card(transaction: Transaction, facts: Facts, held: Sequence[Record], first: datetime) -> Seen:
    if not facts.checks:
        return Seen(State.MISSING, "card_unchecked")
    check = facts.checks[-1]
    if check.finding == "gone":
        return GONE.get(transaction.type, Seen(State.MISSING, "card_gone", refuted=True))
    if check.finding != "held":
        return Seen(State.MISSING, f"card_{check.finding}", excused=check.finding == "refused")
    if not check.is_proof:
        return Seen(State.CONTESTED, "card_said")
    return _seen_card(check, transaction, facts)


GONE: Final = {
    "lost_card": Seen(State.PROVED, "card_gone"),
    "online": Seen(State.PROVED, "card_gone"),
}


def _seen_card(check: Check, transaction: Transaction, facts: Facts) -> Seen:
    """The card itself was seen: what that says depends on what the transaction is held to be."""
    if transaction.type == "lost_card":
        return Seen(State.MISSING, "card_held", refuted=True)
    if transaction.type == "online":
        return Seen(State.PROVED, "card_held")
    if not transaction.country or check.country == transaction.country:
        return Seen(State.CONTESTED, "card_same_country")
    if abs(check.checked_at - transaction.booked_at) > facts.apart:
        return Seen(State.CONTESTED, "card_seen_late")
    return Seen(State.PROVED, "card_elsewhere")


def _own(transaction: Transaction, facts: Facts, held: Sequence[Record], first: datetime) -> Seen:
    # a list of transactions says that one was booked, not by whom
    if any(record.kind != "transaction_list" for record in held):
        return Seen(State.CONTESTED, "records_unjudged")
    return Seen(State.MISSING, "not_claimed")


def _recorded(transaction: Transaction, facts: Facts, held: Sequence[Record], first: datetime) -> Seen:
    return Seen(State.PROVED, "on_file") if held else Seen(State.MISSING, "not_on_file")


def _verified(transaction: Transaction, facts: Facts, held: Sequence[Record], first: datetime) -> Seen:
    if transaction.verification == NO_CHECK:
        return Seen(State.MISSING, "no_verification", refuted=True)
    return _recorded(transaction, facts, held, first)


def _judged(transaction: Transaction, facts: Facts, held: Sequence[Record], first: datetime) -> Seen:
    """Only a person can say it: the contract, the customer's conduct."""
    return Seen(State.MISSING, "to_judge")


def _timely(transaction: Transaction, facts: Facts, held: Sequence[Record], first: datetime) -> Seen:
    at = transaction.booked_at
    if facts.stopped_at is not None and facts.stopped_at <= at:
        return Seen(State.PROVED, "after_stop")
    if facts.declined_at is not None and facts.declined_at < at:
        return Seen(State.CONTESTED, "stop_declined")
    if facts.told_at is None:
        return Seen(State.MISSING, "told_unknown")
    if facts.told_at <= at:
        return Seen(State.PROVED, "after_notice")
    if at > first + facts.prompt:
        # made after the day on which a loss is reported: it is part of what grew
        return Seen(State.MISSING, "grew", refuted=True)
    return Seen(State.PROVED, "in_time")


def _acquirer(transaction: Transaction, facts: Facts, held: Sequence[Record], first: datetime) -> Seen:
    return Seen(State.CONTESTED, "records_unjudged") if held else Seen(State.MISSING, "not_on_file")


DERIVED: Final = {
    "notice": _notice,
    "real_card": _real_card,
    "own": _own,
    "identification": _recorded,
    "verification": _verified,
    "disclosed": _judged,
    "safekeeping": _judged,
    "timely": _timely,
    "acquirer": _acquirer,
}
