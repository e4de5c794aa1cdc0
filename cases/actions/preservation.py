"""证据保全: asking for what will be overwritten, each thing once, and recording what became of it (card-fraud.md 2b).

It begins with the customer's notice: what the bank did not keep after it counts against the bank
(法释〔2021〕10号 art. 5). The system asks in the second in which it knows of something, people for what only they know.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from cases import free_text, kinds
from cases.actions import deadlines, evidence, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Deadline, DisputedTransaction, Evidence, EvidenceItem
from knowledge import card_words, limits, policies
from knowledge.evidence import LOGS, PERISHABLE, EvidenceKind as Kind
from record.journal import stamp

Channel, Holder, LostBy, State = (
    DisputedTransaction.Channel,
    EvidenceItem.Holder,
    EvidenceItem.LostBy,
    EvidenceItem.State,
)

# What is known when the call ends: somebody may have been in the customer's accounts, and messages were sent or not.
OF_CASE: Final = ((Kind.DEVICE_LOG, Holder.TECHNOLOGY), (Kind.SMS_PROOF, Holder.TECHNOLOGY))
ONLINE: Final = (
    (Kind.AUTH_RECORD, Holder.TECHNOLOGY),
    (Kind.OTP_LOG, Holder.TECHNOLOGY),
    (Kind.DEVICE_LOG, Holder.TECHNOLOGY),
)
OF_TRANSACTION: Final = {
    Channel.ATM: ((Kind.AUTH_RECORD, Holder.TECHNOLOGY), (Kind.CCTV, Holder.SECURITY)),
    Channel.POS: ((Kind.AUTH_RECORD, Holder.TECHNOLOGY), (Kind.SLIP, Holder.OPERATIONS)),
    Channel.ONLINE: ONLINE,
    Channel.APP: ONLINE,
}
FETCHED: Final = (Kind.CCTV, Kind.SLIP)  # what lies where the card was used, abroad as well
LASTS: Final = {
    Kind.CCTV: limits.RECORDINGS_LAST,
    Kind.OTP_LOG: limits.LOGS_LAST,
    Kind.DEVICE_LOG: limits.LOGS_LAST,
}


@dataclass(frozen=True)
class Wanted:
    """One thing to ask for: of whom, and when it will be lost by whose word."""

    kind: str
    asked_of: str
    transaction: DisputedTransaction | None = None
    asked_name: str = ""
    lost_after: datetime | None = None
    lost_by: str = ""

    @property
    def once(self) -> tuple[int | None, str]:
        """The system asks for it once."""
        return self.transaction.pk if self.transaction else None, str(self.kind)


def ask_for_case(turn: Turn) -> list[EvidenceItem]:
    """Ask for what belongs to the case itself; what was asked for already stays. Returns the new items."""
    return _ask(turn, [Wanted(kind, holder) for kind, holder in OF_CASE])


def ask_for_disputed(turn: Turn, transactions: Iterable[DisputedTransaction]) -> list[EvidenceItem]:
    """Ask for what proves each disputed one of these transactions, by its channel, each thing once.

    What the system asked for and nobody answered is no longer needed when its transaction is not disputed any more.
    """
    transactions = list(transactions)
    _drop(turn, [one for one in transactions if not one.is_disputed])
    wanted = [
        Wanted(kind, _holder(kind, holder, one), one, lost_after=lost, lost_by=LostBy.HOUSE if lost else "")
        for one in transactions
        if one.is_disputed
        for kind, holder in OF_TRANSACTION[Channel(one.channel)]
        for lost in [_lasts_until(turn, kind, one)]
    ]
    return _ask(turn, wanted)


def ask_by_hand(
    turn: Turn,
    *,
    kind: str,
    asked_of: str,
    asked_name: str = "",
    transaction: DisputedTransaction | None = None,
    lost_after: datetime | None = None,
) -> EvidenceItem:
    """Ask for something only a person knows of; `lost_after` (UTC) as its holder says. CaseError names the field."""
    states.still_open(turn)
    if turn.case.withdrawn_at is not None:
        raise CaseError(_("The complaint was withdrawn."))
    if kind not in PERISHABLE:
        raise CaseError(_("Choose one of the list."), field="kind")
    if asked_of not in Holder:
        raise CaseError(_("Choose one of the list."), field="asked_of")
    if transaction is not None and transaction.case_id != turn.case.pk:
        raise CaseError(_("A transaction named is not on this case."), field="transaction")
    name = free_text.written(asked_name, field="asked_name", longest=120)
    if asked_of in (Holder.OTHER, Holder.BRANCH) and not name:
        raise CaseError(_("Say who it is."), field="asked_name")
    lost_by = LostBy.TYPED if _zoned(lost_after) else ""
    return _add(turn, Wanted(kind, asked_of, transaction, name, lost_after, lost_by))


def lasts(turn: Turn, item: EvidenceItem, *, lost_after: datetime) -> EvidenceItem:
    """The holder says until when it lasts: the item's limit follows. CaseError: answered already."""
    item = _open_item(turn, item)
    item.lost_after, item.lost_by = _zoned(lost_after), LostBy.TYPED
    item.save(update_fields=["lost_after", "lost_by"])
    turn.tell(kinds.EVIDENCE_LASTS, data=_about(item), changed=[item])
    if deadlines.stop(turn, subject=item.uuid, outcome=Deadline.Outcome.CANCELLED):
        deadlines.start(turn, _limit(item.kind), subject=item.uuid, at=item.ordered_at, no_later=lost_after)
    return item


