"""定级 on the pages of a call: proposed with the words that caused it, confirmed or changed by a person, never in silence."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.roles import Role
from cases.models import Case, Customer
from record import journal
from tests.desk.at_work import Desk
from tests.desk.costs import CASE, FORM, STEP, cost
from tests.desk.looking import Page, nothing_changes
from tests.desk.test_intake_answers import CALL, COMPLAINT, refused
from tests.factories import person
from tests.journey import Journey

pytestmark = pytest.mark.django_db

AGAIN = COMPLAINT | {"narrative": "多次来电，一直没人处理。"}
NUMBER = "13816262207"  # of the journeys' customer


def told(case: Case) -> dict[str, Any]:
    data: dict[str, Any] = journal.entries(case.stream).get(kind="case.triaged").data
    return data


def shown(page: Page) -> list[str]:
    """Signs that stand on the page and will be said to have stood there."""
    parts = page.source.split('<li data-sign="')[1:]
    return [part.partition('"')[0] for part in parts if " hidden" not in part.partition(">")[0]]


def test_a_sign_the_page_did_not_show_is_shown_with_its_words_before_anything_is_saved(staff, browser):
    inside = browser(staff.agent)

    with nothing_changes():
        page = refused(inside.post("/new/", AGAIN), ["severity"], "asked")

    assert shown(page) == ["again"]
    assert "多次、一直</q>" in page.source
    assert "再拖就成重复投诉" in page.source
    assert page.ticked["severity"] == ["2"]


def test_what_is_sent_after_that_is_the_persons_own_answer(staff, browser):
    inside = browser(staff.agent)

    assert inside.post("/new/", AGAIN | {"shown": ["again"], "severity": "3"}).status_code == 302

    case = Case.objects.get()
    assert case.severity == 3
    assert (told(case)["proposed"], told(case)["chosen"], told(case)["signs"]) == (2, 3, ["again"])


def test_confirming_opens_the_case_and_the_tag_and_the_facts_stand_on_it(staff, browser):
    inside = browser(staff.agent)
    answer = inside.post("/new/", AGAIN | {"shown": ["again"], "severity": "2"})

    source = inside.get(answer.url).content.decode()
    assert '<span class="r-tag r-tag--care">2 级 较急</span>' in source
    assert "确认紧急程度 2 级，系统建议 2 级（1 级紧急，3 级一般）；提示情形：多次反映。" in source
    assert "2 级 较急" in inside.get("/complaints/").content.decode()


def test_who_chose_higher_by_himself_is_not_asked_again(staff, browser):
    assert browser(staff.agent).post("/new/", AGAIN | {"severity": "1"}).status_code == 302
    assert (told(Case.objects.get())["proposed"], told(Case.objects.get())["chosen"]) == (2, 1)


def test_a_severity_the_page_chose_by_signs_nobody_saw_is_asked_about_once(staff, browser):
    # given signs that came up below the fold, and the severity the page chose by them
    inside = browser(staff.agent)
    blind = AGAIN | {"severity": "2", "preset": "1"}

    # when it is sent at once, it is asked which signs these are, with the choice as it was
    with nothing_changes():
        page = refused(inside.post("/new/", blind), ["severity"], "unseen")
    assert "尚未看到的提示情形：多次反映。" in page.source
    assert shown(page) == ["again"]
    assert page.ticked["severity"] == ["2"]

    # then the second time is the person's own answer; and what was in view is not asked about
    assert inside.post("/new/", blind | {"shown": ["again"]}).status_code == 302
    assert told(Case.objects.get())["chosen"] == 2


def test_a_new_sign_asks_again_though_others_were_shown(staff, browser):
    inside = browser(staff.agent)
    worse = AGAIN | {"narrative": "多次来电，要找记者曝光。", "shown": ["again"], "severity": "2"}
    with nothing_changes():
        page = refused(inside.post("/new/", worse), ["severity"], "the press")
    assert shown(page) == ["press", "again"]
    assert page.ticked["severity"] == ["1"]


@pytest.mark.parametrize(
    ("kind", "narrative", "sign", "asked"),
    [
        ("general", "卡被盗刷。", "stolen", True),
        ("card_fraud", "柜员态度恶劣。", "service", True),
        ("card_fraud", "卡被盗刷，还收手续费。", "stolen", False),
        ("general", "年费收错了。", "charges", False),
    ],
)
def test_the_flow_is_asked_about_when_the_words_speak_for_another(kind, narrative, sign, asked, staff, browser):
    inside, call = browser(staff.agent), COMPLAINT | {"kind": kind, "narrative": narrative}
    if asked:
        with nothing_changes():
            page = refused(inside.post("/new/", call), ["kind"], narrative)
        assert shown(page) == [sign]
        call |= {"shown": [sign]}

    assert inside.post("/new/", call).status_code == 302

    case = Case.objects.get()
    assert case.kind == kind, "the person's choice stands"
    assert journal.entries(case.stream).filter(kind="case.flow_kept").exists() is asked
    assert sign in told(case)["signs"]


def test_special_care_is_ticked_raises_it_and_goes_into_the_record(staff, browser):
    inside = browser(staff.agent)
    with nothing_changes():
        page = refused(inside.post("/new/", COMPLAINT | {"care": ["elderly", "disabled"]}), ["severity"], "ticked")
    assert shown(page) == ["elderly", "disabled"]

    answer = inside.post(
        "/new/", COMPLAINT | {"care": ["elderly", "disabled"], "shown": ["elderly", "disabled"], "severity": "2"}
    )

    customer = Customer.objects.get()
    assert (customer.care, customer.care_record(purpose="test")) == ("care", "elderly,disabled")
    source = inside.get(answer.url).content.decode()
    assert "老年客户、残障客户" in source
    assert "特殊群体</span>" in source


def test_what_the_record_says_counts_for_those_who_may_read_it_and_is_not_told_to_others(staff, browser):
    """A clerk who types a neighbour's name and number learns nothing of him."""
    case = Journey.begin(staff).case
    assert case.customer is not None
    case.customer.care = "老年客户"
    case.customer.save()
    call = COMPLAINT | {"name": "张三", "phone": NUMBER, "kind": "general"}

    inside = browser(staff.agent)
    with nothing_changes():
        page = refused(inside.post("/new/", call), ["severity"], "the record")
    assert shown(page) == ["elderly"]

    stranger = person(Role.AGENT, staff.bank.other_outlet)
    assert browser(stranger).post("/new/", call).status_code == 302


