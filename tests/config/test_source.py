"""Whoever can reach a page is offered the source of what runs (AGPL section 13)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from accounts.roles import Role
from config import source
from tests.factories import bank, person

pytestmark = pytest.mark.django_db

SHELF = "https://git.bank.example/redress"
# Those of the frame of last resort, which are shown by whoever cannot show another.
PLAIN = ("400.html", "403.html", "403_csrf.html", "404.html", "500.html", "account_locked.html")


@pytest.fixture
def shelf(settings: Any) -> str:
    """The bank has said where its source lies."""
    settings.REDRESS = settings.REDRESS | {"SOURCE_URL": SHELF}
    return SHELF


def offered(html: str) -> list[str]:
    return re.findall(r'<a class="r-source" href="([^"]*)">', html)


def inside(role: str = Role.AGENT) -> Client:
    client = Client()
    client.force_login(person(role, bank().outlet))
    return client


@pytest.mark.parametrize("page", ["/login/", "/source/"])
def test_a_stranger_is_offered_it_too(page: str, client: Client, shelf: str) -> None:
    assert offered(client.get(page).content.decode()) == [shelf]


@pytest.mark.parametrize("page", ["/", "/new/", "/stop-loss/", "/complaints/", "/password_change/", "/logout/"])
def test_every_page_behind_the_log_in_offers_it(page: str, shelf: str) -> None:
    client = inside()
    answer = client.post(page) if page == "/logout/" else client.get(page)
    assert offered(answer.content.decode()) == [shelf]


@pytest.mark.parametrize("template", PLAIN)
def test_pages_of_last_resort_offer_it_without_any_context(template: str) -> None:
    assert offered(render_to_string(template)) == ["/source/"]


def test_without_an_address_the_page_names_version_licence_and_whom_to_ask(client: Client) -> None:
    page = client.get("/source/").content.decode()
    assert f"Redress {source.version()}" in page
    assert f'version = "{source.version()}"' in (settings.BASE_DIR / "pyproject.toml").read_text()
    for words in ("AGPL-3.0-or-later", "系统管理员", "第 13 条"):
        assert words in page


def test_with_an_address_the_page_leads_there_and_sends_nobody_to_the_administrator(client: Client, shelf: str) -> None:
    page = client.get("/source/").content.decode()
    assert f'href="{shelf}">打开源代码' in page
    assert "系统管理员" not in page


def test_the_page_changes_nothing_and_takes_nothing(client: Client) -> None:
    assert client.post("/source/").status_code == 405


@pytest.mark.parametrize(
    ("url", "faults"),
    [("", []), (SHELF, []), ("http://git.bank.example/", []), ("javascript:alert(1)", ["config.E001"])],
)
def test_only_the_address_of_a_page_is_an_address(url: str, faults: list[str], settings: Any) -> None:
    settings.REDRESS = settings.REDRESS | {"SOURCE_URL": url}
    assert [fault.id for fault in source.address_is_a_link(None)] == faults


def test_a_deployment_that_offers_nothing_is_warned(shelf: str, settings: Any) -> None:
    assert source.source_is_offered(None) == []
    settings.REDRESS = settings.REDRESS | {"SOURCE_URL": ""}
    assert [fault.id for fault in source.source_is_offered(None)] == ["config.W001"]
