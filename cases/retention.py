"""保存期限: of each person what makes the bank keep his personal data, and until when. Read in few queries for many.

A person is the subject of keys: the customer with all his complaints and visits, or a complaint or visit nobody is
known of. He is due when nothing keeps him; one complaint within its years, under hold or not in the archive keeps all.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from cases.models import Booking, Case, Customer, DisputedTransaction, LegalHold, PoliceReport, Reception
from knowledge import limits, policies
from record import clock
from record.models import PersonKey

NAMED: Final = 20  # complaints named with a reason


class Why(TextChoices):
    """What keeps a person, by a code that never changes."""

    HOLD = "hold", _("Legal hold")
    POLICE = "police", _("Police report under way")
    OPEN = "open", _("Not in the archive")
    VISIT = "visit", _("Visit not ended")
    YEARS = "years", _("Within its years")
    RELATION = "relation", _("End of the business relation not known")


@dataclass(frozen=True)
class Keep:
    """One reason to keep: its code, the complaints it stands on, the rule and the moment it ends with (UTC)."""

    code: Why
    cases: tuple[str, ...] = ()
    rule: str = ""
    until: datetime | None = None

    def told(self) -> dict[str, Any]:
        """As data, for a row or an entry."""
        until = self.until.isoformat() if self.until else ""
        return {"code": str(self.code), "cases": list(self.cases[:NAMED]), "rule": self.rule, "until": until}


@dataclass
class Person:
    """One subject as it stands now: his living keys, his complaints and visits, and what keeps him."""

    subject: UUID
    keys: list[PersonKey] = field(default_factory=list)
    cases: list[dict[str, Any]] = field(default_factory=list)
    visits: list[dict[str, Any]] = field(default_factory=list)
    has_identity: bool = False
    keeps: list[Keep] = field(default_factory=list)

    @property
    def is_due(self) -> bool:
        """There is something to destroy, and nothing keeps it."""
        return bool(self.keys) and not self.keeps

    @property
    def references(self) -> list[str]:
        """Numbers of his complaints."""
        return [case["reference"] for case in self.cases]


@dataclass(frozen=True)
class Measure:
    """By what is measured: all rules at the end of retention; at a request of the person the law's alone.

    `relation_ended_on`: the last day of the business relation, when somebody says it; else its end is no earlier than
    the file's at the end of retention, and keeps everything at a request.
    """

    by_law_alone: bool = False
    relation_ended_on: date | None = None

    def applies(self, key: str) -> bool:
        """Whether this rule counts."""
        return not self.by_law_alone or policies.rule(key).is_law


DUE: Final = Measure()


def look(subjects: Collection[UUID], measure: Measure = DUE) -> dict[UUID, Person]:
    """How these persons stand now, by subject. Seven queries at most, however many they are."""
    people = {subject: Person(subject) for subject in subjects}
    owner: dict[int, Person] = {}
    for key in PersonKey.objects.filter(subject__in=subjects).exclude(wrapped=None).order_by("pk"):
        person = owner[key.pk] = people[key.subject] if key.subject else Person(key.uuid)
        person.keys.append(key)
    if owner:
        _files(owner)
        _measured(people.values(), measure)
    return people


def _files(owner: dict[int, Person]) -> None:
    """Complaints by their own key or by their customer's, and visits by theirs."""
    customers = dict(Customer.objects.filter(person_key__in=owner).values_list("pk", "person_key"))
    known = Customer.objects.filter(pk__in=customers, identity_number__isnull=False)
    for key in known.values_list("person_key", flat=True):
        owner[key].has_identity = True
    columns = ("pk", "uuid", "reference", "state", "done_at", "archived_at", "zone", "person_key", "customer")
    for case in (
        Case.objects.filter(Q(person_key__in=owner) | Q(customer__in=customers)).order_by("pk").values(*columns)
    ):
        for key in {case["person_key"], customers.get(case["customer"])} & owner.keys():
            if case not in owner[key].cases:
                owner[key].cases.append(case)
    visits = Reception.objects.filter(person_key__in=owner).order_by("pk")
    for visit in visits.values("pk", "uuid", "case", "ended_at", "person_key"):
        owner[visit["person_key"]].visits.append(visit)


def _measured(people: Iterable[Person], measure: Measure) -> None:
    people = list(people)
    cases = {case["pk"] for person in people for case in person.cases}
    held = set(LegalHold.objects.filter(case__in=cases, until=None).values_list("case", flat=True))
    police = set(PoliceReport.objects.filter(case__in=cases, ended_at=None).values_list("case", flat=True))
    moved = _last_moves(cases)
    for person in people:
        _stands(person, Why.HOLD, [case for case in person.cases if case["pk"] in held])
        _stands(person, Why.POLICE, [case for case in person.cases if case["pk"] in police])
        _stands(person, Why.OPEN, [case for case in person.cases if case["state"] != Case.State.ARCHIVED])
        if any(visit["ended_at"] is None for visit in person.visits):
            person.keeps.append(Keep(Why.VISIT))
        for case in person.cases:
            if case["state"] == Case.State.ARCHIVED:
                _years(person, case, moved.get(case["pk"]), measure)
        if measure.applies(limits.KEEP_VISIT):
            _visits(person)


def _last_moves(cases: Collection[int]) -> dict[int, datetime]:
    """By case when the last of its transactions ended: those of the card, and the bank's own payments."""
    last: dict[int, datetime] = {}
    listed = (
        DisputedTransaction.objects.filter(case__in=cases).order_by().values_list("case").annotate(Max("booked_at"))
    )
    paid = (
        Booking.objects.filter(entry__case__in=cases).order_by().values_list("entry__case").annotate(Max("booked_at"))
    )
    for case, at in [*listed, *paid]:
        last[case] = max(at, last.get(case, at))
    return last


def _stands(person: Person, code: Why, cases: list[dict[str, Any]]) -> None:
    if cases:
        person.keeps.append(Keep(code, tuple(case["reference"] for case in cases)))


def _years(person: Person, case: dict[str, Any], moved: datetime | None, measure: Measure) -> None:
    """What its years are counted from: the end of the file, of its transactions, of the business relation."""
    ended = max(filter(None, (case["done_at"], case["archived_at"])))
    starts: dict[str, datetime | None] = {limits.KEEP_FILE: ended}
    if moved is not None:
        starts[limits.KEEP_TRANSACTIONS] = moved
    if person.has_identity:
        starts[limits.KEEP_IDENTITY] = _relation_end(measure, ended)
    for key, start in starts.items():
        if start is None:
            person.keeps.append(Keep(Why.RELATION, (case["reference"],), key))
        elif measure.applies(key) and (until := _until(key, start, case["zone"])) > clock.now():
            person.keeps.append(Keep(Why.YEARS, (case["reference"],), key, until))


def _relation_end(measure: Measure, ended: datetime) -> datetime | None:
    if measure.relation_ended_on is not None:
        return datetime.combine(measure.relation_ended_on, time.max, ZoneInfo(settings.BANK_TIME_ZONE))
    return None if measure.by_law_alone else ended


def _visits(person: Person) -> None:
    """Visits that led to a complaint are kept with its file."""
    for visit in person.visits:
        if visit["case"] is None and visit["ended_at"] is not None:
            until = _until(limits.KEEP_VISIT, visit["ended_at"], settings.BANK_TIME_ZONE)
            if until > clock.now():
                person.keeps.append(Keep(Why.YEARS, (), limits.KEEP_VISIT, until))


def _until(key: str, start: datetime, zone: str) -> datetime:
    return policies.rule(key).due(start, zone)
