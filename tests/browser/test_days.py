"""Each post's day, in both languages, on a desk and on a phone: from the first list to the last button."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import pytest
from playwright.sync_api import ViewportSize

from accounts.roles import Role
from record.clock import Hand
from tests.browser import days
from tests.browser.day import Day
from tests.browser.seats import Seats
from tests.fixtures.browser import NARROW, WIDE

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("language", ["zh-hans", "en"]),
    pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"]),
]


def steps(*names: str) -> Callable[[Day], object]:
    """Steps one after the other, each found on his list."""
    return lambda day: day.does(*names)


# What a post does on its day; nobody only looks on.
DAYS: Final[dict[Role, tuple[Callable[[Day], object], ...]]] = {
    Role.AGENT: (steps("stop_companions"), days.is_called),
    Role.ACCOUNT_MANAGER: (days.receives, days.is_called),
    Role.DEDICATED_SEAT: (days.is_called,),
    Role.EXPERT_SEAT: (days.is_called,),
    Role.SUPERVISOR: (steps("stop_by_hand"), days.leads, days.grants_time),
    Role.SERVICE_MANAGER: (steps("seal_letter"), days.leads),
    Role.CONSUMER_PROTECTION: (steps("first_contact", "draft_letter"), days.hands_over),
    Role.FRAUD: (steps("trace", "keep_evidence"),),
    Role.LIABILITY: (steps("decide"), days.asks_a_merchant),
    Role.DISPUTE: (days.disputes,),
    Role.ACCOUNTS_MAKER: (steps("hold_by_hand", "pay"),),
    Role.ACCOUNTS_CHECKER: (steps("check_payment", "check_by_hand"),),
    Role.CREDIT_REPORTING: (steps("mark_credit_record", "correct_credit_record"),),
    Role.COLLECTION: (steps("stop_collection", "end_collection"),),
    Role.OUTLET_HEAD: (days.approves,),
    Role.TIER2_HEAD: (days.approves, days.grants_time),
    Role.TIER1_HEAD: (days.approves,),
    Role.CARD_CENTRE_HEAD: (days.approves, days.leads),
    Role.COMPLIANCE: (steps("check_letter", "judge_risk"),),
    Role.RISK: (partial(days.votes, step="vote_risk"),),
    Role.AUDITOR: (days.examines,),
    Role.ADMINISTRATOR: (days.keeps_people,),
}


@pytest.mark.parametrize("post", Role)
def test_a_day_at_work(post: Role, size: ViewportSize, seats: Seats, time: Hand) -> None:
    # given somebody who comes in by the log-in
    day = Day(seats, seats.seat(post, size=size).signs_in(), post, size, time)

    # when he does what his post is there for, from the list to the last button
    for part in DAYS[post]:
        part(day)

    # then he looks into every list he has, and goes home
    day.looks_into_every_list().goes_home()
