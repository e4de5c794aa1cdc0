"""How a complaint begins: the case with its number, key, place, people and statutory clock; what is said of it then."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeVar

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from accounts.models import Branch, User
from cases import free_text, kinds
from cases.actions import deadlines, references, states, texts
from cases.actions.parties import find_or_add_card, find_or_add_customer
from cases.actions.turn import Turn, first_turn
from cases.errors import CaseError
from cases.models import Card, Case, CasePerson, Customer
from knowledge import limits, policies
from knowledge.messages import Template
from knowledge.models import Facet, TaxonomyCode
from record import clock
from record.history import Tracked, untold
from record.journal import stamp
from record.keys import create_key

__all__ = ["describe", "find_or_add_card", "find_or_add_customer", "open_case"]

Choice = TypeVar("Choice", bound=TextChoices)

# The facet of JR/T 0169 that each first and final class is taken from.
FACETS: Final = {"channel": Facet.CHANNEL, "business": Facet.BUSINESS, "cause": Facet.CAUSE}


def open_case(
    *,
    user: User | None,
    role: str,
    kind: str,
    channel: str,
    received_at: datetime,
    handling_unit: Branch,
    narrative: str = "",
    demand: str = "",
    demand_text: str = "",
    customer: Customer | None = None,
    card: Card | None = None,
    complained_unit: Branch | None = None,
    facets: Mapping[str, TaxonomyCode] | None = None,
    currency: str = "CNY",
    cause: str = "",
    no_texts: bool = False,
    origin: Case | None = None,
    then: Callable[[Turn], None] | None = None,
) -> Case:
    """Register a complaint: number, key, place, policy edition, 首问 and 主办, statutory clock from receipt (art. 18).

    `received_at` is when the bank was told. `facets`: first JR/T classes by "channel", "business", "cause". `then` runs
    in the same transaction before the facts are written, so that a flow begins with its case or not at all. Without a
    user `cause` says who acts; `no_texts`: the customer wants no text messages. Complaints of another system come in by
    `imports`; one handed on has the people, the policy and what is left of the clock of its `origin`. CaseError names
    the field at fault; nothing is kept then.
    """
    with transaction.atomic():
        case = Case(
            kind=_chosen(Case.Kind, kind, "kind"),
            channel=_chosen(Case.Channel, channel, "channel"),
            demand=_chosen(Case.Demand, demand, "demand") if demand else "",
            received_at=_received(received_at),
            recorded_at=clock.now(),
            currency=currency,
            customer=customer,
            card=card,
            complained_unit=complained_unit,
            handling_unit=handling_unit,
            policy_version=origin.policy_version if origin else _edition(received_at),
            restarted_at=origin.restarted_at if origin else None,
            later_by=origin.later_by if origin else None,
        )
        case.no_texts_since = case.recorded_at if no_texts else None
        case.place(handling_unit)
        _classify(case, facets or {}, "first")
        _seal(case, customer, narrative=narrative, demand_text=demand_text)
        case.reference = references.next_reference(case.recorded_at)
        with first_turn(case, user=user, role=role, cause=cause) as turn:
            _told_opened(turn, _first_people(turn) if origin is None else _same_people(turn, origin))
            if origin is None:
                deadlines.start(turn, limits.DECIDE_15, at=received_at, kind="law")
            else:
                deadlines.take_over(turn, origin)
            texts.write(turn, Template.REGISTERED)
            if then is not None:
                then(turn)
    return case


def describe(
    turn: Turn,
    *,
    narrative: str | None = None,
    demand: str | None = None,
    demand_text: str | None = None,
    complained_unit: Branch | None = None,
    customer: Customer | None = None,
    card: Card | None = None,
    facets: Mapping[str, TaxonomyCode] | None = None,
) -> Case:
    """Register what the complaint says, after a start in haste. What is not given stays as it is.

    Customer and card are entered once and then stay. CaseError: completed, or the field at fault.
    """
    states.still_open(turn)
    case = turn.case
    if demand is not None:
        case.demand = _chosen(Case.Demand, demand, "demand") if demand else ""
    texts = {"narrative": narrative, "demand_text": demand_text}
    case.seal(**{name: free_text.written(text, field=name) for name, text in texts.items() if text is not None})
    case.complained_unit = complained_unit or case.complained_unit
    _enter_once(case, "customer", customer)
    _enter_once(case, "card", card)
    _classify(case, facets or {}, "first")
    case.save()
    turn.tell(kinds.CASE_DESCRIBED, changed=_fresh(case, customer, card))
    return case


def _told_opened(turn: Turn, people: list[CasePerson]) -> None:
    case = turn.case
    data = {
        "reference": case.reference,
        "case_kind": str(case.kind),
        "channel": str(case.channel),
        "received_at": stamp(case.received_at),
        "handling_unit": str(case.handling_unit.code),
        "policy_version": case.policy_version,
    }
    changed = _fresh(case, *people, case.customer, case.card)
    turn.tell(kinds.CASE_OPENED, data=data, changed=changed, happened_at=case.received_at)


def _fresh(*records: Tracked | None) -> list[Tracked]:
    """Those that were saved and that no stream has told of yet."""
    return [record for record in records if record is not None and untold(record)]


def _first_people(turn: Turn) -> list[CasePerson]:
    """Whoever takes the complaint is 首问责任人 to the end, and 主办 until it is handed over."""
    if turn.user is None:
        return []
    parts = (CasePerson.Part.FIRST, CasePerson.Part.LEAD)
    people = [CasePerson(case=turn.case, part=part, user=turn.user, since=turn.now) for part in parts]
    for person in people:
        person.save(force_insert=True)
    return people


def _same_people(turn: Turn, origin: Case) -> list[CasePerson]:
    """Whoever took the complaint first stays 首问责任人, and 主办 goes on."""
    parts = (CasePerson.Part.FIRST, CasePerson.Part.LEAD)
    people = [
        CasePerson(case=turn.case, part=person.part, user=person.user, since=turn.now)
        for person in origin.people.filter(part__in=parts, until=None).select_related("user")
    ]
    for person in people:
        person.save(force_insert=True)
    return people


def _seal(case: Case, customer: Customer | None, **texts: str) -> None:
    """Under the customer's key, so that erasing him erases his complaints; under its own while he is unknown."""
    key = customer.person_key if customer is not None else None
    case.person_key = key or create_key(case.uuid)
    case.seal(**{name: free_text.written(text, field=name) for name, text in texts.items()})


