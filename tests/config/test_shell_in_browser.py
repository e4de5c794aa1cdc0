"""The shell in a real browser: no fault that axe knows, nothing the policy blocks, keys, a form that is sent once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.roles import Role
from tests.fixtures.browser import browser, is_sound, page, sign_in, wide_page

__all__ = ["browser", "page", "wide_page"]
PRESS_THREE_TIMES = """async () => {
  const button = document.querySelector("#login-form button");
  for (let n = 0; n < 3; n++) button.click();
  await new Promise((later) => setTimeout(later, 200));
  return button.disabled;
}"""
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


def test_the_log_in_page_is_sound_and_speaks_the_other_language(live_server: LiveServer, page: Page) -> None:
    # given the log-in page, Chinese first
    page.goto(f"{live_server.url}/login/")
    assert page.get_attribute("html", "lang") == "zh-hans"
    is_sound(page)

    # when the other language is chosen
    page.get_by_role("button", name="English").click()

    # then it is English and as sound
    assert page.get_by_role("heading", name="Log in").is_visible()
    is_sound(page)


def test_a_wrong_password_is_said_once_and_takes_the_focus(live_server: LiveServer, wide_page: Page) -> None:
    page = wide_page
    page.goto(f"{live_server.url}/login/")
    page.fill("#id_username", "nobody")
    page.fill("#id_password", "wrong")
    page.click("#login-form button")
    assert page.locator("[role=alert]").count() == 1
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    is_sound(page)


@pytest.mark.parametrize(
    ("role", "addresses"),
    [
        (Role.AGENT, ["/", "/stop-loss/", "/new/", "/complaints/"]),
        (Role.ADMINISTRATOR, ["/", "/accounts/user/", "/accounts/user/add/", "/password_change/"]),
    ],
)
def test_pages_of_a_post_are_sound(live_server: LiveServer, page: Page, role: str, addresses: list[str]) -> None:
    sign_in(page, live_server, role)
    for address in addresses:
        page.goto(live_server.url + address)
        is_sound(page)


def test_keys_lead_where_the_list_of_keys_says(live_server: LiveServer, wide_page: Page) -> None:
    # given an agent at his desk
    page = wide_page
    sign_in(page, live_server, Role.AGENT)

    # when he presses / he types into the search, where letters stay letters
    page.keyboard.press("/")
    page.keyboard.type("n")
    assert page.evaluate("document.activeElement.value") == "n"
    page.evaluate("document.activeElement.blur()")

    # when he presses Alt Z he is at the stop-loss page, when he presses N at the new case
    page.keyboard.press("Alt+z")
    page.wait_for_url("**/stop-loss/")
    page.evaluate("document.activeElement.blur()")  # its first field has the focus
    page.keyboard.press("n")
    page.wait_for_url("**/new/")


def test_a_form_is_sent_once_however_often_it_is_pressed(live_server: LiveServer, wide_page: Page) -> None:
    # given an answer that takes its time
    page, posts = wide_page, list[str]()
    page.goto(f"{live_server.url}/login/")
    page.route("**/login/", lambda route: posts.append(route.request.method))
    page.fill("#id_username", "nobody")
    page.fill("#id_password", "wrong")

    # when the button is pressed three times
    is_off = page.evaluate(PRESS_THREE_TIMES)

    # then the button is off and one request was made
    assert is_off
    assert posts == ["POST"]
