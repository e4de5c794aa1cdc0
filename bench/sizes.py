"""Two banks of different size side by side: 1,000 and 100,000 open cases, rows built by COPY once and kept."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.management import call_command
from django.db import connections, transaction
from viewflow.workflow.fields import get_flow_ref, get_task_ref

from accounts.models import Branch, User
from cases.models import Case, CasePerson, Customer, Deadline
from knowledge import limits
from knowledge.loading import load_taxonomy
from knowledge.models import Facet, TaxonomyCode
from record import clock
from record.keys import create_key
from tests.factories import BranchFactory, person
from workflows.flows import CardFraudFlow
from workflows.models import CaseProcess, StepTask
from workflows.table import version_of

CASES = {"small": 1_000, "large": 100_000}
OUTLET_SHARE = 40  # cases an outlet has, in both banks: a bank grows by outlets
OUTLETS_A_LEAD = 5
IN_HAND = 25


class Router:
    """Sends every query to the bank that is looked at."""

    current = "default"

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return Router.current

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return Router.current

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True


@contextmanager
def bank_of(size: str) -> Iterator[None]:
    """Look at the small or the large bank."""
    before, Router.current = Router.current, size
    try:
        yield
    finally:
        Router.current = before


def ready(size: str) -> tuple[User, User]:
    """An agent of an outlet and an investigator at head office of that bank; it is built when it is not there yet."""
    name = connections[size].settings_dict["NAME"]
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {name}")
    with bank_of(size):
        call_command("migrate", database=size, verbosity=0)
        if not CasePerson.objects.exists():
            _build(size)
        return User.objects.get(staff_number="agent"), User.objects.get(staff_number="fraud")


def _build(size: str) -> None:
    with transaction.atomic(using=size):
        load_taxonomy()  # a migration loads it into the default database alone
        head_office = BranchFactory(level="head_office", code="H")
        tier1 = BranchFactory(level="tier1", parent=head_office, code="T1")
        tier2 = BranchFactory(level="tier2", parent=tier1, code="T2")
        outlets = [
            BranchFactory(level="outlet", parent=tier2, code=f"O{n}") for n in range(CASES[size] // OUTLET_SHARE)
        ]
        agent = person("agent", outlets[0], staff_number="agent")
        person("fraud", head_office, staff_number="fraud")
        leads = [person("agent", outlet).pk for outlet in outlets[::OUTLETS_A_LEAD]]
        key = create_key()
        customer = Customer(person_key=key, name_masked="张*")
        customer.save()
        version = version_of(CardFraudFlow)
        copied(size, Case, _cases(CASES[size], outlets, tier1, tier2, key.pk, customer.pk))
        first = Case.objects.order_by("pk").values_list("pk", flat=True)[0]
        copied(size, CaseProcess, _processes(CASES[size], first, version.pk))
        process = CaseProcess.objects.order_by("pk").values_list("pk", flat=True)[0]
        copied(size, StepTask, _tasks(CASES[size], first, process, outlets, tier1, tier2, agent.pk))
        copied(size, CasePerson, _leads(CASES[size], first, len(outlets), leads))
        copied(size, Deadline, _limits(CASES[size], first))
    with connections[size].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _cases(
    n: int, outlets: list[Branch], tier1: Branch, tier2: Branch, key: int, customer: int
) -> Iterator[dict[str, Any]]:
    now = clock.now()
    business, cause = _classes(Facet.BUSINESS), _classes(Facet.CAUSE)
    for i in range(n):
        outlet = outlets[i % len(outlets)]
        yield {
            "uuid": uuid4(),
            "reference": f"26-{i:07d}-0",
            "kind": "card_fraud",
            "state": "open",
            **_various(i, outlets, business, cause),
            "person_key_id": key,
            "customer_id": customer,
            "tier1_id": tier1.pk,
            "tier2_id": tier2.pk,
            "outlet_id": outlet.pk,
            "handling_unit_id": outlet.pk,
            "currency": "CNY",
            "received_at": now - i * _apart(n),
            "recorded_at": now - i * _apart(n),
            "zone": "Asia/Shanghai",
            "policy_version": "",
            "imported_from": "",
            "external_id": "",
        }


def _various(i: int, outlets: list[Branch], business: list[int], cause: list[int]) -> dict[str, Any]:
    """What the ledger is narrowed by."""
    return {
        "channel": Case.Channel.values[i % len(Case.Channel.values)],
        "demand": Case.Demand.values[i % len(Case.Demand.values)],
        "business_first_id": business[i % len(business)],
        "cause_first_id": cause[i % len(cause)],
        "complained_unit_id": outlets[i * 7 % len(outlets)].pk if i % 2 else None,
    }


def _apart(n: int) -> timedelta:
    """How far one case is from the next: both banks have the same weeks behind them."""
    return timedelta(minutes=CASES["large"] / n)


def _classes(facet: str) -> list[int]:
    return list(TaxonomyCode.objects.filter(facet=facet).values_list("pk", flat=True))


def _processes(n: int, first: int, version: int) -> Iterator[dict[str, Any]]:
    for i in range(n):
        yield {
            "uuid": uuid4(),
            "flow_class": get_flow_ref(CardFraudFlow),
            "status": "NEW",
            "created": clock.now(),
            "case_id": first + i,
            "flow_version_id": version,
        }


def _tasks(
    n: int, first: int, process: int, outlets: list[Branch], tier1: Branch, tier2: Branch, agent: int
) -> Iterator[dict[str, Any]]:
    """Every second case waits for an agent of its outlet, the others for head office's investigators."""
    now, mine = clock.now(), 0
    for i in range(n):
        outlet = outlets[i % len(outlets)]
        for_agent = (i // len(outlets)) % 2 == 0
        held = for_agent and outlet is outlets[0] and mine < IN_HAND
        mine += held
        node = CardFraudFlow.stop_loss if for_agent else CardFraudFlow.trace
        yield {
            "uuid": uuid4(),
            "flow_task": get_task_ref(node),
            "flow_task_type": "HUMAN",
            "status": "ASSIGNED" if held else "NEW",
            "owner_id": agent if held else None,
            "role": "agent" if for_agent else "fraud",
            "role_why": "",
            "outcome": "",
            "token": "start",
            "created": now,
            "due_at": now + timedelta(minutes=i % 5000),
            "process_id": process + i,
            "case_id": first + i,
            "tier1_id": tier1.pk,
            "tier2_id": tier2.pk,
            "outlet_id": outlet.pk,
        }


def _leads(n: int, first: int, outlets: int, leads: list[int]) -> Iterator[dict[str, Any]]:
    """Each case has a handler, who has those of some outlets: as many in both banks."""
    for i in range(n):
        lead = leads[i % outlets // OUTLETS_A_LEAD]
        yield {"case_id": first + i, "part": "lead", "user_id": lead, "since": clock.now()}


def _limits(n: int, first: int) -> Iterator[dict[str, Any]]:
    """The clock of the law on each case; of those whose fifteen days are over one in fifty is late."""
    now = clock.now()
    for i in range(n):
        started = now - i * _apart(n)
        due = started + timedelta(days=15)
        yield {
            "uuid": uuid4(),
            "case_id": first + i,
            "kind": "law",
            "key": limits.DECIDE_15,
            "policy_version": "",
            "started_at": started,
            "due_at": due,
            "ended_at": due if due < now and i % 50 else None,
            "outcome": "met" if due < now and i % 50 else "",
            "level": 0,
            "role": "",
            "forewarns": False,
        }


def copied(size: str, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows by COPY; columns are those of the first row."""
    rows = iter(rows)
    row = next(rows)
    columns = ", ".join(row)
    with connections[size].cursor() as cursor:
        sql = f"COPY {model._meta.db_table} ({columns}) FROM STDIN"
        with cursor.copy(sql) as copy:
            copy.write_row(list(row.values()))
            for row in rows:
                copy.write_row(list(row.values()))
