"""One person's day at his window, by presses: no words are looked for, so that it is the same day in every language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from playwright.sync_api import Locator, ViewportSize, expect

from accounts.models import User
from accounts.roles import Role
from record.clock import Hand
from tests.browser.path import SHANGHAI
from tests.browser.seats import Seat, Seats
from tests.desk.at_work import APPROVALS, Desk
from tests.factories import person
from tests.journey import Staff
from workflows.models import StepTask


@dataclass
class Day:
    """Somebody at his window, and the bank he works at. Pictures are numbered in the order of his day."""

    seats: Seats
    seat: Seat
    post: Role
    size: ViewportSize
    time: Hand
    pictures: int = 0

    @property
    def staff(self) -> Staff:
        return self.seats.staff

    @property
    def who(self) -> User:
        return self.seat.who

    @property
    def main(self) -> Locator:
        return self.seat.page.locator("main")

    def keeps(self, name: str) -> Day:
        self.pictures += 1
        self.seat.keeps(f"day-{self.post}-{self.pictures}-{name}").is_content()
        return self

    def opens(self, path: str = "/") -> Day:
        self.seat.opens(path)
        return self

    def presses(self, selector: str) -> Day:
        """The first of what stands on the page, which leads on; a menu it is in is opened first."""
        wanted = self.main.locator(selector).first
        wanted.wait_for(state="attached")
        if not wanted.is_visible():
            within = self.seat.page.locator(selector)
            self.main.locator("details:not([open])").filter(has=within).locator("summary").first.click()
        with self.seat.page.expect_navigation():
            wanted.click()
        return self

    def fills(self, **answers: str) -> Day:
        """Fields of the page, by their names."""
        for name, value in answers.items():
            fill(self.main.locator(f"form [name='{name}']"), value)
        return self

    def sends(self) -> Day:
        """The one button of a form; what it says was taken."""
        self.presses("form[data-main] .r-btn--go")
        expect(self.seat.page.locator(".r-messages .r-note").first).to_be_visible()
        return self

    def does(self, *steps: str) -> Day:
        """Each of these steps on a case of its own that waits for his post."""
        for desk in [Desk.at(step, self.staff, claimed=False) for step in steps]:
            self.does_step(desk.task, **desk.answers())
        return self

    def does_step(self, task: StepTask, *, press: str = "approve", **answers: str) -> Day:
        """From the list on his desk to the last button; an approval has three, one of which is his answer."""
        name, page, own = task.flow_task.name, self.seat.page, f"/step/{task.uuid}/"
        row = self.opens().main.locator(f"a[href='{own}'], form[action='{own}claim/'] button").first
        row.wait_for()
        self.keeps("home")
        row.click()
        if is_asked := name in APPROVALS:
            answers.pop("answer", "")
            page.wait_for_url(f"**/approval/{task.uuid}/")
        else:
            self._takes(own)
        self.fills(**answers).keeps(name.replace("_", "-"))
        page.locator(f"button[value={press}]" if is_asked else "form[data-main] .r-btn--go").click()
        page.wait_for_url(lambda url: str(task.uuid) not in url)
        assert StepTask.objects.get(pk=task.pk).status == "DONE"
        return self

    def _takes(self, own: str) -> None:
        """A row leads to the step; the button beside it takes it in hand at once."""
        claim, form = self.main.locator(f"form[action='{own}claim/'] button"), self.main.locator("form[data-main]")
        self.seat.page.wait_for_url(f"**{own}")
        form.or_(claim).first.wait_for()
        if claim.count():
            claim.click()
            form.wait_for()

    def looks_into_every_list(self) -> Day:
        """Every entry of the navigation, and the first row of each list; nothing stands out sideways."""
        entries = self.opens().seat.page.locator(".r-nav a").evaluate_all("links => links.map(link => link.pathname)")
        assert entries
        for path in entries:
            self.opens(path).seat.is_content()
            row = self.main.locator("[data-row] [data-open]").first
            if row.count():
                with self.seat.page.expect_navigation():
                    row.click()
                self.seat.is_content()
        return self

    def goes_home(self) -> None:
        """The last button of the day."""
        self.seat.page.locator("#logout-form button").click()
        self.seat.page.wait_for_url(lambda url: "/login/" in url or "/logout/" in url)


def fill(fields: Locator, value: str) -> None:
    """What a person does with a field of this kind."""
    match fields.first.evaluate("field => field.localName === 'input' ? field.type : field.localName"):
        case "hidden":
            return
        case "select":
            fields.first.select_option(value)
        case "radio":
            fields.and_(fields.page.locator(f"[value='{value}']")).check()
        case "checkbox":
            fields.first.set_checked(bool(value))
        case "datetime-local":
            fields.first.fill(f"{datetime.fromisoformat(value).astimezone(SHANGHAI):%Y-%m-%dT%H:%M:%S}")
        case _:
            fields.first.fill(value)


def colleague_of(user: User, name: str = "陈思远") -> User:
    """Somebody who holds the same post at the same place."""
    post = user.posts.get()
    return person(Role(post.role), post.branch, display_name=name, language=user.language)