def test_the_page_of_a_call_hands_on_what_is_known_of_the_one_customer_of_the_number(staff, browser):
    case = Journey.begin(staff).case
    assert case.customer is not None
    case.customer.add_care(["elderly"])
    case.customer.save()

    def ticked(user: Any) -> list[str]:
        return Page(browser(user).post("/new/", {"begin": "1", "phone": NUMBER})).ticked.get("care", [])

    assert ticked(staff.agent) == ["elderly"]
    assert ticked(person(Role.AGENT, staff.bank.other_outlet)) == []


def test_a_registration_completed_after_a_stop_in_haste_is_triaged_too(staff, browser):
    inside = browser(staff.agent)
    inside.post("/stop-loss/", CALL)
    case = Case.objects.get()
    assert case.severity is None
    url = reverse("admin:describe", args=[case.uuid])
    said = {"demand": "refund", "narrative": "已多次反映。", "complained_unit": "", "severity": "3"}

    with nothing_changes():
        page = refused(inside.post(url, said), ["severity"], "asked")
    assert shown(page) == ["again"]
    assert inside.post(url, said | {"shown": "again", "severity": "2"}).status_code == 302

    case.refresh_from_db()
    assert case.severity == 2
    assert Page(inside.get(url)).ticked["severity"] == ["2"], "what is confirmed is chosen beforehand"


def test_a_call_added_to_an_open_case_makes_it_more_urgent(staff, browser):
    inside = browser(staff.agent)
    inside.post("/new/", COMPLAINT)
    case = Case.objects.get()

    worse = AGAIN | {"shown": ["again"], "severity": "2", "add_to": str(case.uuid)}
    assert inside.post("/new/", worse).status_code == 302

    case.refresh_from_db()
    assert (Case.objects.count(), case.severity) == (1, 2)
    assert journal.verify(case.stream) is None


@pytest.mark.parametrize("severity", ["", "0", "4", "x"])
def test_a_severity_that_is_none_is_refused_at_its_field(severity, staff, browser):
    inside = browser(staff.agent)
    with nothing_changes():
        refused(inside.post("/new/", COMPLAINT | {"severity": severity}), ["severity"], severity)


def test_an_urgent_complaint_is_among_the_sensitive_of_the_morning_and_a_raised_one_is_not(staff, browser):
    desk = Desk.at("trace", staff)
    seen = {}
    for severity in (2, 1):
        desk.case.severity = severity
        desk.case.save()
        page = browser(staff.supervisor).get("/morning/?show=sensitive").content.decode()
        seen[severity] = desk.case.reference in page
    assert seen == {2: False, 1: True}


def test_the_pages_cost_no_more_with_signs_than_without(staff, browser):
    desk = Desk.at("trace", staff)
    inside = browser(staff.agent)
    case_page, describe = f"/case/{desk.case.uuid}/", reverse("admin:describe", args=[desk.case.uuid])
    before = [cost(inside, case_page), cost(browser(staff.fraud), desk.url)]
    assert desk.case.customer is not None
    desk.case.customer.add_care(["elderly", "language"])
    desk.case.severity = 1
    desk.case.save()

    assert [cost(inside, case_page), cost(browser(staff.fraud), desk.url)] == before
    assert before[0] <= CASE
    assert before[1] <= STEP
    assert cost(inside, "/new/") <= FORM
    assert cost(inside, "/new/", begin="1", phone=NUMBER) <= FORM + 1
    assert cost(inside, describe) <= FORM
