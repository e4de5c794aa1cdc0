"""Pages of what runs beside a case: opened from its page, listed there, worked on, and each desk's ledger."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from record import clock
from record.models import Entry
from tests.desk.costs import CASE, LIST, STEP, cost
from tests.desk.looking import Page, nothing_changes
from tests.desk.sheets import sheet
from tests.factories import person
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.beside import ANSWERS, does, matter_of, opens, runs, steps_of
from workflows.desk import ledgers
from workflows.flows import ChargebackFlow, InquiryFlow, PoliceFlow
from workflows.models import CaseProcess, StepTask

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff) -> Journey:
    return traced(staff)


def traced(staff, *, place: str = "decide") -> Journey:
    """A case whose transactions are known, an hour ago."""
    with clock.at((clock.now() - timedelta(hours=1)).replace(microsecond=0)):
        return roads.until(Journey.begin(staff), place)


def opening(desk: Journey, what: str) -> str:
    return reverse("admin:open_beside", args=[desk.case.uuid, what])


def ledger(which: str) -> str:
    return reverse("admin:ledger", args=[which])


def letters(desk: Journey, count: int) -> list[CaseProcess]:
    return [opens(desk, InquiryFlow, addressee=f"收单机构{number}") for number in range(count)]


# opening --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "who", "answers"),
    [
        ("slip", "dispute", {"scheme": "unionpay"}),
        ("letter", "fraud", {"addressee_kind": "payment", "addressee": "支付机构甲", "question": "请提供绑卡日志"}),
        ("police", "agent", {"told_at": "2026-01-02T03:04"}),
    ],
)
def test_each_is_opened_from_the_case_page_by_its_post(desk, browser, what, who, answers):
    user = getattr(desk.staff, who)
    inside = browser(user)
    assert opening(desk, what) in Page(inside.get(reverse("admin:case", args=[desk.case.uuid]))).links
    if what == "slip":
        answers = {**answers, "transaction": str(desk.case.transactions.last().uuid)}

    answer = inside.post(opening(desk, what), answers)

    assert answer.status_code == 302
    process = CaseProcess.objects.beside().get(case=desk.case)
    assert process.opened_by == user
    assert 'id="beside"' in Page(inside.get(answer.url)).source


def test_what_is_missing_stands_at_its_field_and_nothing_is_opened(desk, browser):
    inside = browser(desk.staff.fraud)

    with nothing_changes():
        page = Page(inside.post(opening(desk, "letter"), {"addressee_kind": "payment"}))

    assert page.status == 422


def test_an_unknown_kind_is_no_address_and_a_post_without_the_right_is_told(desk, browser):
    assert browser(desk.staff.fraud).get(opening(desk, "brief")).status_code == 404
    assert browser(desk.staff.agent).get(opening(desk, "slip")).status_code == 403


def test_a_transaction_of_another_case_is_not_taken(desk, browser, staff):
    other = traced(staff)
    foreign = str(other.case.transactions.last().uuid)

    page = Page(browser(staff.dispute).post(opening(desk, "slip"), {"scheme": "visa", "transaction": foreign}))

    assert page.status == 422


# steps ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flow", [ChargebackFlow, InquiryFlow, PoliceFlow])
def test_every_step_has_a_page_that_asks_and_takes(desk, browser, flow):
    process = opens(desk, flow)
    seen = set()
    while waiting := steps_of(process):
        step = sorted(waiting)[0]
        task = next(one for one in StepTask.objects.open().filter(process=process) if one.flow_task.name == step)
        inside = browser(desk.staff.people[task.role])
        url = reverse("admin:step", args=[task.uuid])
        assert inside.post(reverse("admin:claim", args=[task.uuid])).status_code == 302
        page = Page(inside.get(url))
        assert (page.status, page.blocked) == (200, [])
        with nothing_changes(step):
            assert inside.post(url, {}).status_code == 422, step
        assert inside.post(url, ANSWERS[step]()).status_code == 302, step
        seen.add(step)
    assert len(seen) >= 5
    assert matter_of(process).ended_at


def test_the_step_page_tells_what_it_is_about(desk, browser):
    process = letters(desk, 1)[0]
    runs(desk, process, "send_inquiry", "chase_first")
    task = StepTask.objects.open().get(process=process)

    source = Page(browser(desk.staff.fraud).get(reverse("admin:step", args=[task.uuid]))).source

    assert "收单机构0" in source
    assert "请提供签购单" in source


# what pages cost ------------------------------------------------------------------------------------------------------


def test_the_case_page_costs_the_same_with_more_beside_it(desk, browser):
    inside, url = browser(desk.staff.fraud), reverse("admin:case", args=[desk.case.uuid])
    for flow in (ChargebackFlow, PoliceFlow):
        opens(desk, flow)
    letters(desk, 1)
    before = cost(inside, url)

    letters(desk, 4)

    assert cost(inside, url) == before <= CASE


def test_a_step_page_and_a_ledger_keep_to_their_budget(desk, browser):
    for process in letters(desk, 3):
        runs(desk, process, "send_inquiry", "chase_first")
    task = StepTask.objects.open().filter(process=process).get()
    inside = browser(desk.staff.fraud)
    assert cost(inside, reverse("admin:step", args=[task.uuid])) <= STEP + 2
    before = cost(inside, ledger("inquiries"))

    for process in letters(desk, 3):
        runs(desk, process, "send_inquiry", "chase_first")

    assert cost(inside, ledger("inquiries")) == before <= LIST


# ledgers --------------------------------------------------------------------------------------------------------------


def test_the_ledger_puts_the_window_that_dies_first_on_top_and_what_was_not_asked_for_last(staff, browser):
    days = {}
    for ago in (5, 20, None):
        at = traced(staff)
        process = opens(at, ChargebackFlow)
        if ago is not None:
            day = f"{clock.now() - timedelta(days=ago):%Y-%m-%d}"
            does(at, process, "ask_slip", settled_on=day)
        days[ago] = at.case.reference

    source = Page(browser(staff.dispute).get(ledger("chargebacks"))).source

    assert re.findall(r"\d\d-\d{7}-\d", source) == [days[20], days[5], days[None]]


def test_windows_that_end_soon_and_those_missed_can_be_looked_at_alone(staff, browser):
    now, found = clock.now(), {}
    ends = (("soon", 2), ("later", 20), ("missed", -1))
    for name, days in ends:
        matter = matter_of(opens(traced(staff), ChargebackFlow))
        matter.window_ends_at = now + timedelta(days=days)
        matter.scheme_number = name
        matter.save()
    inside = browser(staff.dispute)
    for window in ("", "3", "10", "30", "missed"):
        rows = sheet(inside, ledger("chargebacks"), window=window).rows
        found[window] = {name for name, _days in ends if any(name in row for row in rows)}
    assert found == {
        "": {"soon", "later", "missed"},
        "3": {"soon"},
        "10": {"soon"},
        "30": {"soon", "later"},
        "missed": {"missed"},
    }


def test_a_ledger_is_read_page_by_page_and_filtered(desk, browser, monkeypatch):
    monkeypatch.setattr(ledgers, "PAGE", 2)
    processes = letters(desk, 5)
    runs(desk, processes[0], "send_inquiry")
    does(desk, processes[0], "chase_first", result="answered", number="HH-1", answer="已核实")
    does(desk, processes[0], "end_inquiry", cooperation="full")
    inside, found, address = browser(desk.staff.fraud), [], ledger("inquiries")
    for _ in range(4):
        page = Page(inside.get(address))
        found += re.findall(r"收单机构(\d)", page.source)
        following = next((link for link in page.links if "after=" in link), "")
        if not following:
            break
        address = ledger("inquiries") + following

    assert found == ["1", "2", "3", "4"], "what has ended is left out unless asked for"
    ended = Page(inside.get(ledger("inquiries") + "?state=ended")).source
    assert re.findall(r"收单机构(\d)", ended) == ["0"]
    abroad = Page(inside.get(ledger("inquiries") + "?addressee_kind=foreign_bank")).source
    assert not re.findall(r"收单机构(\d)", abroad)


@pytest.mark.parametrize(
    "odd", ["after=7", "after=%00", "state=x", "stage=%27", "as=xml", "addressee_kind=%F0%9F%98%80"]
)
@pytest.mark.parametrize("which", ["chargebacks", "inquiries", "recoveries", "advances"])
def test_whatever_is_typed_into_the_address_is_read_or_left_out(desk, browser, which, odd):
    assert browser(desk.staff.fraud).get(f"{ledger(which)}?{odd}").status_code == 200


def test_the_file_holds_what_is_seen_and_runs_nothing_in_a_spreadsheet(desk, browser):
    opens(desk, InquiryFlow, addressee="=HYPERLINK(1)")
    process = opens(desk, ChargebackFlow)
    does(desk, process, "ask_slip", number="=1+1")
    user = desk.staff.fraud

    heads, (row,), _mark = sheet(browser(user), ledger("chargebacks"))

    assert len(heads) == 8
    assert row[0] == desk.case.reference
    assert "'=1+1" in row
    told = Entry.objects.get(kind="ledger.exported")
    assert (told.actor_number, told.data["count"]) == (user.staff_number, 1)


def test_nobody_sees_in_a_ledger_what_he_may_not_see(desk, browser, staff):
    opens(desk, InquiryFlow)
    stranger = person(Role.FRAUD, staff.bank.other_tier1)

    for address in (ledger("inquiries"), ledger("inquiries") + "?as=csv", ledger("inquiries") + "?state=all"):
        assert desk.case.reference not in browser(stranger).get(address).getvalue().decode()


def test_recoveries_list_completed_cases_that_something_still_runs_for(staff, browser):
    at = traced(staff, place="close")
    inside = browser(staff.dispute)
    process = opens(at, ChargebackFlow)
    assert at.case.reference not in Page(inside.get(ledger("recoveries"))).source
    at.secures_the_rest()
    at.does("close", staff.consumer_protection, **roads.CLASSES)

    source = Page(inside.get(ledger("recoveries"))).source

    assert at.case.reference in source
    runs(at, process, "ask_slip")
    does(at, process, "slip_answer", pursue="no")
    does(at, process, "end_chargeback", ending="dropped", note="单据显示本人签字")
    assert at.case.reference not in Page(inside.get(ledger("recoveries"))).source
