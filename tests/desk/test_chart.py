"""The drawing of the process on the case page: where the case stands, and what it waits for."""

import pytest

from tests.desk.at_work import Desk

pytestmark = pytest.mark.django_db


def test_it_says_what_the_decision_waits_for_and_until_when_for_all_else(staff, browser):
    desk = Desk.at("keep_evidence", staff)
    shown = browser(staff.fraud).get(f"/case/{desk.case.uuid}/").content.decode()

    assert "必须等待：交易追溯；其余等到时限为止" in shown
    assert "全部完成后继续" in shown  # and what completion waits for
