"""How a case speaks with bank systems, over a real socket; and which gateway stands behind which door."""

from uuid import uuid4

import pytest

from cases import gateways
from cases.gateways.http import HttpBank
from cases.gateways.memory import MemoryBank
from cases.gateways.protocol import KEY_TAKEN, NO_ANSWER, TROUBLE
from sandbox_bank.ledger import Bank
from tests.fixtures.bank import Instruction, bank_server, sandbox_bank, without_waiting

__all__ = ["bank_server", "sandbox_bank", "without_waiting"]
pytestmark = pytest.mark.usefixtures("without_waiting")

TOKEN = "tok-77e1"


def credit(token=TOKEN, amount="120.00"):
    lines = [{"kind": "principal", "amount": amount}]
    return Instruction("credit", {"token": token, "amount": amount, "currency": "CNY", "lines": lines})


def stop(token=TOKEN):
    return Instruction("stop_card", {"token": token})


# Over a real socket ---------------------------------------------------------------------------------------------------


def test_a_booked_order_is_confirmed_with_its_receipt_and_time(sandbox_bank):
    order = stop()

    answer = gateways.system("card").send(order)

    assert answer.state == "confirmed"
    assert set(answer.data) == {"operation", "receipt", "effective_at"}
    assert gateways.system("card").enquire(order.key) == answer


@pytest.mark.parametrize(
    ("operation", "payload", "fields"),
    [
        ("replace_card", {"token": "tok-r"}, {"token", "first6", "last4"}),
        ("list_transactions", {"token": "tok-l"}, {"transactions"}),
        ("list_transactions", {"token": "tok-l", "since": "2026-11-01T00:00:00+08:00"}, {"transactions"}),
        ("credit", {"token": "tok-c", "amount": "1.00", "currency": "CNY"}, {"account", "amount", "currency"}),
        ("hold_account", {"token": "tok-h"}, {"account", "hold", "measures"}),
        ("restore_account", {"token": "tok-c"}, {"account", "amount", "currency", "hold"}),
    ],
)
def test_every_operation_speaks_the_same_language_on_both_sides(sandbox_bank, operation, payload, fields):
    answer = gateways.system("core").send(Instruction(operation, payload))

    assert answer.state == "confirmed"
    assert set(answer.data) == {"operation", "receipt", "effective_at"} | fields


def test_a_credit_is_reversed_under_a_key_of_its_own(sandbox_bank):
    token = f"tok-{uuid4()}"
    order = credit(token)
    gateways.system("core").send(order)

    answer = gateways.system("core").send(Instruction("reverse", {"order": str(order.key)}))

    assert (answer.state, answer.data["amount"]) == ("confirmed", "-120.00")


def test_every_demo_card_reads_well(sandbox_bank):
    for number in range(60):
        answer = gateways.system("card").send(Instruction("list_transactions", {"token": f"tok-demo-{number}"}))
        assert answer.state == "confirmed"
        assert answer.data["transactions"]


def test_a_refusal_is_rejected_with_the_banks_own_words(sandbox_bank):
    answer = gateways.system("card").send(Instruction("release_card", {"token": f"tok-{uuid4()}"}))

    assert (answer.state, answer.reason) == ("rejected", "This card is not stopped.")
    assert answer.data["rejected_at"]


def test_a_malformed_order_is_rejected(sandbox_bank):
    assert gateways.system("card").send(Instruction("stop_card", {})).state == "rejected"


def test_an_order_never_sent_was_never_heard_of(sandbox_bank):
    assert gateways.system("core").enquire(uuid4()).state == "never_heard"


def test_a_silent_bank_leaves_the_order_unknown_and_the_enquiry_clears_it(sandbox_bank):
    order = credit(f"tok-{uuid4()}")
    sandbox_bank.switch(operation="credit", silent=True)

    sent = gateways.system("core").send(order)

    assert (sent.state, sent.reason, sent.never_left) == ("unknown", NO_ANSWER, False)
    assert len(sandbox_bank.ledger(order.payload["token"])) == 1
    sandbox_bank.call("DELETE", "/switches")
    assert gateways.system("core").enquire(order.key).state == "confirmed"


def test_a_bank_slower_than_the_time_out_leaves_the_order_unknown(sandbox_bank):
    order = credit(f"tok-{uuid4()}")
    sandbox_bank.switch(operation="credit", slow=900)
    hasty = HttpBank(sandbox_bank.url, timeout=0.2)

    sent = hasty.send(order)
    hasty.close()

    assert (sent.state, sent.reason) == ("unknown", NO_ANSWER)
    assert len(sandbox_bank.ledger(order.payload["token"])) == 1


