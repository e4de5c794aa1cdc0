"""People at their browsers: who they are, what they see, where their pictures go."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
)

from accounts.models import User
from accounts.roles import Role
from cases.models import Case
from tests.fixtures.browser import NARROW, PASSWORD, WIDE
from tests.journey import Staff
from workflows.models import StepTask

PICTURES = Path(settings.DATA_DIR) / "screenshots"
with (Path(__file__).parent / "english.csv").open(encoding="utf-8") as table:
    ENGLISH = {row["chinese"]: row["english"] for row in csv.DictReader(table)}
BY_LENGTH = re.compile("|".join(map(re.escape, sorted(ENGLISH, key=len, reverse=True))))
PATIENCE = 30_000  # ms; a busy machine is no fault of the page
NAMES = {
    Role.AGENT: ("31117", "周雨桐"),
    Role.SUPERVISOR: ("31105", "高原"),
    Role.FRAUD: ("10102", "李可"),
    Role.LIABILITY: ("10204", "方文"),
    Role.CONSUMER_PROTECTION: ("10311", "王立新"),
    Role.ACCOUNTS_MAKER: ("10402", "陈静"),
    Role.ACCOUNTS_CHECKER: ("10409", "吴敏"),
    Role.OUTLET_HEAD: ("31113", "沈国梁"),
    Role.AUDITOR: ("10801", "魏长青"),
    Role.ADMINISTRATOR: ("10901", "丁一鸣"),
    Role.COLLECTION: ("10607", "孙立"),
    Role.CREDIT_REPORTING: ("10615", "郑洁"),
    Role.COMPLIANCE: ("10712", "韩冰"),
    Role.RISK: ("10720", "唐一舟"),
    Role.DISPUTE: ("10118", "许诺"),
    Role.ACCOUNT_MANAGER: ("31120", "江河"),
    Role.DEDICATED_SEAT: ("10121", "白露"),
    Role.EXPERT_SEAT: ("10122", "钟毅"),
    Role.SERVICE_MANAGER: ("10106", "齐悦"),
    Role.TIER2_HEAD: ("31104", "范思远"),
    Role.TIER1_HEAD: ("31101", "顾怀瑾"),
    Role.CARD_CENTRE_HEAD: ("10001", "沈致远"),
}


def crew(language: str = "zh-hans") -> Staff:
    """The staff of the journeys, with the names, numbers and passwords of people who sign in, reading one language."""
    staff = Staff.hired()
    for role, user in staff.people.items():
        user.staff_number, user.display_name = NAMES.get(Role(role), (user.staff_number, user.display_name))
        user.language = language
        user.set_password(PASSWORD)
        user.save()
    return staff


@dataclass
class Seat:
    """One person at one window. `page` is Playwright's; the rest says what people do and see."""

    who: User
    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", self._answered)

    def _asked(self, request: Request) -> None:
        if request.method == "POST":
            self.sent.add(urlsplit(request.url).path)

    def _said(self, message: ConsoleMessage) -> None:
        # A refused page is told by its status, see `_answered`.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.refused.append(response.status)

    def say(self, words: Any) -> Any:
        """The words of the tests in the language this person reads; patterns stay as they are."""
        if self.who.language != "en" or not isinstance(words, str):
            return words
        return BY_LENGTH.sub(lambda found: ENGLISH[found[0]], words)

    @property
    def path(self) -> str:
        """Where he is."""
        return urlsplit(self.page.url).path

    # going ----------------------------------------------------------------------------------------------------------

    def opens(self, path: str = "/") -> Seat:
        """Go to an address of the desk."""
        self.page.goto(self.address + path)
        return self

    def signs_in(self) -> Seat:
        """By the log-in form, as everybody does in the morning."""
        self.opens("/login/")
        self.page.locator("#id_username").fill(self.who.staff_number)
        self.page.locator("#id_password").fill(PASSWORD)
        self.page.locator("#login-form button").click()
        self.page.wait_for_url(f"{self.address}/")
        return self

    def comes_in(self) -> Seat:
        """Signed in already: tests of other things need not walk through the door."""
        client = Client()
        client.force_login(self.who)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.address}])
        return self

    def presses(self, name: str | re.Pattern[str], *, inside: Locator | None = None) -> Seat:
        """A button by its name."""
        self._reaches("button", name, inside).click()
        return self

    def follows(self, name: str | re.Pattern[str], *, inside: Locator | None = None) -> Seat:
        """A link by its name."""
        self._reaches("link", name, inside).click()
        return self

    def _reaches(self, role: Any, name: str | re.Pattern[str], inside: Locator | None) -> Locator:
        """Where it stands; a menu it is in is opened first, as one does who does not see it."""
        area, words = inside or self.page.locator("main"), self.say(name)
        found = area.get_by_role(role, name=words).first
        within = self.page.get_by_role(role, name=words, include_hidden=True)
        menu = area.locator("details.r-menu:not([open])").filter(has=within)
        found.or_(menu).first.wait_for()
        if not found.is_visible():
            menu.locator("summary").click()
        return found

    def labelled(self, label: str) -> Locator:
        """The field with this label, neither more nor less, whether it may stay empty or not."""
        optional = self.say("可不填")
        named = self.page.get_by_label(re.compile(rf"^\s*{re.escape(self.say(label))}\s*({optional})?\s*$"))
        return named.and_(self.page.locator("input, select, textarea"))

    def writes(self, answers: dict[str, str]) -> Seat:
        """Fill fields, found by their labels."""
        for label, text in answers.items():
            self.labelled(label).fill(text)
        return self

    def chooses(self, label: str, choice: str | re.Pattern[str]) -> Seat:
        """One choice of a list."""
        box = self.labelled(label)
        words = box.locator("option").filter(has_text=self.say(choice)).first.inner_text()
        box.select_option(label=words)
        return self

    def ticks(self, label: str) -> Seat:
        """A box or one of several choices."""
        self.labelled(label).check()
        return self

    # seeing ---------------------------------------------------------------------------------------------------------

    def sees(self, *texts: str | re.Pattern[str]) -> Seat:
        """Each of these stands on the page, to be seen."""
        for text in texts:
            expect(self.page.locator("main").get_by_text(self.say(text)).filter(visible=True).first).to_be_visible()
        return self

    def has_no_button(self, name: str) -> Seat:
        """Nothing to press for what he may not do."""
        expect(self.page.locator("main").get_by_role("button", name=self.say(name))).to_have_count(0)
        return self

    def is_refused(self, status: int) -> Seat:
        """The last page said no with this status, and nothing else did."""
        assert self.refused == [status], self.refused
        self.refused.clear()
        return self

    def at_width(self, size: ViewportSize) -> Seat:
        """The same page in a window of another size."""
        self.page.set_viewport_size(size)
        return self

    def keeps(self, name: str) -> Seat:
        """A picture of the whole page, kept for people to look at."""
        width = (self.page.viewport_size or WIDE)["width"]
        path = PICTURES / self.who.language.partition("-")[0] / f"{name}-{width}.png"
        self.page.screenshot(path=path, full_page=True)
        return self

    def is_content(self) -> None:
        """The browser complained about nothing, and every refusal was expected."""
        assert self.complaints == []
        assert self.refused == []
        assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@dataclass
