"""协查: a letter to whoever else touched the payment; sent, chased, answered or silent, and how they cooperated.

配合情况 is recorded for every addressee (CBIRC 2020 No.3 art. 10). The decision never waits for an answer.
"""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from cases import free_text, kinds
from cases.actions import evidence, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import DisputedTransaction, Ending, Inquiry, InquiryChase
from knowledge.evidence import EvidenceKind
from record.journal import Kind, money


def open_inquiry(
    turn: Turn,
    *,
    addressee_kind: str,
    addressee: str,
    question: str,
    transaction: DisputedTransaction | None = None,
) -> Inquiry:
    """Begin a letter to one addressee about what is asked. CaseError names the field."""
    states.not_archived(turn)
    if addressee_kind not in Inquiry.Addressee.values:
        raise CaseError(_("Choose one of the list."), field="addressee_kind")
    if transaction is not None and transaction.case_id != turn.case.pk:
        raise CaseError(_("This transaction belongs to another case."), field="transaction")
    matter = Inquiry(
        case=turn.case,
        person_key=turn.case.person_key,
        transaction=transaction,
        addressee_kind=addressee_kind,
        opened_by=turn.user,
        opened_at=turn.now,
        recorded_at=turn.now,
    )
    matter.seal(
        addressee=free_text.written(addressee, field="addressee", required=True, longest=120),
        question=free_text.written(question, field="question", required=True, longest=2000),
    )
    matter.save()
    turn.tell(kinds.INQUIRY_OPENED, data=_about(matter), changed=[matter])
    return matter


def send(turn: Turn, matter: Inquiry, *, number: str, sent_at: datetime) -> Inquiry:
    """The letter went out under this number. CaseError: sent already, or a wrong time."""
    _running(turn, matter)
    if matter.sent_at is not None:
        raise CaseError(_("This letter was sent already."))
    states.happened(sent_at, turn, field="sent_at")
    kind = EvidenceKind.INQUIRY_LETTER
    matter.letter = evidence.add_reference(turn, kind=kind, reference=number, happened_at=sent_at)
    matter.sent_at = sent_at
    return _saved(turn, matter, kinds.INQUIRY_SENT, "letter", "sent_at", at=sent_at)


def chase(turn: Turn, matter: Inquiry, *, means: str, happened_at: datetime) -> InquiryChase:
    """催办: asked again. CaseError: not sent yet, answered already, no such means, or a wrong time."""
    _waiting(turn, matter)
    states.happened(happened_at, turn, field="happened_at", since=matter.sent_at)
    if means not in InquiryChase.Means.values:
        raise CaseError(_("Choose one of the list."), field="means")
    made = InquiryChase(
        case=turn.case, inquiry=matter, means=means, happened_at=happened_at, recorded_at=turn.now, by=turn.user
    )
    made.save()
    data = {**_about(matter), "count": matter.chases.count(), "means": means}
    turn.tell(kinds.INQUIRY_CHASED, data=data, changed=[made], happened_at=happened_at)
    return made


def answered(
    turn: Turn, matter: Inquiry, *, reference: str, answered_at: datetime, answer: str, share: Decimal | None = None
) -> Inquiry:
    """The answer came: its number, what it says, and what the addressee bears or pays first (法释〔2021〕10号 art. 10).

    CaseError: not sent yet, answered already, a wrong time, or no words.
    """
    _waiting(turn, matter)
    states.happened(answered_at, turn, field="answered_at", since=matter.sent_at)
    matter.seal(answer=free_text.written(answer, field="answer", required=True, longest=2000))
    evidence.add_reference(turn, kind=EvidenceKind.INQUIRY_REPLY, reference=reference, happened_at=answered_at)
    matter.answered_at, matter.share = answered_at, share
    return _saved(turn, matter, kinds.INQUIRY_ANSWERED, "answer", "answered_at", "share", at=answered_at)


def report_silence(turn: Turn, matter: Inquiry, *, to: str, reported_at: datetime) -> Inquiry:
    """No answer came: it was reported upwards. CaseError: answered, a wrong time, or not said to whom."""
    _waiting(turn, matter)
    states.happened(reported_at, turn, field="reported_at", since=matter.sent_at)
    matter.seal(reported_to=free_text.written(to, field="to", required=True, longest=200))
    matter.reported_at = reported_at
    return _saved(turn, matter, kinds.INQUIRY_SILENT, "reported_to", "reported_at", at=reported_at)


def end(turn: Turn, matter: Inquiry, *, cooperation: str, note: str = "", called_off: bool = False) -> Inquiry:
    """Close the letter with how they cooperated. CaseError: ended already, or a cooperation that cannot be.

    Called off, because the complaint was withdrawn or the letter is not needed: with a note, and nothing is judged.
    """
    _running(turn, matter)
    note = free_text.written(note, field="note", required=called_off, longest=500)
    if called_off:
        matter.ending = Ending.CALLED_OFF
    else:
        _must_fit(matter, cooperation)
        matter.cooperation = cooperation
        matter.ending = Ending.WON if matter.answered_at else Ending.SILENT
    matter.ended_at = turn.now
    matter.seal(ending_note=note)
    fields = ("cooperation", "ending", "ended_at", "ending_note")
    return _saved(turn, matter, kinds.INQUIRY_ENDED, *fields, personal={"note": note} if note else {})


def _must_fit(matter: Inquiry, cooperation: str) -> None:
    silent = cooperation == Inquiry.Cooperation.SILENT
    if cooperation not in Inquiry.Cooperation.values or matter.sent_at is None or silent == bool(matter.answered_at):
        raise CaseError(_("This does not go with what is on record of the answer."), field="cooperation")


def _running(turn: Turn, matter: Inquiry) -> None:
    states.not_archived(turn)
    if matter.ended_at is not None:
        raise CaseError(_("This inquiry has ended."))


def _waiting(turn: Turn, matter: Inquiry) -> None:
    _running(turn, matter)
    if matter.sent_at is None or matter.answered_at is not None:
        raise CaseError(_("This inquiry does not wait for an answer."))


def _saved(
    turn: Turn,
    matter: Inquiry,
    kind: Kind,
    *fields: str,
    at: datetime | None = None,
    personal: dict[str, str] | None = None,
) -> Inquiry:
    matter.save(update_fields=list(fields))
    turn.tell(kind, data=_about(matter), personal=personal, changed=[matter], happened_at=at)
    return matter


def _about(matter: Inquiry) -> dict[str, object]:
    said: dict[str, object] = {"share": money(matter.share, matter.case.currency)} if matter.share else {}
    return {
        "matter": str(matter.uuid),
        "addressee_kind": matter.addressee_kind,
        "transaction": matter.transaction.bank_id if matter.transaction else None,
        "number": matter.letter.reference if matter.letter else None,
        "cooperation": matter.cooperation,
        **said,
    }
