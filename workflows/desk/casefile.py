"""案卷: everything of a case that its page shows, read at once, so that no panel asks the database for its own rows.

What is read here hangs on the case as if it had been prefetched: `case.controls.all()` and the rest ask nothing. A
panel drawn without a case file, beside a step, works as well and asks for itself.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.db.models import Model

from accounts.models import Branch, User
from cases.models import (
    AccountMeasure,
    Advance,
    BurdenFinding,
    Card,
    CardControl,
    Case,
    CasePerson,
    Chargeback,
    Contact,
    Deadline,
    DeadlineSpan,
    DisputedTransaction,
    Dissent,
    Evidence,
    EvidenceItem,
    FindingEvidence,
    Inquiry,
    LegalHold,
    Letter,
    Mandate,
    MoneyEntry,
    PointsEntry,
    PoliceReport,
    Preauthorisation,
    Proceeding,
    Promise,
    RealCardCheck,
    Referral,
    Representative,
    Review,
    StopCompanion,
    TextMessage,
    Urge,
)
from record.bundle import Part, read

from ..models import CaseProcess, StepTask

FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)
CONTACTS, PROMISES = 20, 20  # shown on the page; all are told in the time line
OWN: Final = "case_id = %s"
STILL: Final = "ended_at IS NULL AND NOT counts AND deadline_id IN (SELECT id FROM cases_deadline WHERE case_id = %s)"
# What the burden board, the evidence and the clocks of one case are made from.
BOARD: Final = (
    Part("controls", CardControl, OWN),
    Part("transactions", DisputedTransaction, OWN, order="booked_at, id"),
    Part("evidence", Evidence, OWN, order="happened_at, id"),
    Part("evidence_items", EvidenceItem, OWN),
    Part("card_checks", RealCardCheck, OWN),
    Part("burden_findings", BurdenFinding, OWN),
    Part("deadlines", Deadline, OWN, order="due_at, id"),
)
SPANS: Final = Part("still", DeadlineSpan, STILL)
WHOLE: Final = (
    *BOARD,
    Part("companions", StopCompanion, OWN),
    Part("preauthorisations", Preauthorisation, OWN, order="hold_until, id"),
    Part("representatives", Representative, OWN),
    Part("money", MoneyEntry, OWN),
    Part("points", PointsEntry, OWN),
    Part("measures", AccountMeasure, OWN),
    Part("texts", TextMessage, OWN),
    Part("reviews", Review, OWN),
    Part("dissents", Dissent, OWN),
    Part("proceedings", Proceeding, OWN),
    Part("chargebacks", Chargeback, OWN),
    Part("inquiries", Inquiry, OWN),
    Part("police_reports", PoliceReport, OWN),
    Part("advances", Advance, OWN),
    Part("referrals", Referral, OWN),
    Part("processes", CaseProcess, OWN),
    Part("tasks", StepTask, OWN),
)
PARTLY: Final = (
    Part("contacts", Contact, OWN, order="happened_at DESC, id DESC", most=CONTACTS),
    Part("urges", Urge, OWN, order="happened_at DESC, id DESC", most=CONTACTS),
    Part("promises", Promise, OWN, order="due_at, id", most=PROMISES),
    Part("people", CasePerson, f"{OWN} AND until IS NULL"),
    Part("letter", Letter, OWN),
    Part("mandates", Mandate, "representative_id IN (SELECT id FROM cases_representative WHERE case_id = %s)"),
    Part("rests_on", FindingEvidence, "finding_id IN (SELECT id FROM cases_burdenfinding WHERE case_id = %s)"),
    Part("holds", LegalHold, OWN),
    SPANS,
)
TIERS: Final = ("tier1", "tier2", "outlet")
LINKED: Final = (User, Branch, Card)  # what rows name and the case does not have in hand: one query a kind


class CaseFile(NamedTuple):
    """What is shown in part only and therefore does not hang on the case."""

    contacts: list[Contact]
    urges: list[Urge]
    promises: list[Promise]
    people: list[CasePerson]


def open_file(case: Case) -> CaseFile:
    """Read all of it: one query, and one each for people, branches and cards named that are not in hand."""
    found = read(case._state.db or "default", case.pk, (*WHOLE, *PARTLY))
    _link(case, [row for rows in found.values() for row in rows])
    for part in WHOLE:
        _hang(case, part.name, found[part.name])
    _hang_each(found["representatives"], found["mandates"], Mandate._meta.get_field("representative"))
    _hang_each([case], found["letter"], Letter._meta.get_field("case"))
    _hang_each(found["proceedings"], found["holds"], LegalHold._meta.get_field("proceeding"))
    for one in found["burden_findings"]:
        _hang(one, "rests_on", [row for row in found["rests_on"] if row.finding_id == one.pk])
    _let_stand(found)
    return CaseFile(found["contacts"], found["urges"], found["promises"], found["people"])


def open_board(case: Case) -> None:
    """Read what stands beside a step or an approval: board, evidence, clocks. One query; people are not looked up."""
    found = read(case._state.db or "default", case.pk, (*BOARD, SPANS))
    _link(case, [row for rows in found.values() for row in rows], linked=())
    for part in BOARD:
        _hang(case, part.name, found[part.name])
    _let_stand(found)


def _let_stand(found: dict[str, list[Any]]) -> None:
    for limit in found["deadlines"]:
        limit.standing_still = [span for span in found["still"] if span.deadline_id == limit.pk]


def _link(case: Case, rows: list[Model], linked: Iterable[type[Model]] = LINKED) -> None:
    """Rows name one another and the case: give each the instance it names, reading those of `linked`."""
    known: dict[tuple[type[Model], Any], Model] = {(type(row), row.pk): row for row in rows}
    for row in (case, *_in_hand(case)):
        known[(type(row), row.pk)] = row
    named = {(field.related_model, pk) for row in rows for field, pk in _names(row)} - known.keys()
    for model in linked:
        if missing := {pk for of, pk in named if of is model}:
            known |= {(model, pk): one for pk, one in model._default_manager.in_bulk(missing).items()}
    for row in rows:
        for field, pk in _names(row):
            if (one := known.get((field.related_model, pk))) is not None:
                field.set_cached_value(row, one)


def _in_hand(case: Case) -> Iterable[Model]:
    """What was read with the case."""
    relations: Any = [field for field in Case._meta.concrete_fields if field.is_relation]
    fields = (field for field in relations if field.is_cached(case))
    return (one for field in fields if (one := field.get_cached_value(case)) is not None)


def _names(row: Model) -> Iterable[tuple[Any, Any]]:
    fields = (field for field in row._meta.concrete_fields if field.is_relation and field.name not in TIERS)
    return ((field, pk) for field in fields if (pk := getattr(row, field.attname)) is not None)


def _hang(owner: Any, name: str, rows: list[Any]) -> None:
    """As a prefetch would: `owner.name.all()` is these rows.

    Django offers no public way to hand it rows that were read otherwise; `tests/desk/test_casefile.py` reads each part
    both ways and so tells when a release of Django keeps them elsewhere.
    """
    whole = getattr(owner, name).all()
    whole._result_cache, whole._prefetch_done = rows, True
    vars(owner).setdefault("_prefetched_objects_cache", {})[name] = whole


def _hang_each(owners: Iterable[Model], rows: Iterable[Model], field: Any) -> None:
    """The other side of a one-to-one: the row of each owner, or that there is none."""
    of = {getattr(row, field.attname): row for row in rows}
    for owner in owners:
        field.remote_field.set_cached_value(owner, of.get(owner.pk))


def loaded(case: Case, name: str) -> bool:
    """Whether rows of this name hang on the case and need not be asked for."""
    return name in vars(case).get("_prefetched_objects_cache", ())


def open_steps(tasks: Iterable[StepTask]) -> list[StepTask]:
    """Those of them that wait for a person, the most urgent first."""
    waiting = [task for task in tasks if task.is_open and task.flow_task_type == "HUMAN"]
    return sorted(waiting, key=lambda task: (task.due_at or FAR, task.pk))
