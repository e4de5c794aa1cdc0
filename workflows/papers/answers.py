"""Four questions a lawyer asks of a case, answered from what is on record, each fact with the entry that proves it.

When was the bank told; when was the card stopped; what was not kept; who decided on which article. `told` of each is
the same for a machine: codes, moments in UTC, sums as text, entries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cases import rules
from cases.burden_words import language
from cases.models import CardControl, DisputedTransaction, EvidenceItem
from knowledge import ground_table
from knowledge.burden_table import ELEMENTS, row_for, title_of
from record.body import stamp

from . import approvals
from .blocks import Answer
from .seeing import Seeing, actor, money, shown, span, until, when
from .trail import Proof, numbers


@dataclass
class Said:
    """An answer while it is put together."""

    question: str
    sentences: list[str] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)

    def says(self, sentence: str, proofs: Sequence[Proof] = ()) -> None:
        """A sentence, with the numbers of the entries it rests on."""
        self.sentences.append(" ".join(filter(None, (sentence, f"[{numbers(proofs)}]" if proofs else ""))))
        self.proofs += proofs

    def block(self) -> Answer:
        """As it stands on paper."""
        return Answer(self.question, self.sentences)


def of(seeing: Seeing) -> list[Said]:
    """All four, in their order; a case without a card has no stop and no board to lose evidence from."""
    found = [_told(seeing)]
    if rules.is_card_fraud(seeing.case):
        found += [_stopped(seeing), _not_kept(seeing)]
    return [*found, _decided(seeing)]


def _told(seeing: Seeing) -> Said:
    case, said = seeing.case, Said(_("When was the bank told?"))
    proofs = seeing.trail.of(case, "received_at")
    if case.imported_from:
        said.says(
            _("Not known: the complaint was taken over from another system on %(at)s.") % {"at": when(case.recorded_at)}
        )
        said.told = {"at": None, "entries": [one.told() for one in proofs]}
        return said
    about = {"at": when(case.received_at), "way": case.get_channel_display()}
    said.says(_("At %(at)s (%(way)s).") % about, proofs)
    if case.recorded_at > case.received_at:
        later = {"at": when(case.recorded_at), "later": span(case.recorded_at - case.received_at)}
        said.says(_("It was recorded at %(at)s, %(later)s later.") % later)
    said.told = {"at": stamp(case.received_at), "recorded_at": stamp(case.recorded_at), "channel": case.channel}
    said.told["entries"] = [one.told() for one in proofs]
    return said


def first_stop(seeing: Seeing) -> CardControl | None:
    """The loss report that stopped the holder's own card first; the burden board rests on the same."""
    losses = [one for one in seeing.case.controls.all() if one.is_loss]
    return min(losses, key=lambda one: (one.effective_at, one.pk), default=None)


def _stopped(seeing: Seeing) -> Said:
    said, stop = Said(_("When was the card stopped?")), first_stop(seeing)
    if stop is None:
        _not_stopped(seeing, said)
        return said
    proofs = seeing.trail.of(stop, "effective_at")
    case = seeing.case
    card = f"{case.card.first_six}******{case.card.last_four}" if case.card else ""
    about = {"at": when(stop.effective_at), "card": card, "kind": stop.get_kind_display()}
    said.says(_("At %(at)s, card %(card)s (%(kind)s).") % about, proofs)
    if not case.imported_from:
        said.says(_after(stop, seeing))
    for control in sorted(case.controls.all(), key=lambda one: one.pk):
        if control.is_loss and control.ended_at:
            ended = {"kind": control.get_kind_display(), "end": shown(control, "end"), "at": when(control.ended_at)}
            said.says(_("%(kind)s ended at %(at)s: %(end)s.") % ended, seeing.trail.of(control, "ended_at"))
    said.told = {
        "at": stamp(stop.effective_at),
        "seconds_after_told": None
        if case.imported_from
        else int((stop.effective_at - case.received_at).total_seconds()),
        "entries": [one.told() for one in proofs],
    }
    return said


def _after(stop: CardControl, seeing: Seeing) -> str:
    apart = stop.effective_at - seeing.case.received_at
    if apart.total_seconds() < 0:
        return _("That was %(long)s before the bank was told: it had been reported another way.") % {
            "long": span(apart)
        }
    return _("That was %(long)s after the bank was told.") % {"long": span(apart)}


def _not_stopped(seeing: Seeing, said: Said) -> None:
    declined = seeing.case.stop_declined_at
    proofs = seeing.trail.of(seeing.case, "stop_declined_at") if declined else []
    if declined:
        said.says(_("It was not stopped: at %(at)s the holder did not want it.") % {"at": when(declined)}, proofs)
    else:
        said.says(_("No stop is on record."))
    said.told = {"at": None, "declined_at": stamp(declined) if declined else None}
    said.told["entries"] = [one.told() for one in proofs]


def not_kept(seeing: Seeing) -> list[EvidenceItem]:
    """What was asked for and is gone or never was; not what became needless."""
    lost, none = EvidenceItem.State.LOST, EvidenceItem.State.NONE
    items = [one for one in seeing.case.evidence_items.all() if one.state in (lost, none)]
    return [one for one in items if one.state == lost or one.recorded_by_id is not None]


def awaited(seeing: Seeing) -> list[EvidenceItem]:
    """What was asked for and has not come."""
    return [one for one in seeing.case.evidence_items.all() if one.is_open]


