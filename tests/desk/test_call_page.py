"""来电弹屏: a number is looked up without standing in an address; what is shown is what one may see; the look is kept."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts.roles import Role
from cases.actions import contacts, people
from cases.actions.turn import turn
from cases.models import Case
from record import clock, journal
from record.models import Entry
from tests.desk.at_work import Desk
from tests.desk.looking import Page, nothing_changes
from tests.desk.test_intake_answers import CALL, COMPLAINT
from tests.factories import person
from tests.journey import Journey
from tests.workflows.roads import to_the_end

pytestmark = pytest.mark.django_db

NUMBER, OTHER = "13816262207", "13900139000"


def called(inside: Any, number: str = NUMBER, how: str = "telephone") -> Page:
    return Page(inside.post("/call/", {"q": number, "how": how}))


def looks(who: Any) -> list[Entry]:
    """What his stream of accesses keeps of numbers looked up, first to last."""
    found = Entry.objects.filter(stream__startswith=f"access:{who.uuid}", kind="caller.looked_up")
    return list(found.order_by("number"))


def acts(case: Case) -> tuple[str, str]:
    return reverse("admin:urge_now", args=[case.uuid]), reverse("admin:add_contact", args=[case.uuid])


def test_an_open_complaint_is_shown_with_all_a_caller_asks(staff, browser):
    desk = Desk.at("trace", staff)
    with turn(desk.case, user=staff.agent) as hand:
        contacts.add_contact(hand, direction="out", channel="phone", note="已说明")
        contacts.promise(hand, what="明天上午回电", due_at=clock.now() + timedelta(hours=20))

    page = called(browser(staff.agent))

    for words in (desk.case.reference, "张*", "6221 26** **** 4417", "交易追溯", staff.fraud.display_name):
        assert words in page.source, words
    for words in ("明天上午回电", "剩 15 天", "最近联系", "本行联系客户"):
        assert words in page.source, words
    for act in acts(desk.case):
        assert act in page.source
    assert "已说明" not in page.source, "what was said is shown for a reason only"


def test_open_ones_stand_first_and_completed_ones_have_nothing_to_press(staff, browser):
    done = to_the_end(Journey.begin(staff)).case
    later = Journey.begin(staff).case
    latest = to_the_end(Journey.begin(staff)).case

    page = called(browser(staff.agent))

    places = [page.source.index(case.reference) for case in (later, latest, done)]
    assert places == sorted(places)
    for act in (*acts(done), *acts(latest)):
        assert act not in page.source


def test_at_most_ten_are_shown_and_the_page_says_that_there_are_more(staff, browser):
    for _ in range(11):
        Journey.begin(staff)
    page = called(browser(staff.agent))
    assert page.counted["article"] == 10
    assert "更早的工单未列出" in page.source


@pytest.mark.parametrize(
    "typed", [NUMBER, "138 1626 2207", "+86 138-1626-2207", "013816262207", "１３８１６２６２２０７"]
)
def test_the_number_finds_however_the_line_shows_it(typed, staff, browser):
    case = Journey.begin(staff).case
    assert case.reference in called(browser(staff.agent), typed).source


def test_the_number_is_in_no_address_of_the_page_and_comes_back_into_its_field(staff, browser):
    Journey.begin(staff)
    page = called(browser(staff.agent))
    assert [link for link in page.links if NUMBER in link] == []
    assert f'action="/stop-loss/?{NUMBER}' not in page.source
    assert NUMBER not in page.texts["title"]
    assert page.values["q"] == ["", NUMBER], "the search of the head stays empty"
    assert page.values["phone"] == [NUMBER, NUMBER]


def test_a_number_in_the_query_of_the_address_is_not_looked_up(staff, browser):
    case = Journey.begin(staff).case
    inside = browser(staff.agent)
    with nothing_changes():
        page = Page(inside.get("/call/", {"q": NUMBER}))
    assert case.reference not in page.source
    assert "来电号码是多少" in page.source


def test_nothing_found_says_what_to_do_next(staff, browser):
    page = called(browser(staff.agent), OTHER)
    assert page.status == 200
    assert "没有该号码的投诉工单" in page.source
    assert page.values["phone"] == [OTHER, OTHER]


def test_what_lies_with_another_branch_is_not_shown_and_looks_like_nothing_found(staff, browser):
    """A clerk who looks up a neighbour learns of his own branch at most."""
    case = Journey.begin(staff).case
    stranger = browser(person(Role.AGENT, staff.bank.other_outlet))

    page, nothing = called(stranger), called(stranger, OTHER)

    assert case.reference not in page.source
    assert "没有该号码的投诉工单" in page.source
    assert len(page.source.replace(NUMBER, OTHER)) == pytest.approx(len(nothing.source), abs=200)  # the token differs


def test_every_look_is_kept_with_what_was_shown_and_without_the_number(staff, browser):
    case = Journey.begin(staff).case
    inside = browser(staff.agent)

    called(inside)
    called(inside)
    called(inside, OTHER, how="typed")
    inside.post("/find/", {"q": NUMBER})

    kept = looks(staff.agent)
    assert [entry.data["how"] for entry in kept] == ["telephone", "telephone", "typed", "search"]
    assert [entry.data["references"] for entry in kept] == [[case.reference], [case.reference], [], [case.reference]]
    assert [entry.data["cases"] for entry in kept[:1]] == [[str(case.uuid)]]
    for entry in kept:
        assert NUMBER not in entry.body
        assert OTHER not in entry.body
    assert not journal.entries(case.stream).filter(kind="caller.looked_up").exists(), "a case does not grow by reading"


def test_how_it_was_looked_up_is_one_of_two_whatever_is_sent(staff, browser):
    called(browser(staff.agent), how="<b>13816262207</b>")
    assert [entry.data["how"] for entry in looks(staff.agent)] == ["typed"]


def test_a_search_for_a_reference_or_a_name_is_no_look_up_of_a_caller(staff, browser):
    case = Journey.begin(staff).case
    inside = browser(staff.agent)
    for text in (case.reference, "张三", "441", ""):
        inside.post("/find/", {"q": text})
    assert looks(staff.agent) == []


def test_the_end_of_a_card_looked_up_is_kept_with_what_it_showed_and_without_the_digits(staff, browser):
    case = Journey.begin(staff).case
    inside = browser(staff.agent)
    for text in ("4417", "９９９９"):
        inside.post("/find/", {"q": text})
    kept = looks(staff.agent)
    assert [(entry.data["how"], entry.data["references"]) for entry in kept] == [
        ("card", [case.reference]),
        ("card", []),
    ]
    assert {name for entry in kept for name in entry.data} == {"how", "cases", "references"}


def test_a_reference_or_the_end_of_a_card_typed_here_finds_as_in_the_search(staff, browser):
    case = Journey.begin(staff).case
    inside = browser(staff.agent)
    assert inside.post("/call/", {"q": case.reference}).url == reverse("admin:case", args=[case.uuid])
    assert case.reference in inside.post("/call/", {"q": "4417"}).content.decode()
    assert "没有" in inside.post("/call/", {"q": "张三"}).content.decode()


def test_a_number_of_the_telephone_system_is_a_number_though_it_reads_like_a_reference(staff, browser):
    case = Journey.begin(staff).case
    page = called(browser(staff.agent), case.reference.replace("-", ""))
    assert "没有该号码的投诉工单" in page.source


@pytest.mark.parametrize(
    ("role", "stop", "new"), [("agent", True, True), ("fraud", True, False), ("collection", False, False)]
)
def test_what_may_be_begun_follows_from_the_post(role, stop, new, staff, browser):
    source = called(browser(staff.people[role]), OTHER).source
    assert ('action="/stop-loss/"' in source) is stop
    assert ('action="/new/"' in source) is new


@pytest.mark.parametrize("url", ["/stop-loss/", "/new/"])
def test_the_number_goes_along_into_the_form_which_is_not_sent_by_that(url, staff, browser):
    inside = browser(staff.agent)
    with nothing_changes():
        page = Page(inside.post(url, {"begin": "1", "phone": "138 1626 2207"}))
    assert page.status == 200
    assert page.values["phone"] == [NUMBER]
    assert not [name for name in ("name", "phone") if page.error_at(name)]
    with nothing_changes():
        assert Page(inside.post(url, {"begin": "1", "phone": "<b>x</b>"})).values["phone"] == [""]


@pytest.mark.parametrize(("url", "answers"), [("/stop-loss/", CALL), ("/new/", COMPLAINT)])
def test_what_is_written_after_it_opens_one_case_of_this_caller(url, answers, staff, browser):
    inside = browser(staff.agent)
    inside.post(url, {"begin": "1", "phone": NUMBER})
    inside.post(url, answers | {"phone": NUMBER})
    assert Case.objects.get().reference in called(inside).source


def test_who_may_be_told_nothing_yet_and_a_card_not_stopped_are_said(staff, browser):
    journey = Journey.begin(staff)
    assert "目前没有生效的挂失" in called(browser(staff.agent)).source
    with turn(journey.case, user=staff.agent) as hand:
        people.represent(hand, kind="other", name="李梅")

    page = called(browser(staff.agent))
    assert "尚无授权" in page.source or "不得告知" in page.source

    stopped = Desk.at("trace", staff)
    Case.objects.exclude(pk=stopped.case.pk).get()
    source = called(browser(staff.agent)).source
    part = source[source.index(stopped.case.reference) : source.index(journey.case.reference)]
    assert "目前没有生效的挂失" not in part


def test_nothing_typed_is_an_error(staff, browser):
    inside = browser(staff.agent)
    for text in ("0", "+", "a\0b", "²²²²", "1" * 25, "😀", "' OR 1=1 --", "9" * 10_000):
        assert inside.post("/call/", {"q": text, "how": text}).status_code == 200, text


def test_sum_and_promise_are_those_of_this_case_alone(staff, browser):
    first, second = Desk.at("decide", staff), Desk.at("trace", staff)
    with turn(second.case, user=staff.agent) as hand:
        contacts.promise(hand, what="明天上午回电", due_at=clock.now() + timedelta(hours=20))

    source = called(browser(staff.agent)).source

    assert first.case.disputed_total > Decimal(0)
    place = source.index(first.case.reference)
    assert "明天上午回电" in source[source.index(second.case.reference) : place]
    assert "明天上午回电" not in source[place:]


def test_after_an_urge_the_page_says_that_it_counts_as_no_contact(staff, browser):
    desk = Desk.at("trace", staff)
    inside = browser(staff.agent)
    assert "暂无（催办不计）" not in inside.post("/call/", {"q": "13816262207"}).content.decode()
    inside.post(f"/case/{desk.case.uuid}/urge/now/")
    assert "暂无（催办不计）" in inside.post("/call/", {"q": "13816262207"}).content.decode()
