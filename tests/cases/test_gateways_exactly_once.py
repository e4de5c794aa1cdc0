"""Exactly one effect a key: in chaos, and while the bank is killed again and again."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from cases import gateways
from cases.gateways.http import HttpBank
from sandbox_bank.ledger import Bank
from tests.fixtures.bank import BankProcess, Instruction, bank_server, sandbox_bank, without_waiting

__all__ = ["bank_server", "sandbox_bank", "without_waiting"]
pytestmark = pytest.mark.usefixtures("without_waiting")


def settle(gateway, order, patience=60):
    """The outbox's rule in short: send once, then enquire; only "never heard" allows the same key again."""
    answer = gateway.send(order)
    for _ in range(patience):
        if answer.state in ("confirmed", "rejected"):
            return answer
        answer = gateway.send(order) if answer.state == "never_heard" else gateway.enquire(order.key)
    raise AssertionError("the bank never came to rest")


CHAOS = {
    "seed": 20261122,
    **{f"{what}_{when}": 0.15 for what in ("slow", "fail", "silent") for when in ("before", "after", "enquiry")},
    "slow_ms": 5,
    "late": 0.2,
    "double": 0.2,
}


def test_two_hundred_orders_in_chaos_are_credited_exactly_once_each(sandbox_bank):
    token = f"tok-{uuid4()}"
    numbers = random.Random(7)
    orders = [
        Instruction("credit", {"token": token, "amount": f"{n + 1}.00"}, UUID(int=numbers.getrandbits(128), version=4))
        for n in range(200)
    ]
    sandbox_bank.switch(chaos=CHAOS)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda order: settle(gateways.system("core"), order), orders))
    sandbox_bank.call("DELETE", "/switches")

    entries = sandbox_bank.ledger(token)
    assert {answer.state for answer in answers} == {"confirmed"}
    assert sorted(entry["key"] for entry in entries) == sorted(str(order.key) for order in orders)
    told = {order.payload["amount"]: answer.data["amount"] for order, answer in zip(orders, answers, strict=True)}
    assert all(ordered == answered for ordered, answered in told.items())


def formal(number: int) -> Instruction:
    return Instruction("formal_loss", {"token": f"tok-formal-{number}"})


def message(number: int) -> Instruction:
    return Instruction(
        "send_sms", {"phone": f"1380013{number:04d}", "template": "registered", "text": f"编号 {number}"}
    )


def question(number: int) -> Instruction:
    return Instruction("stop_state", {"token": f"tok-formal-{number}"})


def test_two_hundred_texts_in_chaos_go_out_once_each(sandbox_bank):
    before = len(sandbox_bank.call("GET", "/messages")[1]["messages"])
    orders = [message(number) for number in range(200)]
    sandbox_bank.switch(chaos=CHAOS)

    # as `texts` hands them over, addressed
    door = HttpBank(sandbox_bank.url, timeout=2)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda order: settle(door, order), orders))
    sandbox_bank.call("DELETE", "/switches")
    door.close()

    sent = sandbox_bank.call("GET", "/messages")[1]["messages"][before:]
    assert {answer.state for answer in answers} == {"confirmed"}
    assert sorted(one["key"] for one in sent) == sorted(str(order.key) for order in orders)
    assert len({one["phone"] for one in sent}) == 200, "nobody gets two, nobody none"


def test_two_hundred_loss_reports_in_chaos_are_made_formal_once_and_told_so_ever_after(sandbox_bank):
    for number in range(200):
        sandbox_bank.order(f"stop-{uuid4()}", operation="stop_card", token=f"tok-formal-{number}")
    orders = [formal(number) for number in range(200)]
    sandbox_bank.switch(chaos=CHAOS)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda order: settle(gateways.system("card"), order), orders))
        asked = list(pool.map(lambda number: settle(gateways.system("card"), question(number)), range(200)))
    sandbox_bank.call("DELETE", "/switches")

    assert {answer.state for answer in answers} == {"confirmed"}
    assert {answer.data["stop"] for answer in asked} == {"formal"}
    assert [answer.data["since"] for answer in asked] == [answer.data["effective_at"] for answer in answers]


CREDITED = "credit"


@pytest.mark.parametrize("operation", [CREDITED, "formal_loss", "send_sms"])
def test_a_bank_killed_again_and_again_does_each_order_once(tmp_path, operation):
    file, token = tmp_path / "bank.sqlite3", f"tok-{uuid4()}"
    made = {
        CREDITED: lambda number: Instruction(CREDITED, {"token": token, "amount": f"{number + 1}.00"}),
        "formal_loss": formal,
        "send_sms": message,
    }[operation]
    orders = [made(number) for number in range(200)]
    if operation == "formal_loss":
        with Bank(file) as books:
            for number in range(200):
                books.order(f"stop-{number:04d}", {"operation": "stop_card", "token": f"tok-formal-{number}"})
    open_orders = list(orders)
    finished: list[UUID] = []

    for number in range(3):
        bank = BankProcess(file)
        core = HttpBank(bank.caller.url, timeout=2)
        enough = threading.Event()

        def work(order, number=number, enough=enough, core=core):
            answer = core.enquire(order.key)
            if answer.state == "never_heard":
                answer = core.send(order)
            if answer.state == "confirmed":
                finished.append(order.key)
            if len(finished) >= 20 * (number + 1):
                enough.set()
            return answer.state == "confirmed"

        with ThreadPoolExecutor(4) as pool:
            killer = pool.submit(lambda bank=bank, enough=enough: (enough.wait(20), bank.kill()))
            done = list(pool.map(work, open_orders))
            enough.set()
            killer.result()
        core.close()
        open_orders = [order for order, is_done in zip(open_orders, done, strict=True) if not is_done]

    bank = BankProcess(file)
    core = HttpBank(bank.caller.url, timeout=2)
    assert {settle(core, order).state for order in orders} == {"confirmed"}
    done = {
        CREDITED: lambda: [entry["key"] for entry in bank.caller.ledger(token)],
        "send_sms": lambda: [sent["key"] for sent in bank.caller.call("GET", "/messages")[1]["messages"]],
        # one time a card, however often it was told
        "formal_loss": lambda: [str(order.key) for order in orders if once(core, order)],
    }[operation]()
    core.close()
    bank.kill()
    assert open_orders, "the kill came too late to prove anything"
    assert sorted(done) == sorted(str(order.key) for order in orders)


def once(bank, order):
    """The card system's own word on the card is what it answered to the order."""
    asked = settle(bank, Instruction("stop_state", order.payload))
    return asked.data["stop"] == "formal" and asked.data["since"] == bank.enquire(order.key).data["effective_at"]