def _not_kept(seeing: Seeing) -> Said:
    said, gone = Said(_("What was not kept, and why?")), not_kept(seeing)
    for item in gone:
        said.says(_gone(item, seeing), seeing.trail.of(item, "state"))
    if not gone:
        said.says(_("Nothing that was asked for was reported lost or missing."))
    if wait := awaited(seeing):
        names = _(", ").join(dict.fromkeys(one.get_kind_display() for one in wait))
        said.says(_("Asked for and not come yet: %(what)s.") % {"what": names})
    said.told = {
        "items": [_item_told(one, seeing) for one in gone],
        "awaited": [_item_told(one, seeing) for one in wait],
    }
    return said


def _gone(item: EvidenceItem, seeing: Seeing) -> str:
    about = {
        "what": item.get_kind_display(),
        "which": transaction_words(seeing, item.transaction_id),
        "of": item.get_asked_of_display(),
        "asked": when(item.ordered_at),
        "answered": when(item.answered_at),
        "state": item.get_state_display(),
    }
    parts = [_("%(what)s (%(which)s), asked of %(of)s at %(asked)s: %(state)s, answered at %(answered)s.") % about]
    if item.lost_after:
        parts.append(
            _("It was to be overwritten at %(at)s (%(word)s).")
            % {"at": until(item.lost_after), "word": shown(item, "lost_by")}
        )
    if number := seeing.number_of(item.statement_id):
        parts.append(_("The signed statement is %(number)s.") % {"number": number})
    if reason := seeing.text(item, "reason"):
        parts.append(_("Reason: %(reason)s") % {"reason": reason})
    return " ".join(parts)


def _item_told(item: EvidenceItem, seeing: Seeing) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "transaction": next((one.bank_id for one in seeing.disputed if one.pk == item.transaction_id), None),
        "asked_of": item.asked_of,
        "asked_at": stamp(item.ordered_at),
        "state": item.state,
        "lost_after": stamp(item.lost_after) if item.lost_after else None,
        "answered_at": stamp(item.answered_at) if item.answered_at else None,
        "statement": seeing.number_of(item.statement_id) or None,
        "entries": [one.told() for one in seeing.trail.of(item, "state")],
    }


def transaction_words(seeing: Seeing, key: int | None) -> str:
    """A transaction by its number in the papers and its own; the whole case for none."""
    for number, one in enumerate(seeing.disputed, 1):
        if one.pk == key:
            return _("transaction %(n)d, %(id)s") % {"n": number, "id": one.bank_id}
    return _("the whole complaint") if key is None else _("a transaction that is not disputed")


def effect_of(item: EvidenceItem, seeing: Seeing) -> str:
    """Which elements of the burden board the evidence would have borne on."""
    types = {one.type for one in seeing.disputed if item.transaction_id in (None, one.pk)}
    rows = [(name, row_for(name, kind)) for name in ELEMENTS for kind in sorted(types)]
    found = [title_of(name, language()) for name, row in rows if row is not None and item.kind in row.kinds]
    return _(", ").join(dict.fromkeys(found))


def _decided(seeing: Seeing) -> Said:
    said = Said(_("Who decided what, on which article?"))
    said.told = {
        "transactions": [_decision(one, number, seeing, said) for number, one in enumerate(seeing.disputed, 1)]
    }
    if not seeing.disputed:
        said.says(_("No transaction is disputed."))
    approvals.of(seeing, said)
    return said


def _decision(one: DisputedTransaction, number: int, seeing: Seeing, said: Said) -> dict[str, Any]:
    proofs = seeing.trail.of(one, "ground") if one.ground else []
    row = ground_table.table().get(one.ground)
    said.says(_decision_words(one, number, row, proofs), proofs)
    return {
        "transaction": one.bank_id,
        "ground": one.ground or None,
        "article": row.article if row else None,
        "amount": str(one.amount),
        "shares": {name: str(share) if share is not None else None for name, share in _shares(one).items()},
        "decided_by": proofs[0].number_of_actor if proofs else None,
        "decided_at": stamp(proofs[0].happened_at) if proofs else None,
        "entries": [proof.told() for proof in proofs],
    }


def _shares(one: DisputedTransaction) -> dict[str, Any]:
    return {"bank": one.bank_share, "holder": one.holder_share, "merchant": one.merchant_share}


def _decision_words(
    one: DisputedTransaction, number: int, row: ground_table.GroundRow | None, proofs: Sequence[Proof]
) -> str:
    which = {"n": number, "id": one.bank_id, "sum": money(one.amount, one.currency)}
    if row is None or not proofs:
        return _("Transaction %(n)d, %(id)s, %(sum)s: not decided.") % which
    about = {**which, "ground": f"{row.code} {row.says(language())[0]}", "article": row.article}
    about |= {"who": actor(proofs[0]), "at": when(proofs[0].happened_at)}
    about |= {name: money(share) for name, share in _shares(one).items()}
    if one.handed_on_to is not None:
        about["case"] = one.handed_on_to.reference
        return (
            _(
                "Transaction %(n)d, %(id)s, %(sum)s: %(ground)s (%(article)s), handed on to complaint %(case)s by "
                "%(who)s at %(at)s."
            )
            % about
        )
    return (
        _(
            "Transaction %(n)d, %(id)s, %(sum)s: %(ground)s (%(article)s); the bank bears %(bank)s, the holder "
            "%(holder)s, acquirer or merchant %(merchant)s. Decided by %(who)s at %(at)s."
        )
        % about
    )
