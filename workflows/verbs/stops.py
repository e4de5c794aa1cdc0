"""Verbs on stops outside the steps: older loss reports, conversion before a lapse, orders of police and courts."""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.permissions import Verb
from cases.actions import loss_reports, official
from cases.actions.turn import turn
from cases.models import CardControl, Case

from .hand import act_by


def take_over_control(case: Case, *, user: User, **said: Any) -> CardControl:
    """An older loss report counts with its own time; whoever may stop a card may say so."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.STOP_LOSS, hand.case)
        return loss_reports.take_over_control(hand, **said)


def convert_control(case: Case, *, user: User, to: str, receipt: str, happened_at: datetime) -> CardControl:
    """The temporary loss report is made formal, or the card replaced, before it lapses."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.CONTROL, hand.case)
        return loss_reports.convert_control(hand, to=to, receipt=receipt, happened_at=happened_at)


def add_control(case: Case, *, user: User, **said: Any) -> CardControl:
    """What the bank, police or a court ordered is put on record."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.CONTROL, hand.case)
        return official.add_control(hand, **said)


def end_control(found: CardControl, *, user: User, document: str, ended_at: datetime) -> CardControl:
    """Whoever ordered it lifted it, by paper."""
    with turn(found.case, user=user) as hand:
        act_by(hand, Verb.CONTROL, hand.case)
        return official.end_control(hand, found=found, document=document, ended_at=ended_at)


def control_lapsed(found: CardControl, *, user: User, ended_at: datetime, proof: str) -> CardControl:
    """The bank system let it lapse."""
    with turn(found.case, user=user) as hand:
        act_by(hand, Verb.CONTROL, hand.case)
        return loss_reports.control_lapsed(hand, found=found, ended_at=ended_at, proof=proof)


def see_control(found: CardControl, *, user: User) -> CardControl:
    """A second person compared it with its paper."""
    with turn(found.case, user=user) as hand:
        act_by(hand, Verb.CONTROL, hand.case)
        return loss_reports.see_control(hand, found=found)
