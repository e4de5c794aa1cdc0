"""移交: telecom fraud and merchant disputes go on in a complaint of their own (docs/decisions/0024).

Clock and history go with them; nothing is copied: history and evidence are read where they are.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _, override

from accounts.models import User
from cases import kinds_general, sums
from cases.actions import intake, states
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.intake import starters
from cases.models import Case, DisputedTransaction
from knowledge.grounds import Ground, TransactionType
from knowledge.models import TaxonomyCode
from knowledge.taxonomy import facets_for

GROUNDS: Final = {TransactionType.TELECOM: Ground.L10, TransactionType.MERCHANT: Ground.L11}


def may_leave(transaction: DisputedTransaction) -> bool:
    """The trace found something that is no card fraud."""
    return transaction.type in GROUNDS


def hand_on(turn: Turn, transactions: Iterable[DisputedTransaction]) -> list[Case]:
    """Open the complaints these transactions go on in: one for a fraud, one for each merchant. Returns them.

    They have this case's customer, unit, people, receipt and what is left of its clock. Shares stay empty. CaseError at
    the transaction: handed on before or of a type that is decided here; without a field: told, or the clock stands.
    """
    states.undecided(turn)
    if turn.user is None:
        raise NotAllowed
    leaving = sorted(transactions, key=_matter)
    for one in leaving:
        ground_of(one)
        if one.handed_on_to_id is not None:
            raise CaseError(_("This transaction was handed on before."), field=str(one.uuid))
    if leaving and turn.case.standstills.filter(ended_at=None).exists():
        raise CaseError(_("The clock stands; end that first, then hand on."))
    return [_open(turn, turn.user, list(group)) for _key, group in groupby(leaving, key=_matter)]


def ground_of(transaction: DisputedTransaction) -> str:
    """The ground it leaves on. CaseError at the transaction when the trace found something that is decided here."""
    if not may_leave(transaction):
        raise CaseError(
            _("Only telecom fraud and merchant disputes go on in a complaint of their own."),
            field=str(transaction.uuid),
        )
    return GROUNDS[TransactionType(transaction.type)]


def take_back(turn: Turn, transaction: DisputedTransaction) -> None:
    """The complaint it went on in was withdrawn and the trace found something else: it is decided here again.

    CaseError at the transaction while that complaint stands.
    """
    went_to = transaction.handed_on_to
    if went_to is None:
        return
    if went_to.withdrawn_at is None:
        raise CaseError(
            _("This transaction was handed on to complaint %(reference)s and stays there unless that is withdrawn.")
            % {"reference": went_to.reference},
            field=str(transaction.uuid),
        )
    transaction.handed_on_to = None  # saved by whoever decided what it is instead
    turn.tell(kinds_general.TAKEN_BACK, data={"to": went_to.reference, "transaction": transaction.bank_id})


def _matter(transaction: DisputedTransaction) -> tuple[str, str]:
    """What belongs into one complaint: all of a fraud, or what one merchant did."""
    merchant = transaction.merchant if transaction.type == TransactionType.MERCHANT else ""
    return str(transaction.type), merchant


def _open(turn: Turn, user: User, transactions: list[DisputedTransaction]) -> Case:
    origin, first = turn.case, transactions[0]

    def begin(hand: Turn) -> None:
        source = {"source": origin.reference, "case": str(origin.uuid), "transactions": _numbers(transactions)}
        hand.tell(kinds_general.FROM_CASE, data=source)
        starters.handed_on(hand)

    opened = intake.open_case(
        user=user,
        role=turn.role,
        kind=Case.Kind.GENERAL,
        channel=origin.channel,
        received_at=origin.received_at,
        handling_unit=origin.handling_unit,
        narrative=_narrative(origin, transactions),
        demand=origin.demand,
        customer=origin.customer,
        complained_unit=origin.complained_unit,
        facets=_facets(first),
        currency=origin.currency,
        origin=origin,
        then=begin,
    )
    for one in transactions:
        one.ground, one.handed_on_to = ground_of(one), opened
        one.bank_share = one.holder_share = one.merchant_share = None
        one.save()
    data = {"to": opened.reference, "case": str(opened.uuid), "transactions": _numbers(transactions)}
    turn.tell(kinds_general.HANDED_ON, data=data, changed=transactions)
    return opened


def _numbers(transactions: list[DisputedTransaction]) -> list[str]:
    return [one.bank_id for one in transactions]


def _facets(transaction: DisputedTransaction) -> dict[str, TaxonomyCode]:
    place, business, cause = facets_for(str(transaction.type), str(transaction.channel))
    codes = {code.local_code: code for code in TaxonomyCode.objects.filter(local_code__in=[place, business, cause])}
    return {"channel": codes[place], "business": codes[business], "cause": codes[cause]}


def _narrative(origin: Case, transactions: list[DisputedTransaction]) -> str:
    """What the complaint is about, in the bank's own language; what the customer said stays in the first case."""
    with override(settings.LANGUAGE_CODE):
        lines = [
            _("Handed on from complaint %(reference)s; what the customer said stands there.")
            % {"reference": origin.reference}
        ]
        for one in transactions:
            lines.append(
                _("%(type)s: %(merchant)s, %(amount)s yuan.")
                % {
                    "type": one.get_type_display(),
                    "merchant": one.merchant or one.bank_id,
                    "amount": sums.spoken(one.amount),
                }
            )
    return "\n".join(lines)
