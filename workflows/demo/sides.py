"""What happens on a demo case beside its steps: contacts, promises, evidence, people who help, an interest declared."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from django.core.files.base import ContentFile

from accounts.models import User
from accounts.roles import Role
from cases.actions import contacts, evidence, people as parts
from cases.actions.turn import turn
from cases.models import CardControl, Case, CasePerson
from knowledge.evidence import EvidenceKind
from record import clock

from ..verbs import casework, stops
from . import papers, people, words
from .plans import Plan, local
from .staff import Staff

# Two fraud investigators at head office: who types a stop, and who compares it with its paper.
CONVERTS, COMPARES = "1010", "1011"


@dataclass(frozen=True)
class Side:
    """Something done at a moment by somebody: `who` is a staff number, empty for the agent of the case."""

    at: datetime
    do: Callable[[Case, User, Staff], None]
    who: str = ""
    outlives: bool = False  # goes on when the case is completed


def sides(plan: Plan, anchor: datetime) -> list[Side]:
    """All that happens beside the steps of a case until the demo is loaded, in order."""
    found = [
        *_contacts(plan),
        *_promises(plan, anchor),
        *_evidence(plan),
        *_helpers(plan),
        *_interest(plan),
        *_stops(plan),
        *_first_hop(plan),
    ]
    return sorted((side for side in found if side.at < anchor), key=lambda side: side.at)


def _later(plan: Plan, days: int, hour: int) -> datetime:
    """A time of day some days after receipt, never before the call is over."""
    chance = plan.fate.chance("later", days, hour)
    at = local(plan.received_at + timedelta(days=days), time(hour, chance.randrange(60), chance.randrange(60)))
    return max(at, plan.received_at + timedelta(minutes=chance.randint(12, 50)))


def _contacts(plan: Plan) -> Iterator[Side]:
    chance = plan.fate.chance("contacts")
    if chance.random() < 0.12:
        yield Side(_later(plan, 0, 17), partial(_speak, "out", "phone", words.NOT_REACHED, False))
    if plan.fate.event != "withdrawn" and chance.random() < 0.55:
        yield Side(_later(plan, chance.randint(2, 4), 10), partial(_speak, *chance.choice(words.CONTACTS), True))


def _speak(direction: str, channel: str, note: str, reached: bool, case: Case, who: User, staff: Staff) -> None:
    with turn(case, user=who) as hand:
        contacts.add_contact(hand, direction=direction, channel=channel, note=note, reached=reached)


def _promises(plan: Plan, anchor: datetime) -> Iterator[Side]:
    chance = plan.fate.chance("promises")
    what = chance.choice(words.PROMISES)
    left = plan.fate.left
    if left is not None:
        if left.promise:
            made = max(local(anchor - timedelta(days=1), time(10, 20)), plan.received_at + timedelta(minutes=10))
            yield Side(made, partial(_promise, what, _due(left.promise, made, anchor)), left.promised_by)
    elif plan.fate.event != "withdrawn" and chance.random() < 0.3:
        made = _later(plan, 0, 11)
        due = local(made + timedelta(days=1), time(17, 30))
        late = timedelta(hours=2 if chance.random() < 0.12 else -chance.randint(1, 6))
        yield Side(made, partial(_promise, what, due))
        yield Side(due + late, _keep)


def _due(when: str, made: datetime, anchor: datetime) -> datetime:
    if when == "late":
        return max(local(anchor - timedelta(days=1), time(18)), made + timedelta(minutes=30))
    if when == "today":
        return max(local(anchor, time(17, 30)), anchor + timedelta(minutes=90))
    return local(anchor + timedelta(days=1), time(11))


def _promise(what: str, due_at: datetime, case: Case, who: User, staff: Staff) -> None:
    with turn(case, user=who) as hand:
        contacts.promise(hand, what=what, due_at=due_at)


def _keep(case: Case, who: User, staff: Staff) -> None:
    with turn(case, user=who) as hand:
        for promise in hand.case.promises.filter(kept_at=None):
            contacts.keep_promise(hand, promise=promise)


def _evidence(plan: Plan) -> Iterator[Side]:
    chance = plan.fate.chance("evidence")
    if chance.random() < 0.22:
        yield Side(_later(plan, 1, 14), partial(_file, EvidenceKind.POLICE_RECEIPT, "报警回执.png", plan))
    if chance.random() < 0.1:
        yield Side(_later(plan, 0, 16), partial(_file, EvidenceKind.CUSTOMER_STATEMENT, "持卡人声明.pdf", plan))
    if chance.random() < 0.25:
        kind, prefix = chance.choice(
            ((EvidenceKind.OTP_LOG, "YZM"), (EvidenceKind.SLIP, "QGD"), (EvidenceKind.CCTV, "JK"))
        )
        yield Side(_later(plan, 1, 15), partial(_reference, kind, f"{prefix}-{plan.number:05d}"))


def _file(kind: EvidenceKind, name: str, plan: Plan, case: Case, who: User, staff: Staff) -> None:
    is_picture = name.endswith(".png")
    content = papers.picture(plan.fate.chance(name)) if is_picture else papers.page(f"Statement {case.reference}")
    kept = evidence.keep(case, ContentFile(content, name=name))
    with turn(case, user=who) as hand:
        evidence.add_file(hand, kind=kind, upload=kept)


def _reference(kind: EvidenceKind, reference: str, case: Case, who: User, staff: Staff) -> None:
    with turn(case, user=who) as hand:
        evidence.add_reference(hand, kind=kind, reference=reference)


def _stops(plan: Plan) -> Iterator[Side]:
    """The loss report is made formal on the third day; some payees are stopped, and one account is frozen for long."""
    yield Side(_later(plan, 2, 15), partial(_formal, f"ZS-{plan.number:06d}"), CONVERTS)
    yield Side(_later(plan, 2, 16), _seen, COMPARES)
    chance = plan.fate.chance("stops")
    if chance.random() < 0.2:
        account = f"{chance.choice(('6217', '6228', '6222'))}******{chance.randrange(10_000):04d}"
        yield Side(_later(plan, 0, 16), partial(_payee, account, plan.number), CONVERTS)
        yield Side(_later(plan, 1, 17), partial(_payee, account, plan.number), CONVERTS)
        yield Side(_later(plan, 4, 10), _payee_lapsed, CONVERTS)
        if chance.random() < 0.4:
            yield Side(_later(plan, 3, 11), partial(_frozen, account, plan.number), CONVERTS)


def _first_hop(plan: Plan) -> Iterator[Side]:
    """Who had the money first is found out the same evening; cash at a machine, the shop's acquirer otherwise."""
    if plan.fate.event != "withdrawn":
        yield Side(_later(plan, 0, 18), partial(_find_first_hop, plan), CONVERTS)