def answer(
    turn: Turn,
    item: EvidenceItem,
    *,
    became: str,
    answered_by: str,
    answered_at: datetime | None = None,
    on_file: Evidence | None = None,
    reference: str = "",
    happened_at: datetime | None = None,
    reason: str = "",
) -> EvidenceItem:
    """Record what became of an item at `answered_at` (now when not said), and by whose word. CaseError at the field.

    Kept: evidence on file, or a number and `happened_at`, the moment it shows. Lost: the signed statement, on file or
    by its number (its loss weighs against whoever had to keep it, art. 5). None: why there is no such thing.
    """
    item = _open_item(turn, item)
    if became not in (State.KEPT, State.LOST, State.NONE):
        raise CaseError(_("Say what became of it."), field="became")
    name = free_text.written(answered_by, field="answered_by", required=True, longest=60)
    at = states.happened(answered_at or turn.now, turn, field="answered_at")
    texts = {"answered_by": name}
    if became == State.NONE:
        texts["reason"] = free_text.written(reason, field="reason", required=True, longest=500)
    elif became == State.KEPT:
        item.evidence = _proof(turn, Kind(item.kind), on_file, reference, happened_at)
    else:
        item.statement = _proof(turn, Kind.LOSS_STATEMENT, on_file, reference, at)
    item.state, item.answered_at, item.recorded_at, item.recorded_by = became, at, turn.now, turn.user
    item.seal(**texts)
    item.save()
    turn.tell(TOLD[State(became)], data=_about(item), personal=texts, changed=[item], happened_at=at)
    deadlines.stop(turn, subject=item.uuid, at=max(at, item.ordered_at))
    return item


def _ask(turn: Turn, wanted: list[Wanted]) -> list[EvidenceItem]:
    asked = turn.case.evidence_items.exclude(state=State.NONE, recorded_by=None)
    there = set(asked.values_list("transaction_id", "kind")) if wanted else set()
    return [_add(turn, one, by_system=True) for one in wanted if one.once not in there]


def _add(turn: Turn, wanted: Wanted, *, by_system: bool = False) -> EvidenceItem:
    item = EvidenceItem(
        case=turn.case,
        person_key=turn.case.person_key,
        transaction=wanted.transaction,
        kind=wanted.kind,
        asked_of=wanted.asked_of,
        ordered_at=turn.now,
        ordered_by=None if by_system else turn.user,
        lost_after=wanted.lost_after,
        lost_by=wanted.lost_by,
    )
    if wanted.asked_name:
        item.seal(asked_name=wanted.asked_name)
    item.save(force_insert=True)
    turn.tell(kinds.EVIDENCE_ASKED, data=_about(item), changed=[item])
    deadlines.start(turn, _limit(item.kind), subject=item.uuid, at=turn.now, no_later=wanted.lost_after)
    return item


def _drop(turn: Turn, transactions: list[DisputedTransaction]) -> None:
    """Only what the system asked for: what a person wants to have is answered by a person."""
    if not transactions:
        return
    named = {"transaction__in": transactions, "ordered_by": None}
    for item in turn.case.evidence_items.open().filter(**named).select_related("transaction", "person_key"):
        item.state, item.answered_at, item.recorded_at = State.NONE, turn.now, turn.now
        item.save(update_fields=["state", "answered_at", "recorded_at"])
        turn.tell(kinds.EVIDENCE_NOT_NEEDED, data=_about(item), changed=[item])
        deadlines.stop(turn, subject=item.uuid, outcome=Deadline.Outcome.CANCELLED)


def _open_item(turn: Turn, item: EvidenceItem) -> EvidenceItem:
    """The item as it stands under the lock."""
    states.still_open(turn)
    if item.case_id != turn.case.pk:
        raise CaseError(_("This evidence belongs to another complaint."))
    found = EvidenceItem.objects.select_related("transaction", "person_key").get(pk=item.pk)
    if not found.is_open:
        raise CaseError(_("What became of it was recorded before."))
    return found


def _proof(turn: Turn, kind: Kind, on_file: Evidence | None, reference: str, happened_at: datetime | None) -> Evidence:
    if on_file is not None:
        if on_file.case_id != turn.case.pk:
            raise CaseError(_("This evidence belongs to another complaint."), field="on_file")
        if on_file.kind != kind:
            raise CaseError(_("This is evidence of another kind."), field="on_file")
        return on_file
    if not reference.strip():
        raise CaseError(_("Choose what is on file, or give its number."), field="reference")
    if happened_at is None:
        raise CaseError(_("Say which moment it shows."), field="happened_at")
    return evidence.add_reference(turn, kind=kind, reference=reference, happened_at=happened_at)


def _holder(kind: str, at_home: str, transaction: DisputedTransaction) -> str:
    is_abroad = transaction.country not in ("", card_words.HOME)
    return Holder.ABROAD if is_abroad and kind in FETCHED else at_home


def _lasts_until(turn: Turn, kind: Kind, transaction: DisputedTransaction) -> datetime | None:
    """By house policy, where it is known how long such a thing is kept."""
    if (key := LASTS.get(kind)) is None:
        return None
    return policies.rule(key, turn.case.policy_version or None).due(transaction.booked_at, turn.case.zone)


def _limit(kind: str) -> str:
    return limits.KEEP_LOGS if kind in LOGS else limits.KEEP_RECORDINGS


def _zoned(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.utcoffset() is None:
        raise CaseError(_("The time needs a time zone."), field="lost_after")
    return moment


def _about(item: EvidenceItem) -> dict[str, object]:
    return {
        "item": str(item.uuid),
        "what": str(item.kind),
        "transaction": item.transaction.bank_id if item.transaction else None,
        "asked_of": str(item.asked_of),
        "lost_after": stamp(item.lost_after) if item.lost_after else None,
    }


TOLD: Final = {
    State.KEPT: kinds.EVIDENCE_KEPT,
    State.LOST: kinds.EVIDENCE_LOST,
    State.NONE: kinds.EVIDENCE_NONE,
}
