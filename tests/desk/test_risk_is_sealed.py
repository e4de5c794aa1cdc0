"""No tipping-off (反洗钱法 art. 7): what compliance judged is read by compliance and audit, on no page by anybody else."""

import pytest

from accounts.roles import Role
from tests.desk.at_work import Desk
from tests.workflows.roads import NO_RISK

pytestmark = pytest.mark.django_db

REASON, NUMBER = "资金分散转出，已作可疑报告", "STR-778899"
READERS = {Role.COMPLIANCE, Role.AUDITOR}


@pytest.fixture
def judged(staff) -> Desk:
    desk = Desk.at("judge_risk", staff)
    answers = NO_RISK | {"laundering": "yes", "laundering_reason": REASON, "laundering_number": NUMBER}
    desk.journey.does("judge_risk", staff.compliance, **answers)
    return desk


def pages(desk: Desk) -> list[str]:
    case = desk.case.uuid
    return [
        "/",
        f"/case/{case}/",
        f"/case/{case}/history/",
        f"/case/{case}/risk/",
        "/complaints/",
        f"/case/{case}/clear/",
    ]


def test_nobody_but_compliance_and_audit_reads_it_anywhere(judged, browser):
    for role, user in judged.journey.staff.people.items():
        inside = browser(user)
        seen = {page: inside.get(page) for page in pages(judged)}
        shown = {page for page, answer in seen.items() if {REASON, NUMBER} & set_of(answer)}
        assert shown == ({f"/case/{judged.case.uuid}/risk/"} if role in READERS else set()), role


def set_of(answer) -> set[str]:
    text = answer.content.decode()
    return {word for word in (REASON, NUMBER) if word in text}


def test_for_everybody_else_there_is_no_such_page_and_no_link_to_it(judged, browser):
    address = f"/case/{judged.case.uuid}/risk/"
    for role, user in judged.journey.staff.people.items():
        inside = browser(user)
        allowed = role in READERS
        assert (inside.get(address).status_code == 200) == allowed, role
        assert (address in inside.get(f"/case/{judged.case.uuid}/").content.decode()) == allowed, role


def test_the_page_of_the_finished_step_shows_nothing_to_anybody(judged, browser):
    task = judged.case.tasks.get(flow_task__endswith=".judge_risk")
    for user in judged.journey.staff.people.values():
        assert not set_of(browser(user).get(f"/step/{task.uuid}/"))


def test_the_reason_cannot_be_found(judged, browser):
    for user in (judged.journey.staff.agent, judged.journey.staff.consumer_protection):
        found = browser(user).post("/find/", {"q": NUMBER}).content.decode()
        assert judged.case.reference not in found
