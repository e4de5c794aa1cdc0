"""The line at the top of every page, in the language that takes more room."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from tests.browser.seats import Seats
from tests.fixtures.browser import WIDE

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("language", ["en"]),
]


def test_on_a_desk_every_posts_lists_search_and_name_stand_in_one_line(seats: Seats) -> None:
    for post in Role:
        seat = seats.seat(post, size=WIDE).comes_in().opens("/")
        assert seat.page.evaluate("document.querySelector('#header').offsetHeight") == 48, post
        seat.is_content()
