"""What the desk says without being asked: what came back, what is late, who may, who pays, and nothing that is over."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.roles import Role
from cases.actions import contacts
from cases.actions.turn import turn
from cases.models import Deadline, Notice
from knowledge import limits
from record import clock
from tests.desk.at_work import Desk
from tests.desk.complaint_ledger import a_case, limit
from tests.desk.looking import Page
from tests.factories import PostFactory, person
from tests.factories.accounts import AbsenceFactory
from workflows import verbs
from workflows.desk import timeline, worklists
from workflows.desk.clocks import clocks
from workflows.desk.who_can import following as following_steps, who_can
from workflows.flows import CardFraudFlow
from workflows.verbs.casework import declare_interest

pytestmark = pytest.mark.django_db


def sent_back(staff, answer=verbs.send_back) -> Desk:
    desk = Desk.at("approve", staff)
    answer(desk.task.uuid, user=desk.person, reason="请补利息")
    return desk


def test_what_came_back_stands_on_the_desk_of_who_did_it_before_anybody_claims_it(staff, browser):
    desk = sent_back(staff)
    colleague = person(Role.CONSUMER_PROTECTION, staff.bank.tier1)

    hers, his = (Page(browser(user).get("/")).source for user in (staff.consumer_protection, colleague))

    assert "退回给我" in hers
    assert "请补利息" in hers
    assert "退回给我" not in his
    assert "请补利息" not in his
    for page in (hers, his):  # both may claim it, and both see why it is there
        assert f'action="/step/{desk.journey.task("propose").uuid}/claim/"' in page
        assert "r-tag--hot" in page


def test_a_refused_proposal_comes_back_to_who_decided(staff):
    sent_back(staff, verbs.refuse)
    other = person(Role.LIABILITY, staff.bank.head_office)

    assert [task.flow_task.name for task in worklists.waiting(staff.liability).came_back] == ["decide"]
    assert worklists.waiting(other).came_back == []
    assert [task.flow_task.name for task in worklists.waiting(other).to_claim] == ["decide"]


def alarms(desk: Desk, user, *levels: int) -> None:
    running = desk.case.deadlines.get(subject=desk.task.uuid)
    kinds = {1: "reminder", 2: "overdue"}
    for level in levels:
        Notice.objects.create(case=desk.case, deadline=running, level=level, kind=kinds[level], to=user)


def test_a_notice_names_its_limit_and_each_limit_is_told_once(staff, browser):
    desk = Desk.at("trace", staff)
    alarms(desk, staff.fraud, 1, 2)

    page = browser(staff.fraud).get("/").content.decode()

    assert page.count("已超时 · 交易追溯") == 1
    assert "提醒 · 交易追溯" not in page


def test_what_is_finished_is_no_news_any_more(staff, browser):
    desk = Desk.at("trace", staff)
    alarms(desk, staff.fraud, 2)
    desk.journey.does("trace", staff.fraud, **desk.answers())

    assert "交易追溯" not in browser(staff.fraud).get("/").content.decode()


def test_evidence_is_offered_until_the_case_is_archived(staff, browser):
    desk, inside = Desk.at("archive", staff), browser(staff.consumer_protection)
    add = f"/case/{desk.case.uuid}/evidence/add/"
    assert f'action="{add}"' in Page(inside.get(f"/case/{desk.case.uuid}/")).source

    inside.post(desk.url, desk.answers())

    assert add not in Page(inside.get(f"/case/{desk.case.uuid}/")).source


def test_who_holds_the_post_and_stands_in_for_a_colleague_is_named_once(staff):
    desk = Desk.at("decide", staff, claimed=False)
    away = person(Role.LIABILITY, staff.bank.head_office)
    AbsenceFactory.create(user=away, substitute=staff.liability)

    assert who_can(desk.task)[0]["names"] == [staff.liability.display_name]


def test_who_stands_in_for_somebody_barred_is_not_named(staff):
    """The tracer holds the next post, too, and is away: his substitute would act in his name."""
    desk = Desk.at("decide", staff, claimed=False)
    substitute = person(Role.COLLECTION, staff.bank.head_office)
    AbsenceFactory.create(user=staff.fraud, substitute=substitute)
    PostFactory.create(user=staff.fraud, role=Role.LIABILITY, branch=staff.bank.head_office)

    assert who_can(desk.task)[0]["names"] == [staff.liability.display_name]
    with pytest.raises(verbs.stepwork.NotAllowed):
        verbs.claim(desk.task.uuid, user=substitute)


def test_who_declared_an_interest_is_not_named(staff):
    desk = Desk.at("decide", staff, claimed=False)
    colleague = person(Role.LIABILITY, staff.bank.head_office)
    declare_interest(desk.case, user=staff.liability, why="亲属")

    assert who_can(desk.task)[0]["names"] == [colleague.display_name]


def test_the_next_step_names_its_post_and_who_holds_it_today_but_not_who_is_kept_from_it(staff):
    # given a tracer who also holds the next post, and another one who does
    desk = Desk.at("trace", staff)
    PostFactory.create(user=staff.fraud, role=Role.LIABILITY, branch=staff.bank.head_office)

    (following,) = [line for line in who_can(desk.task) if "责任判定" in line["label"]]

    assert following["names"] == [staff.liability.display_name]
    assert following["why"] == Role.LIABILITY.label


def test_an_approval_that_comes_next_says_how_it_finds_its_level(staff):
    (following,) = who_can(Desk.at("propose", staff).task)[-1:]

    assert following["names"] == ["审批权限可覆盖该金额的最低层级"]


@pytest.mark.parametrize(
    ("step", "comes_next"),
    [
        (
            "stop_loss",
            [
                *("check_real_card", "first_contact", "stop_companions"),
                *("obtain_mandate", "find_card", "offer_stop", "keep_evidence", "trace"),
                *("stop_collection", "mark_credit_record"),
            ],
        ),
        ("trace", ["decide"]),
        ("propose", ["approve"]),
        (
            "tell",
            [
                "judge_risk",
                "pay",
                "end_card",
                "correct_credit_record",
                "end_collection",
                "end_credit_mark",
                "repair_debits",
            ],
        ),
        ("check_payment", ["repair_debits"]),
        ("obtain_mandate", ["close"]),
        ("archive", []),
    ],
)
def test_a_step_tells_whose_post_comes_next(step, comes_next):
    node = CardFraudFlow.instance.node(step)

    assert [following.name for following in following_steps(node)] == comes_next


def test_the_page_of_a_step_names_the_next_one_and_its_post(staff, browser):
    trace, propose = Desk.at("trace", staff), Desk.at("propose", staff)

    first, second = (browser(desk.person).get(desk.url).content.decode() for desk in (trace, propose))

    assert "下一环节：责任判定" in first
    assert "责任判定岗" in first.partition("下一环节：责任判定")[2]
    assert "审批权限可覆盖该金额的最低层级" in second.partition("下一环节：审批")[2]


def test_a_step_of_the_system_is_told_as_its_own(staff, browser):
    desk = Desk.at("trace", staff)

    page = browser(staff.fraud).get(f"/case/{desk.case.uuid}/history/").content.decode()

    assert "“挂失指令”环节转至系统" in page
    assert "转至—" not in page


@pytest.mark.parametrize(
    ("late", "words"),
    [
        ({"minutes": 29}, None),
        ({"minutes": 31}, "31 分钟后补录"),
        ({"hours": 2}, "2 小时后补录"),
        ({"hours": 47, "minutes": 59}, "47 小时后补录"),
        ({"days": 2830}, "2830 天后补录"),
    ],
)
def test_what_was_typed_later_says_how_much_later(late, words, staff):
    desk = Desk.at("trace", staff)
    with turn(desk.case, user=staff.agent) as hand:
        moment = hand.now - timedelta(**late)
        contacts.add_contact(hand, direction="in", channel="phone", note="来电", happened_at=moment)

    entries = timeline.of(desk.case)["entries"]

    assert [entry["gap"] or None for entry in entries if "联系" in entry["words"]] == [words]


def test_an_approval_has_its_guide_beside_it(staff, browser):
    desk = Desk.at("approve", staff)

    page = Page(browser(desk.person).get(desk.url))

    assert "办理指引" in page.source
    assert "风险提示" in page.source


def test_the_branch_that_bears_the_sum_is_proposed_and_shown_to_who_approves(staff, browser):
    desk, inside = Desk.at("propose", staff), browser(staff.consumer_protection)
    unit = staff.bank.sister_outlet

    refused = Page(inside.post(desk.url, desk.answers() | {"bearing_unit": "no such"}))
    assert (refused.status, refused.error_at("bearing_unit")) == (422, True)
    assert inside.post(desk.url, desk.answers() | {"bearing_unit": unit.code}).status_code == 302

    case = desk.journey.again()
    assert case.bearing_unit == unit
    approval = desk.journey.task("approve")
    for path in (f"/approval/{approval.uuid}/", f"/case/{case.uuid}/"):
        assert unit.name in browser(staff.outlet_head).get(path).content.decode(), path

    verbs.send_back(approval.uuid, user=staff.outlet_head, reason="请补利息")
    verbs.claim(desk.journey.task("propose").uuid, user=staff.consumer_protection)
    again = Page(inside.get(f"/step/{desk.journey.task('propose').uuid}/"))
    assert again.values["bearing_unit"] == [unit.code]


def test_a_step_that_rests_is_told_in_words_of_its_own_not_those_of_an_imported_case(staff, browser):
    desk = Desk.at("trace", staff)
    task = desk.task
    task.due_at = None
    task.save(update_fields=["due_at"])

    home = Page(browser(staff.fraud).get("/")).source
    assert "暂不计时限" in home
    assert "时限未知" not in home

    case = desk.case
    case.imported_from = "cfpb"
    case.save()
    home = Page(browser(staff.fraud).get("/")).source
    assert "时限未知" in home
    assert "暂不计时限" not in home


def test_limits_of_one_name_are_told_once_the_first_of_them_with_their_number(staff):
    # given the two protections of a credit-card complaint, whose ends have limits of one name
    case = a_case(staff)
    later, first = (
        limit(case, clock.now() + timedelta(hours=hours), kind="house", key=limits.END_PROTECTION, subject=uuid4())
        for hours in (48, 24)
    )

    # when the case's page tells its limits
    told = clocks(case, with_ended=True)
    (both,) = [clock for clock in told if "催收" in clock["what"]]

    # then there is one of that name, the earlier one; when that is over, the other stands alone
    assert (both["what"], both["due_at"]) == ("催收与征信保护结束（共 2 项，此为最早一项）", first.due_at)
    Deadline.objects.filter(pk=first.pk).update(ended_at=clock.now(), outcome="met")
    (one,) = clocks(case, with_ended=True)
    assert (one["what"], one["due_at"]) == ("催收与征信保护结束", later.due_at)
