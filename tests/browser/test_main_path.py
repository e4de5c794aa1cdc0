"""One complaint from the call to the archive, in Chinese, each person at his own browser; pictures are kept."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from cases.models import Case
from record.clock import Hand
from sandbox_bank.ledger import Bank
from tests.browser import beside, path
from tests.browser.seats import Seats
from tests.factories import PostFactory
from tests.fixtures.browser import NARROW
from workflows.models import StepTask

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def open_step(name: str) -> str:
    """The address of the step of this name that waits."""
    return next(f"/step/{task.uuid}/" for task in StepTask.objects.open() if task.flow_task.name == name)


@pytest.fixture
def abroad(bank_systems: Bank) -> None:
    """Somebody has copied the card and draws cash in Bangkok."""
    path.cash_is_drawn_abroad(bank_systems)


@pytest.mark.parametrize("language", ["en"])
def test_the_same_in_english(seats: Seats, time: Hand, abroad: None) -> None:
    """Without slips, and with the pages a walk through the product shows."""
    agent = seats.seat("agent").opens("/login/").keeps("01-login").signs_in().keeps("02-home-agent")
    path.stops_the_loss(agent)
    path.bank_systems_answer()
    path.completes_the_registration(agent.follows("打开工单"))
    beside.protects_the_customer(seats)
    beside.reads_the_chip(beside.takes(agent, "真卡核验"))
    fraud = seats.seat("fraud").signs_in()
    path.traces(beside.takes(fraud, "交易追溯"))
    beside.keeps_evidence(beside.takes(fraud, "证据保全"))
    for post, work in (("liability", path.decides), ("consumer_protection", path.proposes)):
        work(beside.sits(seats, post).opens("/").presses("签收"))
    time.advance(hours=3)
    path.approves(seats.seat("outlet_head").signs_in().follows(path.TOTAL))
    officer = seats.sat("consumer_protection")
    path.drafts(officer.opens("/").presses("签收"))
    path.tells(officer.presses("签收本环节"))
    beside.ends_the_protection(seats)
    path.prepares(seats.seat("accounts_maker").signs_in().presses("签收"))
    path.checks(seats.seat("accounts_checker").signs_in().presses("签收"), slips=False)
    path.bank_systems_answer()
    path.replaces_the_card(agent.opens("/").presses("签收"))
    path.bank_systems_answer()
    beside.calls_instead_of_texting(agent.opens(agent.path))
    path.completes(officer.opens("/").presses("签收"))
    path.calls_back(agent.opens("/").presses("签收"))
    path.archives(officer.opens("/").presses("签收"))
    officer.sees("已归档").keeps("33-case-archived")
    seats.did_all_of(Case.objects.get())


def test_a_complaint_from_the_call_to_the_archive(seats: Seats, time: Hand, abroad: None) -> None:
    agent = seats.seat("agent")
    door = agent.page.goto(f"{agent.address}/login/")
    assert door is not None
    assert "default-src 'self'" in door.headers["content-security-policy"]
    agent.keeps("01-login").signs_in().keeps("02-home-agent")

    # the call
    reference = path.stops_the_loss(agent)
    path.bank_systems_answer()
    agent.follows("打开工单").sees("挂失生效时间", "11-24 09:12:00", "待反欺诈岗签收").keeps("05-case-stopped")
    file = agent.path
    path.completes_the_registration(agent)

    # beside it: what pays beside the card, first contact, account and credit record; then the card on the counter
    beside.protects_the_customer(seats)
    time.advance(hours=1)
    beside.reads_the_chip(beside.takes(agent, "真卡核验"))

    # the logs, the trace, and what its transactions ask for
    time.advance(hours=1)
    fraud = seats.seat("fraud").signs_in().sees(reference, "交易追溯", "剩 5 天").keeps("07-home-fraud")
    beside.keeps_evidence(beside.takes(fraud, "证据保全"))
    fraud.presses("签收本环节").keeps("08-trace")
    agent.opens(fraud.path).sees("李可 在办，11-24 11:12 签收。", "这里没有需要您办理的事")
    path.traces(fraud)
    beside.answers_the_items(fraud.opens(file))

    # the decision
    time.advance(days=1)
    PostFactory.create(user=seats.staff.fraud, role=Role.LIABILITY, branch=seats.staff.bank.head_office)
    liability = seats.seat("liability").signs_in().sees("剩 9 天").keeps("10-home-liability")
    fraud.opens("/").sees("没有待办")
    fraud.opens(open_step("decide")).sees("本工单的“交易追溯”由您或代您办理，本环节须由他人办理。")
    fraud.has_no_button("签收本环节").keeps("10-decide-as-tracer")
    liability.presses("签收").keeps("11-decide")
    path.decides(liability)

    # proposal and approval
    officer = seats.sat("consumer_protection").opens("/").keeps("14-home-consumer-protection")
    officer.presses("签收").keeps("15-propose")
    path.proposes(officer)
    manager = seats.seat("outlet_head", size=NARROW).signs_in().keeps("17-home-manager")
    manager.follows(path.TOTAL).keeps("18-approval")
    officer.opens(manager.path).sees("本环节由其他岗位办理：网点负责人。").has_no_button("同意")
    officer.keeps("18-approval-as-proposer")
    path.approves(manager)

    # telling, payment by two people
    time.advance(hours=3)
    officer.opens("/").presses("签收").keeps("19-draft")
    path.drafts(officer)
    officer.presses("签收本环节").keeps("20-tell")
    path.tells(officer)
    beside.ends_the_protection(seats)
    maker = seats.seat("accounts_maker").signs_in().keeps("22-home-maker")
    maker.presses("签收")
    path.prepares(maker)
    checker = seats.seat("accounts_checker").signs_in()
    checker.presses("签收").keeps("24-check")
    maker.opens(checker.path).sees("吴敏 在办", "不得由以下环节的经办人办理").has_no_button("发送赔付指令")
    path.checks(checker)
    path.bank_systems_answer()
    checker.opens(checker.path).keeps("27-case-paid")

    # the card, completion, archive
    agent.opens("/").keeps("28-home-agent").presses("签收")
    path.replaces_the_card(agent)
    path.bank_systems_answer()
    beside.calls_instead_of_texting(agent.opens(file))
    officer.opens("/").presses("签收").keeps("30-complete")
    path.completes(officer)
    agent.opens("/").presses("签收")
    path.calls_back(agent)
    officer.opens("/").presses("签收")
    path.archives(officer)
    officer.sees("已归档", "11-25 按时").keeps("33-case-archived")
    agent.opens("/").keeps("34-home-agent")
    agent.opens("/complaints/").keeps("35-complaints")
    seats.did_all_of(Case.objects.get())
