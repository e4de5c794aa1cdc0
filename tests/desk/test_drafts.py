"""What somebody typed and did not send: kept by the page, offered when he comes back, gone once it is sent."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.actions import drafts
from accounts.models import Draft
from cases.actions import reception
from record import clock
from tests.desk.at_work import APPROVALS, STEPS, Desk
from tests.desk.costs import FORM, cost
from tests.desk.looking import Page, nothing_changes
from tests.desk.test_intake_answers import CALL, COMPLAINT
from workflows import verbs

pytestmark = pytest.mark.django_db


def keep(inside: Client, page: str, uuid: UUID | None = None, /, **typed: Any) -> Any:
    """What the page's script sends while somebody types."""
    return inside.post("/draft/", {**typed, "draft": str(uuid or uuid4())}, headers={"X-Page": page})


def kept(inside: Client, page: str, /, **typed: Any) -> UUID:
    """The same, and it is kept."""
    uuid = uuid4()
    answer = keep(inside, page, uuid, **typed)
    assert answer.status_code == 200
    assert answer.json()["at"]
    return uuid


@pytest.mark.parametrize("step", STEPS)
def test_every_steps_form_comes_back_as_it_was_typed_and_ends_its_draft_when_sent(step, staff, browser):
    # given somebody who typed his answers and was called away
    desk = Desk.at(step, staff)
    inside, answers = browser(desk.person), desk.answers()
    assert "draft" not in answers  # the page's own name
    uuid = kept(inside, desk.url, **answers)

    # when he comes back, he is offered the draft; nothing is filled in before he says so
    offer = Page(inside.get(desk.url))
    assert f"?draft={uuid}" in offer.links

    # then it stands there as he typed it, without a complaint, and he sends it
    with nothing_changes():
        again = Page(inside.get(f"{desk.url}?draft={uuid}"))
    assert again.status == 200
    assert "_error" not in "".join(again.ids)
    for name, typed in answers.items():
        if name in again.values:
            assert again.values[name][0] == typed, name
    assert again.values["draft"] == [str(uuid)]
    if step in APPROVALS:
        answers = answers | {"answer": "approve"}
    assert inside.post(desk.url, answers | {"draft": str(uuid)}).status_code == 302
    assert not Draft.objects.exists()


@pytest.mark.parametrize("ending", [False, True], ids=["came", "left"])
def test_a_visit_half_taken_down_or_half_ended_comes_back(ending, staff, browser):
    row = reception.receive(
        user=staff.outlet_head, unit=staff.bank.outlet, received_at=clock.now(), visitor="张三丰", matter="被盗刷"
    )
    inside = browser(staff.outlet_head)
    url, name, typed = f"/reception/{row.uuid}/", "answer", "请持卡到柜台换卡"
    if not ending:
        url, name, typed = "/receptions/new/", "matter", "境外两笔交易不是本人所为"
    uuid = kept(inside, url, **{name: typed})

    assert f"?draft={uuid}" in Page(inside.get(url)).links
    again = Page(inside.get(f"{url}?draft={uuid}"))
    assert again.values[name] == [typed]
    assert again.values["draft"] == [str(uuid)]


def test_half_a_form_is_no_fault_before_it_is_sent(staff, browser):
    desk = Desk.at("decide", staff)
    inside = browser(desk.person)
    name = next(name for name in desk.answers() if name.startswith("reason_"))
    uuid = kept(inside, desk.url, **{name: "写到一半"})

    page = Page(inside.get(f"{desk.url}?draft={uuid}"))
    assert page.status == 200
    assert page.values[name] == ["写到一半"]
    assert "_error" not in "".join(page.ids)
    assert Page(inside.post(desk.url, {name: "写到一半", "draft": str(uuid)})).status == 422
    assert Draft.objects.filter(uuid=uuid).exists()  # refused is not sent


@pytest.mark.parametrize(("url", "call"), [("/stop-loss/", CALL), ("/new/", COMPLAINT)])
def test_a_call_is_offered_again_and_never_mixed_into_the_next(url, call, staff, browser):
    inside = browser(staff.agent)
    uuid = kept(inside, url, **call)

    page = Page(inside.get(url))
    assert f"?draft={uuid}" in page.links
    assert page.values["name"] == [""]  # the next customer's page is empty
    assert page.values["draft"] != [str(uuid)]

    again = Page(inside.get(f"{url}?draft={uuid}"))
    assert again.values["name"] == ["李四"]
    assert inside.post(url, call | {"draft": str(uuid)}).status_code in (200, 302)
    assert not Draft.objects.exists()


def test_what_was_begun_from_a_visit_comes_back_with_the_visit_and_nowhere_else(staff, browser):
    inside, visit = browser(staff.agent), f"/new/?visit={uuid4()}"
    uuid = kept(inside, "/stop-loss/?about=one", **CALL)

    assert str(uuid) not in inside.get("/stop-loss/").content.decode()
    assert str(uuid) not in inside.get("/stop-loss/?about=two").content.decode()
    (back,) = [link for link in Page(inside.get("/stop-loss/?about=one")).links if str(uuid) in link]
    assert back == f"?about=one&draft={uuid}"
    assert Page(inside.get(f"/stop-loss/{back}")).values["name"] == ["李四"]
    assert keep(inside, visit + "&x=" + "a" * 400).status_code == 413


def test_two_calls_at_once_are_two_drafts(staff, browser):
    inside = browser(staff.agent)
    one, two = kept(inside, "/new/", name="张三"), kept(inside, "/new/", name="李四")
    assert {f"?draft={one}", f"?draft={two}"} <= set(Page(inside.get("/new/")).links)


