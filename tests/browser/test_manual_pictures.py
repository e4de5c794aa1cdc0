"""The pictures of the manuals: one walk takes each in both languages and compares what it says with what was committed.

`make pictures` (MAKE_PICTURES=1) writes them to docs/pictures; any other run leaves them in the kept folder and fails when they differ.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, ViewportSize

from accounts.actions import choose_language
from accounts.models import AuthorityLimit, User
from accounts.models.authority import LimitKind
from accounts.roles import Role
from cases.actions import reception
from cases.actions.turn import turn
from cases.models import Case
from record import clock
from record.clock import Hand
from tests.browser.palette import small
from tests.browser.seats import PICTURES, Seats
from tests.desk.at_work import Desk
from tests.fixtures.browser import NARROW, WIDE
from tests.pictures import Album, masked, named, seal
from tests.workflows.beside import opens
from tests.workflows.roads import does
from workflows import verbs
from workflows.flows import ChargebackFlow
from workflows.models import StepTask

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
LANGUAGES = ("en", "zh-hans")
MAKING = os.environ.get("MAKE_PICTURES") == "1"
# What a reader sees, in the order of the page: texts, what fields hold, what is chosen and ticked.
WORDS = """() => {
  const pieces = [], seen = node => node.checkVisibility({visibilityProperty: true});
  for (const walk = document.createTreeWalker(document.body); walk.nextNode(); ) {
    const node = walk.currentNode, holder = node.parentElement;
    if (node.nodeType === Node.TEXT_NODE) {
      if (seen(holder) && !holder.closest("option, textarea, script")) pieces.push(node.data);
    } else if (node.nodeType === Node.ELEMENT_NODE && seen(node)) {
      if (node.matches("select")) pieces.push(node.selectedOptions[0]?.label ?? "");
      else if (node.matches("[type=checkbox], [type=radio]")) pieces.push(node.checked ? "[x]" : "[ ]");
      else if (node.matches("input:not([type=hidden]), textarea")) pieces.push(node.value || node.placeholder);
    }
  }
  return pieces;
}"""


@dataclass
class Walk:
    """Everybody at his desk, and the pictures taken so far: their words, and when they are made, themselves."""

    seats: Seats
    browser: Browser
    words: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)

    def takes(
        self,
        name: str,
        who: User,
        path: str,
        *,
        size: ViewportSize = WIDE,
        tall: int = 900,
        types: Callable[[Page], None] | None = None,
    ) -> None:
        """The upper part of this person's page, in one language after the other; what he types stands in it."""
        seat = self.seats.seat(who, size=size).comes_in()
        for language in LANGUAGES:
            choose_language(user=who, language=language)
            seat.opens(path)
            if types:
                types(seat.page)
                seat.page.evaluate("document.activeElement.blur()")
            self._keep(f"{language}/{name}", seat.page, {"x": 0, "y": 0, "width": size["width"], "height": tall})
        seat.is_content()

    def _keep(self, name: str, page: Page, clip: dict[str, float]) -> None:
        words = masked(page.evaluate(WORDS))
        png = page.screenshot(full_page=True, clip=clip, animations="disabled")
        Album(PICTURES / "manual").keep(name, png, words)
        self.words[name] = words
        if MAKING:
            self.pictures[name] = small(self.browser, png, seal=seal(words))


def step(task: StepTask) -> str:
    """The address of a step."""
    return reverse("admin:step", args=[task.uuid])


def reports_a_loss(page: Page) -> None:
    for name, text in (("name", "张三"), ("phone", "13816262207"), ("first_six", "622126"), ("last_four", "4417")):
        page.locator(f"#id_{name}").fill(text)


def finds_it_forged(page: Page) -> None:
    page.locator("select[name^=type_]").first.select_option("counterfeit")


def lets_the_bank_bear_it(page: Page) -> None:
    page.locator("select[name^=ground_]").first.select_option("L1")
    page.locator("textarea[name^=reason_]").first.fill("境外磁条交易，真卡在沪")


def is_called(walk: Walk) -> None:
    """The call, the trace, and what the back offices do for the customer meanwhile."""
    staff = walk.seats.staff
    walk.takes("stop-loss", staff.agent, "/stop-loss/", tall=640, types=reports_a_loss)
    desk = Desk.at("trace", staff)
    walk.takes("trace", staff.fraud, desk.url, tall=1000, types=finds_it_forged)
    task = desk.journey.task("stop_collection")
    verbs.claim(task.uuid, user=staff.collection)
    walk.takes("stop-collection", staff.collection, step(task))
    verbs.claim(desk.journey.task("check_real_card").uuid, user=staff.agent)
    walk.takes("desk", staff.agent, "/", tall=640)
    task = desk.task
    task.due_at = clock.now() - timedelta(hours=5)
    task.save(update_fields=["due_at"])
    walk.takes("morning", staff.supervisor, "/morning/?show=late", tall=640)


