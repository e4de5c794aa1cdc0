"""A complaint as it stands in the ledger, and what a page of the ledger shows."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone, translation

from cases.actions import law_clock, people
from cases.actions.turn import turn
from cases.models import Case, Deadline, RepeatCall
from knowledge import limits
from record import clock
from tests.desk.looking import Page
from tests.factories.cases import CaseFactory
from workflows.desk.complaint_facts import HEADS, Row, with_facts

LEDGER = "/ledgers/complaints/"
REFERENCE = re.compile(r">(\d\d-\d{7}-\d)<")


def shown(inside: Any, **asked: str) -> list[str]:
    """The references on the first page with these filters, in their order."""
    answer = inside.get(LEDGER, asked)
    assert answer.status_code == 200
    return REFERENCE.findall(answer.content.decode())


def older(page: Page) -> str:
    """The address of the next page, as it stands on this one."""
    return next((link for link in page.links if "after=" in link), "")


def words_of(case: Case) -> dict[str, str]:
    """The row of a case, by its heads."""
    found = with_facts(Case.objects.filter(pk=case.pk)).get()
    with translation.override("zh-hans"), timezone.override("Asia/Shanghai"):
        return dict(zip(map(str, HEADS), map(str, Row(found).cells()), strict=True))


def a_case(staff: Any, days: float = 1, **fields: Any) -> Case:
    """Received so many days ago at the outlet."""
    received_at = clock.now() - timedelta(days=days)
    return CaseFactory.create(**{"handling_unit": staff.bank.outlet, "received_at": received_at, **fields})


def limit(case: Case, due_at: datetime, **fields: Any) -> Deadline:
    """A running clock of the law on the case."""
    made = {"kind": "law", "key": limits.DECIDE_15, "started_at": case.received_at, "due_at": due_at, **fields}
    return Deadline.objects.begin(Deadline(case=case, **made))


def full(staff: Any) -> Case:
    """A complaint with something in every column."""
    case = a_case(staff, 0.1, complained_unit=staff.bank.outlet)
    limit(case, clock.now() + timedelta(days=3))
    RepeatCall(case=case, second=a_case(staff, 400), by=staff.agent, happened_at=clock.now()).save()
    with turn(case, user=staff.consumer_protection) as hand:
        people.take_part(hand, user=staff.agent, part="lead")
        law_clock.join_referral(hand, source="pboc", number=f"12363-{case.pk}", received_at=hand.now)
    return case