class Seats:
    """Where people sit down: a fresh context for each."""

    browser: Browser
    address: str
    staff: Staff
    taken: list[tuple[BrowserContext, Seat]] = field(default_factory=list)

    def seat(self, who: str | User, *, size: ViewportSize = WIDE, **options: Any) -> Seat:
        """A window for this person (or the holder of this post), not signed in yet."""
        user = self.staff.people[who] if isinstance(who, str) else who
        phone = {"is_mobile": True, "has_touch": True} if size is NARROW else {}
        context = self.browser.new_context(viewport=size, locale=user.language, **phone, **options)
        context.set_default_timeout(PATIENCE)
        seat = Seat(user, context.new_page(), self.address)
        self.taken.append((context, seat))
        return seat

    def sat(self, post: str) -> Seat:
        """The window the holder of this post has open."""
        return next(seat for _context, seat in self.taken if seat.who == self.staff.people[post])

    def did_all_of(self, case: Case) -> None:
        """Nothing of the case waits, and whoever finished one of its steps sent it from his own window."""
        assert not StepTask.objects.open().filter(case=case).exists()
        sent = {(seat.who.pk, path) for _context, seat in self.taken for path in seat.sent}
        for task in StepTask.objects.human().filter(case=case):
            ways = {f"/step/{task.uuid}/", f"/approval/{task.uuid}/"}
            ways |= {"/stop-loss/"} if task.flow_task.name == "stop_loss" else set()
            assert sent & {(task.owner_id, way) for way in ways}, f"{task.flow_task.name} was done by no click"

    def close(self) -> None:
        """Everybody goes home; nobody may have been complained to."""
        try:
            for _context, seat in self.taken:
                seat.is_content()
        finally:
            for context, _seat in self.taken:
                context.close()
