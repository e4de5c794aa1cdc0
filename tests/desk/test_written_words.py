"""What colleagues wrote to a decision, a return or a hand-over: sealed in the time line, read by whom it concerns."""

from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts.roles import Role
from cases import kinds_panel, kinds_triage
from cases.actions.turn import turn
from cases.models import Case
from knowledge import signs
from record import journal, keys
from record.journal import SYSTEM
from tests.desk.at_work import Desk
from tests.desk.looking import Page
from tests.factories import person
from workflows import verbs
from workflows.desk import timeline

pytestmark = pytest.mark.django_db
BANK = ZoneInfo("Asia/Shanghai")
WHY, NOTE = "利息少算一天，请补", "客户下午三点后接电话"
SEALED, WAY = "理由、附言已加密", "理由、附言已加密，明文查看"


@pytest.fixture
def returned(staff) -> Desk:
    """A proposal was sent back with a reason; the officer has it in hand again."""
    desk = Desk.at("approve", staff)
    verbs.send_back(desk.task.uuid, user=desk.person, reason=WHY)
    return Desk(desk.journey, "propose")


def case_page(case: Case) -> str:
    return reverse("admin:case", args=[case.uuid])


def clear_page(case: Case) -> str:
    return reverse("admin:show_in_clear", args=[case.uuid])


def test_the_time_line_says_that_a_reason_is_sealed_and_where_it_is_shown(returned, staff, browser):
    for who in (staff.auditor, staff.fraud, staff.outlet_head):
        page = Page(browser(who).get(case_page(returned.case)))
        assert WAY in page.source
        assert clear_page(returned.case) in page.links
        assert WHY not in page.source


def test_who_may_not_show_in_clear_reads_that_it_is_sealed_and_no_way_there(returned, staff, browser):
    page = Page(browser(staff.tier1_head).get(case_page(returned.case)))
    assert SEALED in page.source
    assert WAY not in page.source
    assert clear_page(returned.case) not in page.links


@pytest.mark.parametrize("post", ["auditor", "outlet_head", "consumer_protection"])
def test_shown_in_clear_the_time_line_holds_the_reason(post, returned, staff, browser):
    inside = browser(getattr(staff, post))
    assert WHY not in Page(inside.get(clear_page(returned.case))).source

    page = Page(inside.post(clear_page(returned.case), {"reason": "核对退回经过"}))

    assert WHY in page.source
    assert "退回修改" in page.source
    assert staff.outlet_head.display_name in page.source


def test_neither_an_upper_head_nor_a_stranger_is_shown_the_reason(returned, staff, browser):
    typed = {"reason": "核对"}
    assert browser(staff.tier1_head).post(clear_page(returned.case), typed).status_code == 403
    stranger = browser(person(Role.SUPERVISOR, staff.bank.other_outlet))
    assert stranger.post(clear_page(returned.case), typed).status_code == 404


def test_of_an_erased_person_the_note_is_said_to_be_erased(staff, browser):
    desk = Desk.at("decide", staff)
    colleague = person(Role.LIABILITY, staff.bank.head_office)
    verbs.hand_over(desk.task.uuid, user=desk.person, to=colleague, note=NOTE)
    keys.destroy(desk.case.person_key, why="客户要求", actor=SYSTEM)

    source = Page(browser(colleague).get(desk.url)).source

    assert NOTE not in source
    assert '<span class="r-strong">已清除</span>' in source


def test_whoever_approves_next_reads_why_it_was_sent_back_before(returned, staff, browser):
    returned.journey.does("propose", staff.consumer_protection, **returned.journey.principal())
    again = Desk(returned.journey, "approve")

    assert WHY in Page(browser(staff.outlet_head).get(again.url)).source
    assert WHY not in Page(browser(staff.auditor).get(again.url)).source


def test_whoever_was_handed_a_step_reads_the_note_and_nobody_beside_him(staff, browser):
    desk = Desk.at("decide", staff)
    colleague = person(Role.LIABILITY, staff.bank.head_office)
    verbs.hand_over(desk.task.uuid, user=desk.person, to=colleague, note=NOTE)

    assert NOTE in Page(browser(colleague).get(desk.url)).source
    assert NOTE not in Page(browser(staff.auditor).get(desk.url)).source
    assert NOTE not in Page(browser(desk.person).get(desk.url)).source


def test_whoever_gets_it_back_reads_the_reason_once(returned, staff, browser):
    page = Page(browser(staff.consumer_protection).get(returned.url))
    assert page.source.count(WHY) == 1


def test_an_answered_approval_says_who_answered_when_and_how(staff, browser):
    desk = Desk.at("approve", staff)
    url, task = desk.url, desk.task
    verbs.send_back(task.uuid, user=desk.person, reason=WHY)
    task.refresh_from_db()

    own = Page(browser(staff.outlet_head).get(url)).source
    assert "已退回修改。" in own
    assert desk.person.display_name in own
    assert f"{task.finished.astimezone(BANK):%m-%d %H:%M}" in own
    assert WHY in own
    assert "本环节已办完" not in own

    audit = Page(browser(staff.auditor).get(url))
    assert "已退回修改。" in audit.source
    assert WHY not in audit.source
    assert clear_page(desk.case) in audit.links

    upper = Page(browser(staff.tier1_head).get(url))
    assert "已退回修改。" in upper.source
    assert clear_page(desk.case) not in upper.links


def test_my_own_older_page_says_that_it_was_me(staff, browser):
    desk = Desk.at("approve", staff)
    inside, url = browser(desk.person), desk.url
    inside.post(url, {"answer": "approve"})

    page = Page(inside.post(url, {"answer": "approve"}))

    assert page.status == 409
    assert page.texts["h1"] == "您先前已办理"
    assert "对方" not in page.source


def test_every_text_that_is_sealed_in_the_journal_has_a_name_people_know():
    ours = [kind for kind in journal.kinds() if not kind.name.startswith("lab.")]  # those of the tests of the journal
    sealed = {name for kind in ours for name in kind.personal}
    assert sealed - timeline.NAMES.keys() == set()


def test_what_was_chosen_from_a_list_is_told_in_words(staff, browser):
    desk = Desk.at("trace", staff)
    with turn(desk.case, user=staff.agent) as hand:
        hand.tell(kinds_panel.VOTED, data={"number": 1, "seat": "legal"}, personal={"vote": "against"})
        hand.tell(kinds_triage.TRIAGED, data={}, personal={"care": signs.BETWEEN.join(["elderly", "language"])})

    page = Page(browser(staff.auditor).post(clear_page(desk.case), {"reason": "核对"})).source

    assert "表决</span> <p>反对" in page or "表决</span> 反对" in page
    assert "elderly" not in page
    assert "against" not in page
