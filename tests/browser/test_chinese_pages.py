"""Chinese pages are Chinese: no Latin word but names, numbers and what staff write in Latin letters themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertTemplateUsed

from accounts.models import User
from accounts.roles import Role
from cases import gateways
from cases.gateways.memory import MemoryBank
from cases.models import DisputedTransaction
from record import clock
from sandbox_bank.ledger import Bank
from tests.browser.seats import crew
from tests.browser.words import Page, latin
from tests.desk.addresses import NO_PAGES, addresses, held, opens_to
from tests.desk.at_work import STEPS, Desk
from tests.desk.samples import answered, drawn
from tests.fixtures.browser import PASSWORD
from tests.journey import Journey, Staff
from tests.workflows.beside import on_the_way
from tests.workflows.roads import until
from workflows import verbs
from workflows.desk.ledgers import LEDGERS
from workflows.flows import BESIDE
from workflows.nodes import Approval

__all__ = ["held"]
pytestmark = pytest.mark.django_db
OF_A_CASE = (
    *("add_evidence", "add_contact", "urge", "add_promise", "declare_interest"),
    *("withdraw", "show_in_clear", "describe", "join"),
)
# Addresses that only act or lead on, never show a page by themselves; forms of another moment have their own test.
ACTS = frozenset(
    {
        *("claim", "release", "sign", "sign_shift", "start_handling", "keep_promise", "see_control", "wants_texts"),
        *("urge_now", "urgent_seen", "cancel_export", "take_back_erasure"),
        *("ledgers", "forget_draft", "set_keys", "reassign_several", "hand_over", "offer_stop", "order_formal_loss"),
        *(f"accounts_{kind}_delete" for kind in ("user", "post", "absence", "authoritylimit", "branch")),
    }
)
OF_A_STEP = ("hand_over", "reassign", "cancel_step")


@pytest.fixture
def staff() -> Staff:
    return crew()


@pytest.fixture(autouse=True)
def bank_in_memory() -> Iterator[None]:
    """No page waits for a socket."""
    with Bank(":memory:", clock=clock.now) as ledger, gateways.using(card=MemoryBank(ledger), core=MemoryBank(ledger)):
        yield


def at(user: User | None) -> Client:
    """The browser of a person."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