def test_what_is_offered_says_when_what_and_masked_for_whom_the_newest_first_and_all_of_them(staff, browser):
    inside = browser(staff.agent)
    names = ["赵一", "钱二", "孙三", "李四", "周五"]
    for minutes, name in enumerate(names):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            kept(inside, "/new/", name=name, kind="general")
    source = inside.get("/new/").content.decode()

    assert [source.index(f"其他投诉 · {name[0]}*") for name in reversed(names)] == sorted(
        source.index(f"其他投诉 · {name[0]}*") for name in names
    )
    assert not [name for name in names if name in source], "masked, as everywhere"
    assert source.count("data-offered") == 5


def test_what_was_emptied_again_is_no_draft_any_more(staff, browser):
    inside, uuid = browser(staff.agent), uuid4()
    keep(inside, "/new/", uuid, name="张三")
    answer = inside.post("/draft/", {"draft": str(uuid)}, headers={"X-Page": "/new/", "X-Blank": "1"})
    assert answer.json()["at"] == ""
    assert not Draft.objects.exists()


def test_the_page_says_whether_anything_of_its_reader_stands_in_it(staff, browser):
    inside = browser(staff.agent)
    uuid = kept(inside, "/new/", name="张三")
    assert "data-keep-blank" in inside.get("/new/").content.decode()
    restored = inside.get(f"/new/?draft={uuid}").content.decode()
    assert "data-keep-restored" in restored
    assert "data-keep-blank" not in restored
    assert "data-keep-blank" not in inside.post("/new/", {"name": "张三"}).content.decode()


def test_a_draft_is_thrown_away_by_a_button_and_leads_back(staff, browser):
    inside = browser(staff.agent)
    uuid = kept(inside, "/new/", name="张三")
    path = f"/draft/{uuid}/forget/"

    assert inside.get(path).status_code == 405
    assert browser(staff.supervisor).post(path).status_code == 302
    assert Draft.objects.exists()
    assert inside.post(path, {"back": "/new/"}).url == "/new/"
    assert not Draft.objects.exists()
    assert inside.post(path, {"back": "https://elsewhere.example/"}).url == "/"


def test_a_form_of_the_case_is_kept_under_the_customers_key(staff, browser):
    desk = Desk.at("trace", staff)
    inside, place = browser(staff.fraud), f"/case/{desk.case.uuid}/contact/"
    uuid = kept(inside, place, note="客户说已报警")

    assert Draft.objects.get(uuid=uuid).person_key == desk.case.person_key
    assert "客户说已报警" in inside.get(f"{place}?draft={uuid}").content.decode()


def test_somebody_elses_draft_is_neither_offered_nor_shown(staff, browser):
    desk = Desk.at("trace", staff)
    place = f"/case/{desk.case.uuid}/contact/"
    uuid = kept(browser(staff.fraud), place, note="客户说已报警")
    other = browser(staff.consumer_protection)

    assert str(uuid) not in other.get(place).content.decode()
    assert "客户说已报警" not in other.get(f"{place}?draft={uuid}").content.decode()
    assert keep(other, place, uuid, note="x").status_code == 413


@pytest.mark.parametrize("odd", ["x", "", "\0", "00000000-0000-0000-0000-000000000000"])
def test_whatever_stands_in_the_address_the_page_is_shown(odd, staff, browser):
    assert browser(staff.agent).get("/new/", {"draft": odd}).status_code == 200


@pytest.mark.parametrize("page", ["", "x", "/nowhere/", "https://elsewhere.example/new/", "/case/x/contact/"])
def test_only_a_page_of_the_desk_keeps_a_draft(page, staff, browser):
    assert keep(browser(staff.agent), page, name="a").status_code == 404
    assert not Draft.objects.exists()


def test_of_a_case_out_of_reach_nothing_is_kept(staff, browser):
    desk = Desk.at("trace", staff)
    assert keep(browser(staff.administrator), f"/case/{desk.case.uuid}/contact/", note="a").status_code == 404
    assert keep(browser(staff.administrator), desk.url, note="a").status_code == 404


def test_too_much_is_said_and_nothing_is_kept(staff, browser, monkeypatch):
    monkeypatch.setattr(drafts, "LARGEST", 10)
    assert keep(browser(staff.agent), "/new/", name="a" * 20).status_code == 413
    assert not Draft.objects.exists()


def test_without_a_session_the_page_learns_that_it_is_over(staff):
    assert keep(Client(), "/new/", name="a").status_code == 302
    assert not Draft.objects.exists()


def test_after_a_log_in_in_another_window_the_page_gets_a_token_that_works(staff):
    inside = Client(enforce_csrf_checks=True)
    inside.force_login(staff.agent)
    assert keep(inside, "/new/", name="a").status_code == 403

    token = inside.get("/draft/").json()["token"]
    body = {"draft": str(uuid4()), "name": "a"}
    answer = inside.post("/draft/", body, headers={"X-CSRFToken": token, "X-Page": "/new/"})
    assert answer.status_code == 200
    assert answer.json()["token"]


def test_a_step_that_went_to_somebody_else_shows_no_draft_of_mine(staff, browser):
    desk = Desk.at("decide", staff)
    inside = browser(desk.person)
    uuid = kept(inside, desk.url, **desk.answers())
    verbs.release(desk.task.uuid, user=desk.person)

    assert inside.get(f"{desk.url}?draft={uuid}").status_code == 200
    assert str(uuid) not in "".join(Page(inside.get(desk.url)).links)


def test_a_page_costs_no_more_with_drafts_to_offer(staff, browser):
    inside = browser(staff.agent)
    before = cost(inside, "/new/")
    for n in range(4):
        kept(inside, "/new/", name=f"客户{n}")
    assert cost(inside, "/new/") == before <= FORM
