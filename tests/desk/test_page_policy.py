"""Every page, refusals too: a strict content-security policy that blocks nothing of it, one heading, a title, a language."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.desk.at_work import STEPS, Desk
from tests.desk.costs import CASE, CHECKED, STEP, cost
from tests.desk.looking import Page

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}

NUMBERED = re.compile(r"/\d+(/|$|\?)|[?&](before|after)=\d+(&|$)")  # an address that goes by the number of a row


def sound(answer: Any, about: str, language: str = "zh-hans") -> None:
    """The page keeps the policy, names itself and links to nothing by number."""
    page = Page(answer)
    policy = {part.strip() for part in answer["Content-Security-Policy"].split(";")}
    assert policy >= POLICY, about
    assert "unsafe" not in answer["Content-Security-Policy"], about
    assert page.blocked == [], about
    assert page.language.lower() == language, about
    assert page.texts.get("title"), about
    assert page.counted["h1"] == 1, about
    assert page.texts["h1"], about
    assert page.counted["main"] == 1, about
    assert [link for link in page.links if NUMBERED.search(link)] == [], about
    assert answer["X-Frame-Options"] == "DENY", about
    assert answer["X-Content-Type-Options"] == "nosniff", about


def pages(desk: Desk) -> Iterator[str]:
    """Addresses of one case's pages."""
    yield desk.url
    yield f"/case/{desk.case.uuid}/history/"
    for part in ("evidence/add", "contact", "promise", "interest", "withdraw", "clear", "describe", "people"):
        yield f"/case/{desk.case.uuid}/{part}/"
    for part in ("hand-over", "reassign", "cancel"):
        yield f"/step/{desk.task.uuid}/{part}/"


@pytest.mark.parametrize("step", ["decide", "approve", "archive"])
def test_every_page_of_a_case_and_every_refusal_is_sound(step, staff, browser):
    desk = Desk.at(step, staff)
    inside = browser(desk.person)
    for path in pages(desk):
        answer = inside.get(path)
        assert answer.status_code in (200, 403), path
        sound(answer, path)
        sound(inside.post(path), f"POST {path}")


@pytest.mark.parametrize("step", STEPS)
def test_each_steps_page_is_sound_and_light(step, staff, browser):
    desk = Desk.at(step, staff)
    inside, url = browser(desk.person), desk.url
    sound(inside.get(url), step)
    sound(inside.post(url), f"{step} refused")

    assert cost(inside, url) <= (CHECKED if step in ("decide", "approve", "draft_letter", "close") else STEP)
    assert cost(inside, f"/case/{desk.case.uuid}/") <= CASE


def test_every_posts_home_and_lists_are_sound(staff, browser):
    Desk.at("approve", staff, claimed=False)
    for role in ("agent", "supervisor", "consumer_protection", "outlet_head", "auditor", "administrator"):
        inside = browser(staff.people[role])
        for path in (
            "/",
            "/complaints/",
            "/morning/",
            "/ledgers/complaints/",
            "/ledgers/complaints/?unit=NOWHERE",
            "/ledgers/views/complaints/?state=late",
            "/stops/",
            "/credit-records/",
            "/receptions/",
            "/receptions/new/",
            "/find/",
            "/call/",
            "/new/",
            "/stop-loss/",
            "/password_change/",
            "/no/such/page/",
        ):
            sound(inside.get(path), f"{role} {path}")
        for path in ("/find/", "/call/"):
            for sought in ("4417", "13816262207", "13900139000"):
                sound(inside.post(path, {"q": sought}), f"{role} {path} {sought}")


def test_the_administrators_pages_are_sound(staff, browser):
    inside = browser(staff.administrator)
    sound(inside.get("/accounts/"), "all")
    for model in ("user", "branch", "post", "absence", "authoritylimit"):
        for path in (f"/accounts/{model}/", f"/accounts/{model}/?q=x", f"/accounts/{model}/add/"):
            sound(inside.get(path), path)
        sound(inside.post(f"/accounts/{model}/add/"), f"{model} refused")
    for path in (f"/accounts/user/{staff.agent.uuid}/change/", f"/accounts/user/{staff.agent.uuid}/history/"):
        sound(inside.get(path), path)
    history = f"/accounts/user/{staff.agent.uuid}/history/"
    assert history in Page(inside.get(f"/accounts/user/{staff.agent.uuid}/change/")).links


def test_pages_before_the_log_in_are_sound(db):
    stranger = Client()
    sound(stranger.get("/login/"), "log-in")
    sound(stranger.post("/login/", {"username": "x", "password": "y"}), "wrong password")
    sound(Client(enforce_csrf_checks=True).post("/login/"), "forged")
    sound(stranger.post("/login/", b"x", content_type="multipart/form-data; boundary=\xff"), "broken")


def test_an_error_of_the_program_is_a_page_that_tells_nothing(staff, browser, monkeypatch):
    def broken(*args: object) -> None:
        raise RuntimeError("卡号 6222 0212 3456 7894")

    monkeypatch.setattr("workflows.desk.home.worklists.mine", broken)
    inside = browser(staff.agent)
    inside.raise_request_exception = False

    answer = inside.get("/")

    assert answer.status_code == 500
    assert "6222" not in answer.content.decode()
    page = Page(answer)
    assert (page.blocked, page.counted["h1"]) == ([], 1)
    assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_page_is_in_the_language_of_its_reader(language, staff, browser):
    desk = Desk.at("decide", staff)
    reader = User.objects.get(pk=desk.person.pk)
    reader.language = language
    reader.save()
    for path in ("/", f"/case/{desk.case.uuid}/", desk.url):
        sound(browser(reader).get(path), path, language)