def _enter_once(case: Case, name: str, value: Customer | Card | None) -> None:
    if value is None:
        return
    if getattr(case, f"{name}_id") not in (None, value.pk):
        raise CaseError(_("This was entered before and cannot be exchanged."), field=name)
    setattr(case, name, value)
    if isinstance(value, Customer) and case.person_key is not None and value.person_key is not None:
        # The case keeps the key it began with; from now on it falls with the customer's.
        case.person_key.subject = value.person_key.subject
        case.person_key.save(update_fields=["subject"])


def _classify(case: Case, facets: Mapping[str, TaxonomyCode], when: str) -> None:
    """Set the first or final classes. CaseError at the facet whose class belongs to another."""
    for name, code in facets.items():
        if code.facet != FACETS[name]:
            raise CaseError(_("Choose a class of this facet."), field=name)
        setattr(case, f"{name}_{when}", code)


def _chosen(choices: type[Choice], value: str, field: str) -> Choice:
    if value not in choices:
        raise CaseError(_("Choose one of the list."), field=field)
    return choices(value)


def _received(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise CaseError(_("The time needs a time zone."), field="received_at")
    if at > clock.now():
        raise CaseError(_("This time is still to come."), field="received_at")
    return at


def _edition(received_at: datetime) -> str:
    """The policy edition of the day of receipt; for a complaint older than every pack, the one in force now."""
    try:
        return policies.current_version(received_at)
    except policies.PolicyMissing:
        return policies.pin()
