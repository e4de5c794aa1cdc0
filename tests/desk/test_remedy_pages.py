"""Pages of what happens after the decision: not content, review, mediation, arbitration, lawsuit, legal hold."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from cases.models import LegalHold, Proceeding, Review
from record import clock
from tests.desk.costs import CASE, LIST, STEP, cost
from tests.desk.looking import Page, nothing_changes
from tests.desk.sheets import sheet
from tests.factories import person
from tests.journey import Journey
from tests.workflows.after import ANSWERS, applies, complains, does, more, reviewer, task_of, to_approval, told
from workflows.models import StepTask
from workflows.nodes import Approval
from workflows.verbs.remedies import begin_proceeding

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff) -> Journey:
    return told(staff, bank="40.00")


def case_page(desk: Journey) -> str:
    return reverse("admin:case", args=[desk.case.uuid])


def moment() -> str:
    return clock.now().isoformat(timespec="seconds")


def test_the_case_page_says_until_when_and_where_a_review_may_be_applied_for(desk, browser):
    page = Page(browser(desk.staff.agent).get(case_page(desk)))

    assert 'id="remedies"' in page.source
    assert desk.staff.bank.tier2.label in page.source


def test_before_the_telling_there_is_nothing_of_it(staff, browser):
    early = Journey.begin(staff)
    page = Page(browser(staff.agent).get(reverse("admin:case", args=[early.case.uuid])))

    assert 'id="remedies"' not in page.source
    assert not any("/open/review/" in link or "/open/not-content/" in link for link in page.links)


@pytest.mark.parametrize(
    ("what", "answers"),
    [
        ("not-content", {"source": "call", "what": "客户不认可"}),
        ("review", {"application": "HC-1", "what": "不认可判定"}),
    ],
)
def test_both_are_opened_from_the_case_page(desk, browser, what, answers):
    url = reverse("admin:open_beside", args=[desk.case.uuid, what])
    inside = browser(desk.staff.agent)
    assert url in Page(inside.get(case_page(desk))).links
    with nothing_changes():
        assert inside.post(url, {}).status_code == 422
    when = {"said_at": moment(), "asked_at": moment()}

    assert inside.post(url, {**answers, **when}).status_code == 302
    assert 'id="beside"' in Page(inside.get(case_page(desk))).source


def test_every_step_of_a_review_has_a_page_that_asks_and_takes(desk, browser):
    who, process, seen = reviewer(desk.staff), applies(desk), set()
    given = {
        "check_review": {"result": "wrong"},
        "decide_review": more(desk, "10.00"),
        "check_supplement": {"total": "10.00"},
    }
    while StepTask.objects.open().filter(process=process).exists():
        task = task_of(process)
        name = task.flow_task.name
        inside = browser(who if task.role == Role.CONSUMER_PROTECTION else desk.staff.people[task.role])
        if isinstance(task.flow_task, Approval):
            url, answers = reverse("admin:approval", args=[task.uuid]), {"answer": "approve"}
            source = Page(inside.get(url)).source
            assert "真卡在上海" in source, "the first decision stands beside"
            assert "未证明持卡人过错" in source
        else:
            url, answers = reverse("admin:step", args=[task.uuid]), {**ANSWERS[name](), **given.get(name, {})}
            assert inside.post(reverse("admin:claim", args=[task.uuid])).status_code == 302
            page = Page(inside.get(url))
            assert (page.status, page.blocked) == (200, [])
            with nothing_changes(name):
                assert inside.post(url, {}).status_code == 422, name
            if name in ("check_review", "decide_review"):
                assert "真卡在上海" in page.source, "the first decision stands beside"
        assert inside.post(url, answers).status_code == 302, name
        seen.add(name)
    assert len(seen) == 7
    shown = Page(browser(who).get(case_page(desk))).source
    assert "未证明持卡人过错" in shown
    assert "已逐项核对案卷" in shown


def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(desk, browser):
    who, process = reviewer(desk.staff), applies(desk)
    does(process, "admit_review", who)
    does(process, "check_review", who, result="wrong")
    inside, task = browser(who), task_of(process)
    inside.post(reverse("admin:claim", args=[task.uuid]))

    page = Page(inside.post(reverse("admin:step", args=[task.uuid]), more(desk, "9999999.00")))

    assert page.status == 422
    assert "9999999.00" in page.source
    assert "未证明持卡人过错" in page.source


def test_an_application_is_taken_back_from_the_case_page(desk, browser):
    process = applies(desk)
    url = reverse("admin:take_back_review", args=[process.subject])
    inside = browser(desk.staff.agent)
    assert url in Page(inside.get(case_page(desk))).links

    assert inside.post(url, {"reason": "客户来电撤回"}).status_code == 302
    assert url not in Page(inside.get(case_page(desk))).links
    assert Page(inside.post(url, {"reason": "客户来电撤回"})).status == 422


def test_a_lawsuit_its_end_and_the_end_of_its_hold_on_their_pages(desk, browser):
    officer, compliance = browser(desk.staff.consumer_protection), browser(desk.staff.compliance)
    url = reverse("admin:begin_proceeding", args=[desk.case.uuid])
    assert url in Page(officer.get(case_page(desk))).links
    said = {"kind": "lawsuit", "body": "浦东新区人民法院", "number": "民初1号", "began_at": moment()}
    assert officer.post(url, said).status_code == 302
    assert Page(officer.post(url, said)).status == 422, "the same number twice"
    assert "涉诉留存" in Page(officer.get(case_page(desk))).source
    assert "涉诉留存" in Page(officer.get("/complaints/")).source, "marked in the lists, too"

    row = Proceeding.objects.get()
    ended = {"outcome": "bank", "result": "驳回诉讼请求", "ended_at": moment()}
    assert officer.post(reverse("admin:end_proceeding", args=[row.uuid]), ended).status_code == 302
    let_go = reverse("admin:end_hold", args=[row.hold.uuid])
    assert officer.post(let_go, {"reason": "结案"}).status_code == 403
    assert let_go in Page(compliance.get(case_page(desk))).links
    assert compliance.post(let_go, {"reason": "判决生效"}).status_code == 302
    assert LegalHold.objects.get().until is not None


def test_the_ledgers_list_what_may_be_seen_and_give_it_as_a_file(desk, browser):
    who, process = reviewer(desk.staff), applies(desk)
    to_approval(desk, process, who, **more(desk, "10.00"))
    complains(desk)
    stranger = person(Role.CONSUMER_PROTECTION, desk.staff.bank.other_tier1)
    for which in ("reviews", "dissents"):
        url = reverse("admin:ledger", args=[which])
        assert desk.case.reference in Page(browser(who).get(url)).source
        assert desk.case.reference not in Page(browser(stranger).get(url)).source
        _heads, (row,), _mark = sheet(browser(who), url)
        assert row[0] == desk.case.reference
        assert desk.case.reference not in Page(browser(who).get(url + "?state=ended")).source


def test_pages_cost_the_same_with_more_on_them(staff, desk, browser):
    who, process = reviewer(staff), applies(desk)
    inside = browser(who)
    suit = {"kind": "lawsuit", "body": "人民法院", "began_at": clock.now()}
    begin_proceeding(desk.case, user=staff.consumer_protection, number="1", **suit)
    complains(desk)
    before = cost(inside, case_page(desk))
    assert before <= CASE
    for number in ("2", "3"):
        begin_proceeding(desk.case, user=staff.consumer_protection, number=number, **suit)
    assert cost(inside, case_page(desk)) == before

    assert cost(inside, reverse("admin:step", args=[task_of(process).uuid])) <= STEP + 2
    ledger = reverse("admin:ledger", args=["reviews"])
    before = cost(inside, ledger)
    for _ in range(2):
        applies(told(staff, bank="40.00"))
    assert Review.objects.count() == 3
    assert cost(inside, ledger) == before <= LIST