def is_approved(walk: Walk) -> None:
    """A sum is approved on a phone, a letter written and checked."""
    staff = walk.seats.staff
    desk = Desk.at("approve", staff, claimed=False)
    walk.takes("approval", staff.outlet_head, desk.url, size=NARROW, tall=NARROW["height"])
    verbs.approve(desk.task.uuid, user=staff.outlet_head)
    desk = Desk(desk.journey, "draft_letter")
    verbs.claim(desk.task.uuid, user=staff.consumer_protection)
    walk.takes("letter", staff.consumer_protection, desk.url, tall=1000)
    desk.journey.does("draft_letter", staff.consumer_protection, **desk.journey.drafting("written"))
    desk = Desk(desk.journey, "check_letter")
    walk.takes("letter-check", staff.compliance, desk.url, tall=1000)


def is_told_and_paid(walk: Walk) -> None:
    """The customer hears the decision; his money goes out under two pairs of eyes, his credit record is looked at."""
    staff = walk.seats.staff
    desk = Desk.at("tell", staff)
    walk.takes("telling", staff.consumer_protection, desk.url)
    desk.journey.does("tell", staff.consumer_protection, **desk.answers())
    walk.takes("credit-records", staff.credit_reporting, "/credit-records/", tall=400)
    desk.journey.does("pay", staff.accounts_maker, account_checked="on")
    task = desk.journey.task("check_payment")
    verbs.claim(task.uuid, user=staff.accounts_checker)
    walk.takes("payment-check", staff.accounts_checker, step(task))
    walk.takes("case", staff.consumer_protection, f"/case/{desk.case.uuid}/", tall=1100)


def is_decided(walk: Walk) -> None:
    """Who bears the loss: one officer, and above his limit the panel; the scheme is asked meanwhile."""
    staff = walk.seats.staff
    desk = Desk.at("decide", staff)
    walk.takes("decision", staff.liability, desk.url, tall=920, types=lets_the_bank_bear_it)
    opens(desk.journey, ChargebackFlow)
    walk.takes("chargebacks", staff.dispute, "/ledgers/chargebacks/", tall=400)
    alone = {"role": Role.LIABILITY, "kind": LimitKind.LIABILITY, "amount": Decimal(1)}
    AuthorityLimit(**alone, valid_from=date(2000, 1, 1)).save()
    does(desk.journey, "decide")
    task = desk.journey.task("vote_risk")
    verbs.claim(task.uuid, user=staff.risk)
    walk.takes("panel-vote", staff.risk, step(task))


def comes_in_person(walk: Walk) -> None:
    """Three visits to the outlet: one answered, one that led to a complaint, a group that has just come."""
    staff = walk.seats.staff
    by = {"user": staff.agent, "role": str(Role.AGENT)}
    ended = {"outcome": "told", "answer": "已当场说明年费规则", "av_number": "AV-20261124-007"}
    for ago, visitor, visitors in ((60, "李明", 1), (35, "张三", 2), (5, "王小红", 7)):
        came = {"received_at": clock.now() - timedelta(minutes=ago), "visitor": visitor, "visitors": visitors}
        visit = reception.receive(unit=staff.bank.outlet, matter="询问扣款", **came, **by)
        if visitor == "李明":
            reception.end(visit, ended_at=clock.now() - timedelta(minutes=50), **ended, **by)
        if visitor == "张三":
            with turn(Case.objects.earliest("pk"), **by) as hand:
                reception.lead_to(hand, visit, as_contact=False)
    walk.takes("receptions", staff.outlet_head, "/receptions/", tall=520)
    walk.takes("reception", staff.agent, reverse("admin:reception", args=[visit.uuid]), tall=820)


def is_looked_at(walk: Walk) -> None:
    """Who looks on, and who keeps people and posts."""
    walk.takes("complaints", walk.seats.staff.auditor, "/complaints/", tall=520)
    walk.takes("audit", walk.seats.staff.auditor, "/audit/", tall=640)
    walk.takes("draw-sample", walk.seats.staff.auditor, "/audit/samples/draw/", tall=900)
    walk.takes("export", walk.seats.staff.auditor, "/exports/new/?list=complaints", tall=820)
    walk.takes("people", walk.seats.staff.administrator, "/accounts/user/")


def test_every_picture_of_the_manuals_says_what_its_page_says(seats: Seats, browser: Browser, time: Hand) -> None:
    # given a day's work at the bank, when everybody's page is looked at in both languages
    walk = Walk(seats, browser)
    for part in (is_called, is_approved, is_told_and_paid, is_decided, comes_in_person, is_looked_at):
        part(walk)
        time.advance(minutes=20)

    # then each says what the committed picture says, and pages and pictures name one another
    album, pages = Album(), named()
    if MAKING:
        for name, png in walk.pictures.items():
            album.keep(name, png, walk.words[name])
        for name in album.committed() - walk.words.keys():
            album.drop(name)
    if faults := list(album.faults(walk.words, pages)):
        pytest.fail("\n".join(faults), pytrace=False)
