"""The decision in a dossier: transactions, grounds with their articles, panels and proposals with their reasons."""

from collections.abc import Iterator

from django.utils.translation import gettext as _, pgettext

from cases import rules
from cases.burden_words import language
from cases.models import DisputedTransaction
from knowledge import ground_table

from . import answers, approvals, board
from .blocks import Block, Facts, Note, Table
from .seeing import Seeing, actor, money, person, shown, when
from .trail import entries_head, numbers


def transactions(seeing: Seeing) -> Iterator[Block]:
    """What is disputed, and who bears it, to the fen."""
    heads = [_("No."), _("Transaction"), _("Type"), _("Amount"), _("Bank bears"), _("Holder bears")]
    heads += [_("Acquirer or merchant"), entries_head()]
    rows = [_row(number, one, seeing) for number, one in enumerate(seeing.disputed, 1)]
    yield Table(heads, rows, "transactions", none=_("No transaction is disputed."), sums=(3, 4, 5, 6))


def _row(number: int, one: DisputedTransaction, seeing: Seeing) -> list[str]:
    place = " · ".join(filter(None, (one.get_channel_display(), one.merchant, one.abroad)))
    about = [one.bank_id, when(one.booked_at), place, one.use]
    if one.first_hop:
        about.append(_("First to: %(where)s") % {"where": one.first_hop})
    shares = (one.bank_share, one.holder_share, one.merchant_share)
    return [
        *(str(number), "\n".join(filter(None, about)), shown(one, "type"), money(one.amount, one.currency)),
        *map(money, shares),
        numbers(seeing.trail.of(one, "is_disputed"), seeing.trail.of(one, "ground") if one.ground else ()),
    ]


def grounds(seeing: Seeing) -> Iterator[Block]:
    """Each transaction's ground with its rule and reason; then who else had a part in it."""
    for number, one in enumerate(seeing.disputed, 1):
        yield _ground(number, one, seeing)
    if not seeing.disputed:
        yield Note(_("No transaction is disputed."))
    yield from _findings(seeing)
    yield from _panels(seeing)
    yield from _proposals(seeing)


def _ground(number: int, one: DisputedTransaction, seeing: Seeing) -> Facts:
    row, proofs = ground_table.table().get(one.ground), seeing.trail.of(one, "ground") if one.ground else []
    title, rule = row.says(language()) if row else ("", "")
    return Facts(
        [
            (pgettext("paper", "Ground"), f"{row.code} {title}" if row else _("not decided")),
            (_("Article"), row.article if row else ""),
            (_("Rule"), rule),
            (_("Shares"), _shares(one)),
            (_("Written reason"), seeing.text(one, "ground_reason")),
            (_("Handed on to"), one.handed_on_to.reference if one.handed_on_to else ""),
            (pgettext("paper", "Decided by"), f"{actor(proofs[0])}\n{when(proofs[0].happened_at)}" if proofs else ""),
            (entries_head(), numbers(proofs)),
        ],
        title=_("Transaction %(n)d: %(id)s, %(sum)s")
        % {"n": number, "id": one.bank_id, "sum": money(one.amount, one.currency)},
    )


def _shares(one: DisputedTransaction) -> str:
    """Who bears what, in one line; empty before it is decided."""
    shares = (
        (_("Bank bears"), one.bank_share),
        (_("Holder bears"), one.holder_share),
        (_("Acquirer or merchant"), one.merchant_share),
    )
    return _(", ").join(f"{name} {money(share)}" for name, share in shares if share is not None)


def _findings(seeing: Seeing) -> Iterator[Block]:
    """Of a complaint without transactions: what was found, by whom."""
    for one in seeing.case.findings.select_related("by"):
        yield Facts(
            [
                (pgettext("paper", "Finding"), one.get_result_display()),
                (_("What was found"), seeing.text(one, "findings")),
                (_("What the customer is due"), seeing.text(one, "due")),
                (_("By"), f"{person(one.by)}\n{when(one.recorded_at)}"),
                (entries_head(), numbers(seeing.trail.of(one))),
            ],
            title=pgettext("paper", "Finding"),
        )


def _panels(seeing: Seeing) -> Iterator[Block]:
    for one in seeing.case.panels.order_by("number").prefetch_related("votes__by"):
        yield Facts(
            [
                (_("At stake"), money(one.at_stake, one.currency)),
                (_("Held at"), when(one.held_at)),
                (_("Outcome"), shown(one, "outcome")),
                (_("Votes"), approvals.votes(one)),
                (_("Minutes"), seeing.number_of(one.minutes_id)),
                (_("Course of the meeting"), seeing.text(one, "course")),
                (entries_head(), numbers(seeing.trail.of(one, "outcome"))),
            ],
            title=_("Liability panel %(n)d") % {"n": one.number},
        )


def _proposals(seeing: Seeing) -> Iterator[Block]:
    for one in seeing.case.proposals.order_by("number").select_related("proposed_by", "answered_by"):
        yield Facts(
            [
                (pgettext("paper", "Sum"), money(one.total, one.currency)),
                (_("Proposed by"), f"{person(one.proposed_by)}\n{when(one.proposed_at)}"),
                (_("Reasons"), seeing.text(one, "reasons")),
                (_("State"), one.get_state_display()),
                (_("Answered by"), f"{person(one.answered_by)}\n{when(one.answered_at)}" if one.answered_by else ""),
                (_("Reason of the answer"), seeing.text(one, "answer_reason")),
                (entries_head(), numbers(seeing.trail.of(one), seeing.trail.of(one, "state"))),
            ],
            title=_("Proposal %(n)d") % {"n": one.number},
        )


def proof(seeing: Seeing) -> Iterator[Block]:
    """The burden board; of another complaint, that there is none."""
    if rules.is_card_fraud(seeing.case) and seeing.disputed:
        yield from board.blocks(seeing)
    else:
        yield Note(_("There is no burden board: no card transaction is disputed."))


def in_short(seeing: Seeing) -> Iterator[Block]:
    """The four questions."""
    yield from (said.block() for said in answers.of(seeing))