class Reader:
    """Reads pages and remembers every Latin word with the place it stood at."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def reads(self, answer: HttpResponse, place: str) -> None:
        """A page says it is Chinese, and is; an answer without a page (a redirect) says nothing."""
        if html := answer.content.decode():
            names = {name for name in DisputedTransaction.objects.values_list("merchant", flat=True) if name}
            self.found += [f"{place}: {word}" for word in latin(html, sorted(names, key=len, reverse=True))]
            if Page(html).language != "zh-hans":
                self.found.append(f"{place}: says it is written in {Page(html).language!r}")

    def opens(self, client: Client, path: str, **answers: str) -> None:
        """The page, and the page with these answers (none) sent."""
        self.reads(client.get(path), path)
        self.reads(client.post(path, answers), f"POST {path}")


@pytest.fixture
def reader() -> Iterator[Reader]:
    """Nothing may be found by the end."""
    reader = Reader()
    yield reader
    assert reader.found == []


def test_every_step(staff: Staff, reader: Reader) -> None:
    """As its holder sees it, as another sees it, waiting for somebody; and the case as it stands there."""
    other = at(staff.auditor)
    for step in STEPS:
        desk = Desk.at(step, staff)
        holder = at(desk.person)
        reader.opens(holder, desk.url)
        reader.opens(other, desk.url)
        for page in ("case", "case_history"):
            reader.reads(holder.get(reverse(f"admin:{page}", args=[desk.case.uuid])), f"{page} at {step}")
        verbs.release(desk.task.uuid, user=desk.person)
        reader.reads(holder.get(desk.url), f"{step}, not in hand")


def test_every_desk(staff: Staff, reader: Reader) -> None:
    """Home, list and call pages of every post, beside a proposal that was returned."""
    desk = Desk.at("approve", staff)
    verbs.send_back(desk.task.uuid, user=staff.outlet_head, reason="本金与交易不符")
    for role in Role.values:
        client = at(staff.people[role])
        for path in (
            "/",
            "/complaints/",
            "/morning/",
            "/call/",
            "/receptions/",
            "/receptions/new/",
            "/stop-loss/",
            "/new/",
            "/password_change/",
            "/source/",
        ):
            reader.opens(client, path)
        for path in ("complaints/", "complaints/?until=tomorrow", "views/complaints/?state=late&regulator=yes"):
            reader.opens(client, f"/ledgers/{path}")
        for path in ("/stops/", "/credit-records/"):
            reader.opens(client, path)
        for sought in ("4417", "无此编号"):
            reader.reads(client.post("/find/", {"q": sought}), f"{role} seeks {sought}")
        for number in ("13816262207", "13900139000"):
            reader.reads(client.post("/call/", {"q": number}), f"{role} is called by {number}")


def test_every_address(held: dict[str, Any], staff: Staff, reader: Reader) -> None:
    """As the first post it opens to sees it, and sent with nothing in it; as somebody else is refused."""
    unseen = []
    for name, path in addresses(held):
        if name in NO_PAGES:
            continue
        post = opens_to(path, staff)
        if post:
            reader.opens(at(staff.people[post]), path)
        elif name not in ACTS:
            unseen.append(name)
        reader.reads(at(staff.administrator).get(path), f"{path} for an administrator")
    assert unseen == []


def test_what_was_ticked_is_reassigned(staff: Staff, reader: Reader) -> None:
    """The page asks whom, refuses without, and tells what came of it."""
    desk, client = Desk.at("trace", staff), at(staff.supervisor)
    ticked = client.post("/reassign/", {"case": str(desk.case.uuid)})
    reader.reads(ticked, "ticked")
    reader.reads(client.post("/reassign/", {"case": str(desk.case.uuid), "send": "1"}), "sent without a word")


def test_every_small_form_of_a_case(staff: Staff, reader: Reader) -> None:
    """Empty, and refused; whoever may not sees why."""
    desk = Desk.at("trace", staff)
    places = [reverse(f"admin:{name}", args=[desk.case.uuid]) for name in OF_A_CASE]
    places += [reverse(f"admin:{name}", args=[desk.task.uuid]) for name in OF_A_STEP]
    for user in (staff.agent, staff.fraud, staff.supervisor, staff.auditor):
        for place in places:
            reader.opens(at(user), place)
    shown = at(staff.agent).post(reverse("admin:show_in_clear", args=[desk.case.uuid]), {"reason": "回访核对"})
    assertTemplateUsed(shown, "desk/clear.html")
    reader.reads(shown, "in clear")


def test_what_runs_beside_a_case(staff: Staff, reader: Reader) -> None:
    """Opened, every step as its holder sees it, refused and done; the case beside it, and the ledgers."""
    journey = until(Journey.begin(staff), "decide")
    case = reverse("admin:case", args=[journey.case.uuid])
    for what, who in (("slip", staff.dispute), ("letter", staff.fraud), ("police", staff.agent)):
        reader.opens(at(who), reverse("admin:open_beside", args=[journey.case.uuid, what]))
    for flow in BESIDE:
        for task in on_the_way(journey, flow):
            user = staff.people[task.role]
            verbs.claim(task.uuid, user=user)
            name = "admin:approval" if isinstance(task.flow_task, Approval) else "admin:step"
            reader.opens(at(user), reverse(name, args=[task.uuid]))
        for address in (case, f"{case}history/"):
            reader.reads(at(staff.fraud).get(address), f"{address} beside {flow.__name__}")
    for which in LEDGERS:
        reader.reads(at(staff.dispute).get(reverse("admin:ledger", args=[which]) + "?state=all"), which)
        reader.reads(at(staff.dispute).get(reverse("admin:ledger", args=[which]) + "?state=ended"), which)


def test_an_audit_from_the_draw_to_the_re_check(staff: Staff, reader: Reader) -> None:
    """The strata looked at, a sample drawn again, verified and given up, a signed sheet, a finding through its rounds."""
    Desk.at("trace", staff)
    Desk.at("decide", staff)
    auditor, head = at(staff.auditor), at(staff.outlet_head)
    draw, plan = (
        reverse("admin:draw_sample"),
        {"size": "2", "purpose": "质量检查", "dimensions": ["branch", "product", "outcome"]},
    )
    reader.reads(auditor.post(draw, {**plan, "act": "preview"}), "strata")
    finding = answered(staff, "grave")
    for path in (
        draw,
        reverse("admin:audit_samples"),
        f"/audit/sheet/{finding.sheet.uuid}/",
        "/",
        "/ledgers/findings/",
    ):
        reader.reads(auditor.get(path), path)
    sample = f"/audit/sample/{finding.sheet.sample.uuid}/"
    reader.reads(auditor.post(sample, {"act": "verify"}), "verified")
    again = drawn(staff.auditor, 1, reason="复核")
    auditor.post(f"/audit/sample/{again.uuid}/", {"act": "give_up", "reason": "计划调整"})
    reader.reads(auditor.get(f"/audit/sample/{again.uuid}/"), "given up")
    page = f"/finding/{finding.uuid}/"
    for client, answers in ((auditor, {"outcome": "again", "note": "佐证不足"}), (head, {"done": "", "proof": ""})):
        reader.opens(client, page, **answers)
    reader.reads(head.get("/"), "home of a head with a finding")
    history = reverse("admin:case_history", args=[finding.sheet.case.uuid])
    reader.reads(auditor.get(history), "time line of an audited case")


def test_a_stop_and_the_second_of_two(staff: Staff, reader: Reader) -> None:
    call = {"name": "张三", "phone": "13816262207", "first_six": "622126", "last_four": "4417", "card_kind": "credit"}
    stopped = at(staff.agent).post("/stop-loss/", {**call, "caller_check": "REC-1"})
    assert stopped.status_code == 200
    reader.reads(stopped, "stopped")

    desk = Desk.at("approve", staff)
    late = desk.url
    verbs.approve(desk.task.uuid, user=staff.outlet_head)
    lost = at(staff.outlet_head).post(late, {"answer": "return", "reason": "金额有误"})
    assert lost.status_code == 409
    reader.reads(lost, "second of two")


def test_before_the_log_in(staff: Staff, reader: Reader) -> None:
    """The door, what it refuses, and the pages that need nobody."""
    nobody = at(None)
    reader.reads(nobody.get("/login/"), "/login/")
    for _attempt in range(6):
        wrong = nobody.post("/login/", {"username": "31117", "password": "wrong" + PASSWORD})
        reader.reads(wrong, "wrong password")
    assert wrong.status_code == 429
    agent = at(staff.agent)
    reader.reads(agent.get("/nowhere/"), "/nowhere/")
    reader.reads(agent.post("/logout/"), "/logout/")


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>磁条 magstripe</p>", ["magstripe"]),
        ('<p lang="en">English</p><p>工单 26-0000001-1，K20261124000001</p>', []),
        ('<input placeholder="Reference"><button value="approve">同意</button>', ["Reference"]),
        ("<p>L1 发卡行承担 HK WATCH</p><script>let x</script>", []),
        ("<kbd>Ctrl</kbd><svg><text>done</text></svg>", ["done"]),
    ],
)
def test_the_reader_reads_what_people_read(html: str, found: list[str]) -> None:
    assert [word.partition(" ")[0] for word in latin(html, ["HK WATCH"])] == found