def _find_first_hop(plan: Plan, case: Case, who: User, staff: Staff) -> None:
    stolen = [payment.id for payment in plan.card.disputed]
    rows = list(case.transactions.filter(bank_id__in=stolen))
    if not rows or case.told_at is not None:
        return  # a list that never came is typed at the trace, and the limit passes
    cash = rows[0].channel == "atm"
    casework.find_first_hop(
        case,
        user=who,
        transactions=[row.uuid for row in rows],
        went_to="cash" if cash else "acquirer",
        name="" if cash else plan.fate.chance("first hop").choice(words.ACQUIRERS),
        found_at=clock.now(),
    )


def _formal(receipt: str, case: Case, who: User, staff: Staff) -> None:
    if case.controls.running().filter(kind=CardControl.Kind.ORAL_LOSS).exists():
        stops.convert_control(case, user=who, to="formal", receipt=receipt, happened_at=clock.now())


def _seen(case: Case, who: User, staff: Staff) -> None:
    typed = case.controls.filter(typed_by__isnull=False, seen_by=None).exclude(typed_by=who).exclude(typed_for=who)
    for stop in typed.select_related("case").order_by("id"):
        stops.see_control(stop, user=who)


def _payee(account: str, number: int, case: Case, who: User, staff: Staff) -> None:
    stops.add_control(
        case,
        user=who,
        kind=CardControl.Kind.PAYEE_STOP,
        ordered_by=CardControl.OrderedBy.POLICE,
        account=account,
        document=f"公网止付{number:05d}",
        receipt=f"ZF-{number:06d}",
        effective_at=clock.now(),
    )


def _payee_lapsed(case: Case, who: User, staff: Staff) -> None:
    for stop in case.controls.running().filter(kind=CardControl.Kind.PAYEE_STOP).select_related("case"):
        stops.control_lapsed(stop, user=who, ended_at=clock.now(), proof=f"CX-{stop.receipt}")


def _frozen(account: str, number: int, case: Case, who: User, staff: Staff) -> None:
    stops.add_control(
        case,
        user=who,
        kind=CardControl.Kind.JUDICIAL_FREEZE,
        ordered_by=CardControl.OrderedBy.POLICE,
        account=account,
        document=f"公冻通{number:05d}",
        receipt=f"DJ-{number:06d}",
        effective_at=clock.now(),
    )


def _helpers(plan: Plan) -> Iterator[Side]:
    if plan.fate.left is not None:
        for number in plan.fate.left.helpers:
            yield Side(_later(plan, 1, 11), partial(_join, number))


def _join(number: str, case: Case, who: User, staff: Staff) -> None:
    with turn(case, user=who) as hand:
        parts.take_part(hand, user=staff.numbered(number), part=CasePerson.Part.ASSIST)


def _interest(plan: Plan) -> Iterator[Side]:
    """The head of the outlet is related to the customer: the next level answers the proposal."""
    if plan.fate.event == "interest":
        head = next(one for one in people.PEOPLE if one.unit == plan.unit and Role.OUTLET_HEAD in one.roles)
        yield Side(_later(plan, 1, 10), _declare, head.number)


def _declare(case: Case, who: User, staff: Staff) -> None:
    casework.declare_interest(case, user=who, why=words.INTEREST)