@pytest.mark.parametrize(("when", "found"), [("before", "never_heard"), ("after", "confirmed")])
def test_a_failing_bank_leaves_the_order_unknown(sandbox_bank, when, found):
    order = credit(f"tok-{uuid4()}")
    sandbox_bank.switch(operation="credit", fail={"times": 1, "when": when})

    sent = gateways.system("core").send(order)

    assert (sent.state, sent.reason) == ("unknown", TROUBLE)
    assert gateways.system("core").enquire(order.key).state == found


def test_a_late_bank_is_pending_until_it_has_booked(sandbox_bank):
    order = credit(f"tok-{uuid4()}")
    sandbox_bank.switch(late={"enquiries": 2})

    states = [gateways.system("core").send(order).state]
    states += [gateways.system("core").enquire(order.key).state for _ in range(2)]

    assert states == ["pending", "pending", "confirmed"]


def test_a_double_answer_is_still_one_booking(sandbox_bank):
    order = credit(f"tok-{uuid4()}")
    sandbox_bank.switch(double=True)

    assert [gateways.system("core").send(order).state for _ in range(2)] == ["confirmed"] * 2
    assert len(sandbox_bank.ledger(order.payload["token"])) == 1


def test_an_enquiry_is_repeated_until_the_bank_answers(sandbox_bank):
    order = credit(f"tok-{uuid4()}")
    gateways.system("core").send(order)
    sandbox_bank.switch(key=str(order.key), fail={"times": 1, "when": "enquiry"})
    assert gateways.system("core").enquire(order.key).state == "confirmed"

    sandbox_bank.switch(key=str(order.key), silent={"times": 2, "when": "enquiry"})
    assert gateways.system("core").enquire(order.key).state == "confirmed"

    sandbox_bank.switch(key=str(order.key), silent={"when": "enquiry"})
    assert gateways.system("core").enquire(order.key).state == "unknown"


def test_another_order_under_a_used_key_is_never_taken_for_an_answer(sandbox_bank):
    order = credit(f"tok-{uuid4()}")
    gateways.system("core").send(order)

    other = Instruction("credit", {**order.payload, "amount": "9.00", "lines": []}, key=order.key)
    answer = gateways.system("core").send(other)

    assert (answer.state, answer.reason) == ("unknown", KEY_TAKEN)


# Which door -----------------------------------------------------------------------------------------------------------


def test_an_interface_without_an_address_is_off(settings):
    settings.REDRESS = {**settings.REDRESS, "CARD_SYSTEM_URL": "", "CORE_LEDGER_URL": "http://127.0.0.1:9"}

    with pytest.raises(gateways.InterfaceOff):
        gateways.system("card")
    assert not gateways.is_on("card")
    assert gateways.is_on("core")
    assert isinstance(gateways.system("core"), HttpBank)


def test_another_gateway_can_stand_in_for_a_while():
    with Bank() as ledger:
        mine = MemoryBank(ledger)
        with gateways.using(card=mine, core=None):
            assert gateways.system("card") is mine
            with pytest.raises(gateways.InterfaceOff):
                gateways.system("core")
            with gateways.using(core=mine):
                assert gateways.system("core") is mine
            assert not gateways.is_on("core")
        assert gateways.system("card") is not mine


def test_who_put_one_in_takes_his_own_away_whatever_others_do_meanwhile():
    """Threads come and go crosswise; the first to come is the first to go."""
    with Bank() as ledger:
        first, second = MemoryBank(ledger), MemoryBank(ledger)
        one, two = gateways.using(card=first), gateways.using(card=second)
        one.__enter__()
        two.__enter__()
        one.__exit__(None, None, None)
        assert gateways.system("card") is second
        two.__exit__(None, None, None)
        assert gateways.system("card") not in (first, second)


def test_there_are_two_bank_systems_and_no_others():
    with pytest.raises(KeyError):
        gateways.system("weather")
    with pytest.raises(KeyError), gateways.using(weather=None):
        pass


def test_in_memory_the_same_switches_give_the_same_answers():
    with Bank(sleep=lambda seconds: None) as ledger:
        core = MemoryBank(ledger)
        order = credit()
        ledger.switches.set({"key": str(order.key), "silent": {"times": 1}, "fail": {"times": 1, "when": "enquiry"}})

        answers = [core.send(order), core.enquire(order.key), core.enquire(order.key), core.enquire(uuid4())]

        assert [answer.state for answer in answers] == ["unknown", "unknown", "confirmed", "never_heard"]
        assert len(ledger.ledger(TOKEN)) == 1


def test_a_payload_cannot_name_another_operation():
    with Bank() as ledger, pytest.raises(ValueError, match="operation"):
        MemoryBank(ledger).send(Instruction("stop_card", {"operation": "credit", "token": TOKEN}))
