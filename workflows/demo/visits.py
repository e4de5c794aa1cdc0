"""Who came to the demo's outlets in person: some each week, a group once, two this morning, one about an open case."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from django.db import transaction

from accounts.models import Branch, User
from accounts.roles import Role
from cases.actions import reception
from cases.actions.turn import turn
from cases.models import Case, Reception
from record import clock

from . import people, words
from .staff import Staff

WEEKS: Final = 8
OUTLETS: Final = (people.LUJIAZUI, people.ZHANGJIANG, people.XUJIAHUI, people.WENSAN, people.CHUNXI)
GROUP_CAME: Final = 42  # which visit was one of a group
GROUP: Final = 22


def visit_outlets(staff: Staff, anchor: datetime) -> None:
    """All visits at once, unless an earlier load has made them."""
    with transaction.atomic():
        if Reception.objects.exists():
            return
        for at, code, number in _visits(anchor):
            _comes(staff, at, code, number)
        _this_morning(staff, anchor)


def _visits(anchor: datetime) -> Iterator[tuple[datetime, str, int]]:
    """When, to which outlet, and a number that makes each its own."""
    found = [
        (anchor - timedelta(days=7 * week + 1 + place % 5, minutes=37 * place + 11 * week), code, 10 * week + place)
        for week in range(WEEKS)
        for place, code in enumerate(OUTLETS)
    ]
    yield from sorted(found)


def _comes(staff: Staff, at: datetime, code: str, number: int) -> None:
    """He is told on the spot, or sent elsewhere; the recording has its number."""
    matter, outcome, answer = words.VISITS[number % len(words.VISITS)]
    many = GROUP if number == GROUP_CAME else 1 + (number % 7 == 3)
    row = _taken(staff.agent(code, number), staff.unit(code), at, matter, number, visitors=many)
    left = at + timedelta(minutes=12 + number % 25)
    said: dict[str, Any] = {"outcome": outcome, "answer": answer, "av_number": f"AV{at:%Y%m%d}{number:03}"}
    with clock.at(left):
        reception.end(row, user=row.by, role=str(Role.AGENT), ended_at=left, **said)


def _this_morning(staff: Staff, anchor: datetime) -> None:
    """Two are still there when the demo begins; one of them came about a complaint that is open."""
    unit = staff.unit(people.LUJIAZUI)
    for number, minutes in ((901, 26), (902, 9)):
        agent, matter = staff.agent(people.LUJIAZUI, number), words.VISITS[number % len(words.VISITS)][0]
        row = _taken(agent, unit, anchor - timedelta(minutes=minutes), matter, number)
        case = Case.objects.filter(handling_unit=unit, state=Case.State.OPEN, withdrawn_at=None).order_by("-pk").first()
        if number == 901 and case is not None:
            with clock.at(anchor), turn(case, user=agent, role=str(Role.AGENT)) as hand:
                reception.lead_to(hand, row, as_contact=False)


def _taken(agent: User, unit: Branch, at: datetime, matter: str, number: int, *, visitors: int = 1) -> Reception:
    luck = Random(f"demo|visit|{number}")  # noqa: S311  no secret
    name = luck.choice(words.SURNAMES) + luck.choice(words.GIVEN)
    with clock.at(at):
        return reception.receive(
            user=agent, role=str(Role.AGENT), unit=unit, received_at=at, visitor=name, visitors=visitors, matter=matter
        )
