"""审批: how far one's authority goes, what the decision rests on, what else the case gives, and what was answered."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages

from accounts.authority import quarter_begins
from accounts.models import AuthorityLimit
from accounts.models.authority import LimitKind
from accounts.roles import Role
from cases.actions import burden
from cases.actions.turn import turn
from cases.approved import approved_by
from cases.models import BurdenFinding, Proposal
from record import clock
from tests.desk.at_work import Desk
from tests.desk.looking import Page
from tests.desk.test_board_pages import read
from tests.factories import person
from workflows import verbs

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff) -> Desk:
    return Desk.at("approve", staff, claimed=False)


def approves(staff) -> Decimal:
    """The outlet's head approves another sum now; how much."""
    other = Desk.at("approve", staff, claimed=False)
    verbs.approve(other.task.uuid, user=staff.outlet_head)
    return Proposal.objects.get(case=other.case).total


def test_without_a_limit_for_the_quarter_it_says_what_was_approved(desk, staff, browser):
    mine = approves(staff) + approves(staff)
    page = read(browser(staff.outlet_head), desk.url)
    assert f"本季已批 2 笔 ¥ {mine:,.2f}" in page
    assert "单笔" in page
    assert "本季上限" not in page


def test_a_limit_for_the_quarter_is_a_second_bar_that_stops_nobody(desk, staff, browser):
    mine, total = approves(staff), Proposal.objects.get(case=desk.case).total
    AuthorityLimit(role=Role.OUTLET_HEAD, kind=LimitKind.QUARTER, amount=total, valid_from=date(2000, 1, 1)).save()
    inside = browser(staff.outlet_head)

    page = read(inside, desk.url)

    assert "网点负责人本季上限" in page
    assert f"{round((mine + total) * 100 / total)} %" in page
    assert "批后超过本季上限。" in page
    assert inside.post(desk.url, {"answer": "approve"}).status_code == 302


def test_the_limit_stands_right_below_the_sum(desk, staff, browser):
    page = read(browser(staff.outlet_head), desk.url)
    assert page.index("赔付客户") < page.index("本季已批") < page.index("什么事") < page.index("举证责任板")


def test_what_others_approved_or_he_in_another_quarter_or_post_is_not_counted(staff):
    approves(staff)
    now = clock.now()
    asked = {"role": Role.OUTLET_HEAD, "since": quarter_begins(now)}
    assert approved_by(staff.outlet_head, **asked).number == 1
    assert approved_by(staff.tier2_head, **asked).number == 0
    assert approved_by(staff.outlet_head, role=Role.TIER2_HEAD, since=quarter_begins(now)).number == 0
    assert approved_by(staff.outlet_head, role=Role.OUTLET_HEAD, since=now + timedelta(seconds=1)).number == 0


def test_a_sum_that_was_returned_is_not_counted(desk, staff):
    verbs.send_back(desk.task.uuid, user=staff.outlet_head, reason="请补利息")
    assert approved_by(staff.outlet_head, role=Role.OUTLET_HEAD, since=quarter_begins(clock.now())).number == 0


def test_all_that_was_approved_is_one_query(staff, django_assert_num_queries):
    with django_assert_num_queries(1):
        approved_by(staff.outlet_head, role=Role.OUTLET_HEAD, since=quarter_begins(clock.now()))


def test_an_auditor_reads_of_no_quarter_of_his(desk, staff, browser):
    assert "本季已批" not in read(browser(staff.auditor), desk.url)


def test_what_the_decision_rests_on_and_is_contested_is_named_and_linked(desk, staff, browser):
    inside = browser(staff.outlet_head)
    row = desk.case.transactions.disputed().first()
    before = read(inside, desk.url)
    with turn(desk.case, user=staff.fraud) as hand:
        burden.find(
            hand,
            transaction=row.uuid,
            element="own",
            finding=BurdenFinding.Finding.CONTESTED,
            reason="监控未调到，客户与商户说法不一",
            found_at=hand.now,
        )

    page = Page(inside.get(desk.url))

    assert f"/case/{desk.case.uuid}/board/" in page.links
    after = read(inside, desk.url)
    assert re.search(r"有争议 \d 项", after)
    assert re.search(r"判定所依： .*本人.* 有争议", after) or "判定所依：" in before
    assert "无缺少" not in after


def test_the_evidence_says_what_its_figures_count(desk, staff, browser):
    page = read(browser(staff.outlet_head), desk.url)
    have, wanted = map(int, re.search(r"证据 (\d+) / (\d+)", page).groups())
    held = len(set(desk.case.evidence.values_list("kind", flat=True)))
    parts = [int(n) for n in re.findall(r"(?:已有|尚缺|待回复|举证责任板缺少) (\d+) [类项]", page.split("证据 ")[-1])]
    assert have == held
    assert sum(parts) == wanted
    assert wanted > have


def test_the_answer_names_case_and_sum(desk, staff, browser):
    inside = browser(staff.outlet_head)
    total = Proposal.objects.get(case=desk.case).total
    answer = inside.post(desk.url, {"answer": "approve"})
    (said,) = [str(message) for message in get_messages(answer.wsgi_request)]
    assert desk.case.reference in said
    assert f"¥ {total:,.2f}" in said


@pytest.mark.parametrize("reason", ["", "。", "……", "123", "- -"])
def test_a_reason_has_words_in_it(reason, desk, staff, browser):
    inside = browser(staff.outlet_head)
    page = Page(inside.post(desk.url, {"answer": "return", "reason": reason}))
    assert page.status == 422
    assert page.error_at("reason")
    # the sentence stands at the field, below the sum and what happened
    assert page.source.index("data-summary") > page.source.index("谁提的")


def test_a_reason_is_not_called_optional(desk, staff, browser):
    assert (
        "可不填</" not in Page(browser(staff.outlet_head).get(desk.url)).source.split("意见")[-1].split("</label>")[0]
    )


def test_a_head_of_another_branch_sees_nothing_of_it(desk, staff, browser):
    assert browser(person(Role.OUTLET_HEAD, staff.bank.other_outlet)).get(desk.url).status_code == 404
