"""Taking over a complaint that another system received: no clock before its registration, and nobody is told."""

from collections.abc import Mapping

from accounts.models import Branch, User
from cases import kinds
from cases.actions import references
from cases.actions.turn import Turn, first_turn
from cases.intake import starters
from cases.intake.incoming import Incoming
from cases.models import Case
from knowledge import policies
from knowledge.models import TaxonomyCode
from record import clock
from record.keys import create_key


def take_over(
    incoming: Incoming, *, unit: Branch, codes: Mapping[str, TaxonomyCode], user: User | None, role: str, cause: str
) -> Case:
    """Make a case of an incoming complaint and start its flow, in one savepoint of the import's transaction.

    `received_at` is kept as told; no statutory limit begins, because it was another who received the complaint, and
    the policy is that of the registration. Customer, amount and handler stay unknown. `codes`: classes by local code.
    NoStarter when its kind has a flow and nobody starts it; IntegrityError when somebody took it over meanwhile.
    """
    start = starters.starter(incoming.kind)
    case = _case(incoming, unit, codes)
    with first_turn(case, user=user, role=role, cause=cause) as turn:
        _tell(turn, incoming)
        if start is not None:
            start(turn)
    return case


def _case(incoming: Incoming, unit: Branch, codes: Mapping[str, TaxonomyCode]) -> Case:
    now = clock.now()
    case = Case(
        reference=references.next_reference(now),
        kind=incoming.kind,
        channel=incoming.channel,
        handling_unit=unit,
        received_at=incoming.received_at,
        recorded_at=now,
        policy_version=policies.pin(),
        imported_from=incoming.source,
        external_id=incoming.external_id,
        **{f"{facet}_first": codes[code] for facet, code in incoming.facets.items()},
    )
    case.person_key = create_key(case.uuid)
    case.place(unit)
    case.seal(narrative=incoming.narrative)
    return case


def _tell(turn: Turn, incoming: Incoming) -> None:
    data = {
        "source": incoming.source,
        "external_id": incoming.external_id,
        "case_kind": str(incoming.kind),
        "unknown": ["customer", "amount"],
        **incoming.told,
    }
    turn.tell(
        kinds.CASE_TAKEN_OVER,
        data=data,
        personal=incoming.personal,
        changed=[turn.case],
        happened_at=incoming.received_at,
    )
    cut = incoming.cut
    if cut.card_numbers:
        turn.tell(kinds.CARD_NUMBER_CUT, data={"count": cut.card_numbers})
    if cut.secrets or cut.characters:
        turn.tell(kinds.TEXT_CUT, data={"secrets": cut.secrets, "characters": cut.characters})
