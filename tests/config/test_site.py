"""The doors of the site: log-in, lock-out, language, health, headers."""

from __future__ import annotations

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import timezone, translation

from accounts.models import User
from config.admin import RedressAdminSite
from config.middleware import reader

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough pass phrase"


@pytest.fixture
def person() -> User:
    return User.objects.create_superuser("100001", PASSWORD, display_name="李慧")


@pytest.fixture
def inside(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def log_in(client: Client, password: str) -> Any:
    return client.post("/login/", {"username": "100001", "password": password})


def test_health_is_told_without_a_log_in(client: Client) -> None:
    assert client.get("/healthz").json() == {"ok": True}
    assert client.get("/readyz").json() == {"ok": True}


def test_a_dead_database_makes_the_site_unready_but_alive(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def broken() -> None:
        raise OperationalError

    monkeypatch.setattr("config.health.connection.cursor", broken)

    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_stranger_is_sent_to_the_log_in(client: Client) -> None:
    for address in ("/", "/password_change/", "/any/where/"):
        assert client.get(address).headers["Location"].startswith("/login/?next=")


def test_the_right_password_opens_the_desk(client: Client, person: User) -> None:
    answer = log_in(client, PASSWORD)

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"


def test_five_wrong_passwords_lock_even_the_right_one_out(client: Client, person: User) -> None:
    answers = [log_in(client, "wrong").status_code for _ in range(5)]

    assert answers == [200, 200, 200, 200, 429]
    assert log_in(client, PASSWORD).status_code == 429
    assert not AccessAttempt.objects.filter(username__contains="100001").exists()


def test_pages_carry_a_policy_without_inline_code(client: Client) -> None:
    headers = client.get("/login/").headers

    assert "script-src 'self';" in headers["Content-Security-Policy"] + ";"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "data:" not in headers["Content-Security-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_log_in_page_holds_nothing_inline(client: Client) -> None:
    page = client.get("/login/").content.decode()

    for inline in ("<style", "<script>", 'style="', 'onclick="', 'onload="'):
        assert inline not in page


def test_chinese_is_spoken_first_whatever_the_browser_says(client: Client) -> None:
    assert client.get("/login/", headers={"accept-language": "en"}).headers["Content-Language"] == "zh-hans"


def test_a_visitor_chooses_english_for_this_browser(client: Client) -> None:
    client.post("/language/", {"language": "en", "next": "/login/"})

    assert client.get("/login/").headers["Content-Language"] == "en"


def test_a_persons_choice_is_kept_in_the_account(inside: Client, person: User) -> None:
    inside.post("/language/", {"language": "en", "next": "/"})

    person.refresh_from_db()
    assert person.language == "en"
    assert inside.get("/").headers["Content-Language"] == "en"


@pytest.mark.parametrize("language", ["", "xx", "en\0", "zh-hans' --"])
def test_a_language_nobody_speaks_changes_nothing(inside: Client, person: User, language: str) -> None:
    inside.post("/language/", {"language": language, "next": "//elsewhere.example/"})

    person.refresh_from_db()
    assert person.language == "zh-hans"


def test_the_language_button_leads_to_no_other_site(client: Client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "https://elsewhere.example/"})

    assert "elsewhere" not in answer.headers["Location"]


def test_a_request_leaves_language_and_zone_as_they_were(person: User) -> None:
    request = RequestFactory().get("/")
    request.user = person
    seen = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append((translation.get_language(), timezone.get_current_timezone_name()))
        return HttpResponse()

    with translation.override("en"), timezone.override("UTC"):
        reader(page)(request)

        assert (translation.get_language(), timezone.get_current_timezone_name()) == ("en", "UTC")
    assert seen == [("zh-hans", "Asia/Shanghai")]


def test_a_changed_password_keeps_this_session_and_stands_in_the_journal(inside: Client, person: User) -> None:
    from record.journal import entries

    person.set_password(PASSWORD)
    person.save()
    inside.force_login(person)
    new = {"old_password": PASSWORD, "new_password1": "another long phrase", "new_password2": "another long phrase"}

    answer = inside.post("/password_change/", new)

    assert answer.status_code == 302
    assert inside.get("/").status_code == 200
    person.refresh_from_db()
    assert person.check_password("another long phrase")
    assert [entry.kind for entry in entries(person.stream)][-1].startswith("user.password")


class TestDeskPages:
    """An app below adds pages without the site knowing it."""

    @pytest.fixture
    def site(self) -> RedressAdminSite:
        site = RedressAdminSite("desk")
        site.desk_urls.append(path("case/<int:number>/", lambda request, number: HttpResponse(number), name="case"))
        return site

    def test_a_page_comes_before_djangos_and_keeps_its_name(self, site: RedressAdminSite) -> None:
        first = site.get_urls()[0]

        assert first.name == "case"

    def test_a_page_is_behind_the_log_in(self, site: RedressAdminSite, person: User) -> None:
        page = site.get_urls()[0].callback
        request = RequestFactory().get("/case/7/")
        request.user = person
        assert page(request, number=7).content == b"7"
        assert "no-store" in page(request, number=7).headers["Cache-Control"]

        person.is_active = False
        assert page(request, number=7).status_code == 302

    def test_the_home_page_is_the_desks(self, site: RedressAdminSite) -> None:
        site.home = lambda request: HttpResponse("desk")

        assert site.index(RequestFactory().get("/")).content == b"desk"


def test_registered_models_write_no_log_entries(person: User) -> None:
    site = RedressAdminSite("quiet")
    site.register(User)
    model_admin = site.get_model_admin(User)
    request = RequestFactory().get("/")
    request.user = person

    model_admin.log_addition(request, person, "added")
    model_admin.log_change(request, person, "changed")
    model_admin.log_deletions(request, User.objects.all())

    assert not LogEntry.objects.exists()
    assert isinstance(model_admin, admin.ModelAdmin)


def test_single_keys_are_switched_off_by_each_for_himself_and_on_again(inside: Client) -> None:
    client = inside
    assert 'data-keys="off"' not in client.get("/").content.decode()
    assert client.post("/keys/", {"keys": "off", "next": "/password_change/"}).url == "/password_change/"
    page = client.get("/password_change/").content.decode()
    assert 'data-keys="off"' in page
    assert page.count('value="on"') == 2, "in the list of keys and beside the name"
    assert client.post("/keys/", {"keys": "on", "next": "https://elsewhere.example/"}).url == "/"
    assert 'data-keys="off"' not in client.get("/").content.decode()
    assert client.get("/keys/").status_code == 405
