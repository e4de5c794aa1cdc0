"""What the switches make of an order."""

from datetime import timedelta

import pytest

from sandbox_bank.ledger import Bank, Silence

CARD = "tok-4f2a"


def credit(key="pay-0001", amount="120.00", **more):
    return key, {"operation": "credit", "token": CARD, "amount": amount, "currency": "CNY", **more}


def test_a_late_order_is_booked_when_its_time_has_come(bank, time):
    bank.switches.set({"late": {"seconds": 30}})

    assert bank.order(*credit()).status == 202
    assert bank.enquire("pay-0001").body["state"] == "pending"
    assert bank.ledger() == []

    time.now += timedelta(seconds=31)
    assert len(bank.ledger()) == 1
    assert bank.enquire("pay-0001").body["effective_at"] == "2026-11-22T04:00:31.000Z"


def test_a_late_order_may_wait_for_its_nth_enquiry(bank):
    bank.switches.set({"late": {"enquiries": 2}})
    bank.order(*credit())

    assert [bank.enquire("pay-0001").body["state"] for _ in range(3)] == ["pending", "booked", "booked"]
    assert len(bank.ledger()) == 1


def test_a_late_order_sent_again_stays_one_order(bank):
    bank.switches.set({"late": True})

    assert [bank.order(*credit()).status for _ in range(3)] == [202, 202, 202]
    bank.enquire("pay-0001")
    assert len(bank.ledger()) == 1


def test_a_late_order_can_still_be_refused(bank):
    bank.switches.set({"late": True})
    bank.order("free-0001", {"operation": "release_card", "token": CARD})

    assert bank.enquire("free-0001").body["state"] == "rejected"


def test_silence_after_the_booking_books_and_before_it_does_not(bank):
    bank.switches.set({"key": "pay-0001", "silent": {"when": "after"}})
    bank.switches.set({"key": "pay-0002", "silent": {"when": "before"}})

    for key in ("pay-0001", "pay-0002"):
        with pytest.raises(Silence):
            bank.order(*credit(key))

    assert [entry["key"] for entry in bank.ledger()] == ["pay-0001"]


def test_failing_counts_down(bank):
    bank.switches.set({"operation": "credit", "fail": {"times": 2, "when": "before"}})

    statuses = [bank.order(*credit()).status for _ in range(3)]

    assert statuses == [500, 500, 200]


def test_the_most_specific_switch_counts(bank):
    bank.switches.set({"reject": "everything"})
    bank.switches.set({"operation": "credit", "reject": "credits"})
    bank.switches.set({"key": "pay-0001", "reject": "this one"})

    assert bank.order(*credit("pay-0001")).body["reason"] == "this one"
    assert bank.order(*credit("pay-0002")).body["reason"] == "credits"
    assert bank.order("stop-0001", {"operation": "stop_card", "token": CARD}).body["reason"] == "everything"


def test_slow_sleeps_so_many_seconds_after_the_booking():
    slept = []
    with Bank(sleep=slept.append) as bank:
        bank.switches.set({"slow": 1500})
        bank.order(*credit())

    assert slept == [1.5]


def test_double_delivers_the_answer_twice():
    delivered = []
    with Bank(push=lambda url, answer: delivered.append((url, answer))) as bank:
        bank.switches.set({"double": {"callback_url": "http://127.0.0.1:1/told"}})
        reply = bank.order(*credit())

    assert delivered == [("http://127.0.0.1:1/told", reply.body)] * 2


@pytest.mark.parametrize(
    "wish",
    [
        {"slow": -1},
        {"slow": "long"},
        {"fail": {"when": "sometimes"}},
        {"late": {"seconds": 1, "enquiries": 1}},
        {"late": 3},
        {"double": {"callback_url": "file:///etc/passwd"}},
        {"chaos": {"fail_before": 0.5}},
        {"chaos": {"seed": 1, "fail_before": 1.5}},
        {"chaos": {"seed": 1, "earthquake": 0.5}},
        {"key": 7, "silent": True},
        {"loud": True},
    ],
)
def test_a_switch_nobody_understands_is_refused_and_changes_nothing(bank, wish):
    with pytest.raises(ValueError, match=r"."):
        bank.switches.set(wish)

    assert bank.switches.shown() == []


def test_chaos_deals_the_same_luck_in_any_order(bank):
    def luck(keys):
        bank.switches.clear()
        bank.switches.set({"chaos": {"seed": 7, "fail_before": 0.3, "silent_after": 0.3, "late": 0.3}})
        return {key: bank.switches.trouble(key, "credit") for key in keys}

    keys = [f"pay-{number:04d}" for number in range(50)]

    assert luck(keys) == luck(reversed(keys))
    assert len({(t.fail, t.silent, t.late) for t in luck(keys).values()}) > 3
