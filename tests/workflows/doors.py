"""Who stands at the door of a case, and what comes late: beginnings of journeys.

journey = reported_by(staff, "other")       # a colleague calls for the holder
journey = refused(staff)                    # the holder does not want his card stopped
"""

from typing import Any

from accounts.roles import Role
from cases.actions import intake, people
from cases.actions.turn import Turn
from cases.models import Card, Case, Customer
from record import clock
from sandbox_bank.ledger import Bank
from tests.journey import Journey, Staff
from tests.workflows import roads
from tests.workflows.roads import does, typed
from workflows import verbs
from workflows.flows import CardFraudFlow

FOUND = {"result": "stop", "first_six": "622126", "last_four": "4417", "token": "tok-late-1"}


def reported_by(staff: Staff, who: str, *, kind: str = Card.Kind.DEBIT, organisation: bool = False) -> Journey:
    """Somebody calls in the holder's place: agent, heir, company (somebody of the organisation) or other."""
    named = Customer.Kind.ORGANISATION if organisation else Customer.Kind.PERSON
    name = "沪东贸易有限公司" if organisation else "张三"
    customer = intake.find_or_add_customer(name=name, phone="13816262207", kind=named)
    token = f"tok-door-{Card.objects.count()}"
    card = intake.find_or_add_card(token=token, first_six="622126", last_four="4417", kind=kind, customer=customer)

    def then(hand: Turn) -> None:
        people.represent(hand, kind=who, name="李梅", phone="13900139000")
        verbs.start_with(hand, CardFraudFlow, caller_check="REC-1")

    case = intake.open_case(
        user=staff.agent,
        role=Role.AGENT,
        kind=Case.Kind.CARD_FRAUD,
        channel=Case.Channel.PHONE,
        received_at=clock.now(),
        handling_unit=staff.bank.outlet,
        narrative="家里人的卡被盗刷。",
        customer=customer,
        card=card,
        then=then,
    )
    return Journey(staff, case, Bank(":memory:", clock=clock.now))


def refused(staff: Staff, **card: Any) -> Journey:
    """The holder, warned, does not want his card stopped."""
    return does(Journey.begin(staff, **card), "stop_loss", decline="客户要求继续用卡", warned="on")


def unnamed(staff: Staff) -> Journey:
    """Nobody can name the card in the call."""
    return does(roads.without_a_card(staff), "stop_loss", decline="卡号未知，客户正在查找")


def leaving(journey: Journey, left: str, place: str) -> Journey:
    """Go on to this step with one of the steps beside it left undone."""
    for _ in range(roads.FURTHEST):
        beside = journey.beside - {left}
        if place in journey.waiting | journey.ordered and not beside:
            journey.again()
            return journey
        if waiting := beside or journey.waiting - roads.CARD_END:
            does(journey, min(waiting))
        else:
            assert journey.bank_answers(1), f"nobody answers {journey.ordered}"
    raise AssertionError(f"{place} is never reached")


def mandate_paper(**other: Any) -> dict[str, Any]:
    """The paper lies before the handler."""
    return {
        "result": "given",
        "record": "SQ-2026-11",
        "settled_at": typed(),
        "identity_number": "310101198001011234",
        **other,
    }
