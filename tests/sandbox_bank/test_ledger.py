"""What the bank does to its books, in memory."""

from datetime import timedelta
from decimal import Decimal

import pytest

from sandbox_bank.ledger import Bank
from sandbox_bank.operations import OPERATIONS
from sandbox_bank.store import TRANSACTION_FIELDS

CARD = "tok-4f2a"


def credit(key="pay-0001", amount="120.00", **more):
    return key, {"operation": "credit", "token": CARD, "amount": amount, "currency": "CNY", **more}


def test_a_stop_takes_effect_by_the_banks_own_time(bank):
    reply = bank.order("stop-0001", {"operation": "stop_card", "token": CARD})

    assert reply.status == 200
    assert reply.body["state"] == "booked"
    assert reply.body["effective_at"] == "2026-11-22T04:00:00.000Z"
    assert reply.body["receipt"].startswith("K20261122")


def test_stopping_twice_is_harmless_and_tells_the_first_stops_time(bank, time):
    first = bank.order("stop-0001", {"operation": "stop_card", "token": CARD})
    time.now += timedelta(hours=1)
    second = bank.order("stop-0002", {"operation": "stop_card", "token": CARD})

    assert second.body["state"] == "booked"
    assert second.body["effective_at"] == first.body["effective_at"]


def test_only_a_stopped_card_is_released(bank):
    refused = bank.order("free-0001", {"operation": "release_card", "token": CARD})
    bank.order("stop-0001", {"operation": "stop_card", "token": CARD})
    released = bank.order("free-0002", {"operation": "release_card", "token": CARD})

    assert (refused.status, refused.body["state"]) == (200, "rejected")
    assert released.body["state"] == "booked"
    assert [card["state"] for card in bank.cards()] == ["active"]


def test_a_replaced_card_keeps_its_account_and_takes_no_more_orders(bank):
    new = bank.order("new-00001", {"operation": "replace_card", "token": CARD}).body
    bank.order(*credit())

    assert new["token"] != CARD
    assert len(new["first6"]) == 6
    assert len(new["last4"]) == 4
    assert [e["amount"] for e in bank.ledger(new["token"])] == ["120.00"]
    assert bank.order("stop-0009", {"operation": "stop_card", "token": CARD}).body["state"] == "rejected"
    assert bank.order("list-0009", {"operation": "list_transactions", "token": new["token"]}).body["transactions"] == []


def test_a_card_has_the_same_life_in_every_bank(time):
    lives = []
    for _ in range(2):
        with Bank(clock=time) as bank:
            lives.append(bank.order("list-0001", {"operation": "list_transactions", "token": CARD}).body)

    assert lives[0] == lives[1]
    rows = lives[0]["transactions"]
    assert 15 <= len(rows) <= 20
    assert all(set(row) == set(TRANSACTION_FIELDS) for row in rows)
    assert [row["booked_at"] for row in rows] == sorted(row["booked_at"] for row in rows)
    assert rows[-1]["booked_at"] < "2026-11-22T04:00:00.000Z"


@pytest.mark.parametrize("number", range(40))
def test_every_demo_transaction_is_plausible(number, bank):
    rows = bank.order("list-0001", {"operation": "list_transactions", "token": f"tok-{number}"}).body["transactions"]

    for row in rows:
        assert Decimal(row["amount"]) > 0
        assert Decimal(row["billed_amount"]) > 0
        assert row["billed_currency"] == "CNY"
        assert (row["country"] == "CN") == (row["currency"] == "CNY")
        assert len({r["id"] for r in rows}) == len(rows)


def test_some_demo_cards_were_used_abroad_and_some_were_not(bank):
    countries = {
        row["country"]
        for number in range(40)
        for row in bank.order(f"list-{number:04d}", {"operation": "list_transactions", "token": f"tok-{number}"}).body[
            "transactions"
        ]
    }

    assert {"CN", "TH", "HK", "US", "JP", "DE"} == countries


def test_transactions_are_listed_since_a_moment_in_any_zone(bank):
    bank.seed(
        {
            "token": CARD,
            "transactions": [
                {"id": "A1", "booked_at": "2026-11-20T10:00:00+08:00", "amount": "10.00"},
                {"id": "A2", "booked_at": "2026-11-21T10:00:00+08:00", "amount": "20.00"},
            ],
        }
    )

    wish = {"operation": "list_transactions", "token": CARD, "since": "2026-11-21T10:00:00+08:00"}
    rows = bank.order("list-0001", wish).body["transactions"]

    assert [row["id"] for row in rows] == ["A2"]
    assert rows[0]["booked_at"] == "2026-11-21T02:00:00.000Z"


def test_a_seeded_card_is_what_the_seed_says(bank):
    card = bank.seed({"token": CARD, "first6": "622848", "last4": "0042", "account": "acct-7", "hold": False})

    assert (card["first6"], card["last4"], card["account"], card["hold"]) == ("622848", "0042", "acct-7", False)


def test_seeding_twice_changes_nothing(bank):
    seed = {"token": CARD, "transactions": [{"id": "A1", "booked_at": "2026-11-20T10:00:00Z", "amount": "10.00"}]}

    bank.seed(seed)
    bank.order("stop-0001", {"operation": "stop_card", "token": CARD})
    bank.seed(seed)

    assert [card["state"] for card in bank.cards()] == ["stopped"]
    listed = bank.order("list-0001", {"operation": "list_transactions", "token": CARD}).body["transactions"]
    assert [row["id"] for row in listed] == ["A1"]


def test_a_transaction_number_of_another_card_is_refused_and_nothing_is_kept(bank):
    row = {"id": "A1", "booked_at": "2026-11-20T10:00:00Z", "amount": "10.00"}
    bank.seed({"token": CARD, "transactions": [row]})

    with pytest.raises(ValueError, match="another card"):
        bank.seed({"token": "tok-other", "transactions": [row]})

    assert [card["token"] for card in bank.cards()] == [CARD]


def test_the_same_key_and_body_get_the_same_answer_and_one_booking(bank, time):
    first = bank.order(*credit())
    time.now += timedelta(days=1)
    second = bank.order(*credit())

    assert first == second
    assert len(bank.ledger(CARD)) == 1


def test_a_key_is_never_lent_to_another_body(bank):
    bank.order(*credit())

    reply = bank.order(*credit(amount="121.00"))

    assert reply.status == 409
    assert [entry["amount"] for entry in bank.ledger()] == ["120.00"]


def test_lines_must_add_up(bank):
    lines = [{"kind": "principal", "amount": "100.00"}, {"kind": "interest", "amount": "19.99"}]

    assert bank.order(*credit(lines=lines)).body["state"] == "rejected"
    assert bank.ledger() == []


def test_a_refusal_is_final_for_its_key(bank):
    bank.order("free-0001", {"operation": "release_card", "token": CARD})
    bank.order("stop-0001", {"operation": "stop_card", "token": CARD})

    assert bank.order("free-0001", {"operation": "release_card", "token": CARD}).body["state"] == "rejected"
    assert bank.enquire("free-0001").body["state"] == "rejected"


def test_a_credit_is_reversed_once(bank):
    bank.order(*credit())
    undone = bank.order("undo-0001", {"operation": "reverse", "order": "pay-0001"})
    again = bank.order("undo-0002", {"operation": "reverse", "order": "pay-0001"})
    undoing = bank.order("undo-0003", {"operation": "reverse", "order": "undo-0001"})

    assert undone.body["state"] == "booked"
    assert (again.body["state"], undoing.body["state"]) == ("rejected", "rejected")
    assert [entry["amount"] for entry in bank.ledger(CARD)] == ["120.00", "-120.00"]


def test_nothing_is_reversed_that_was_never_booked(bank):
    assert bank.order("undo-0001", {"operation": "reverse", "order": "pay-0001"}).body["state"] == "rejected"


def test_holding_twice_is_harmless_and_tells_the_first_holds_time(bank, time):
    order = {"operation": "hold_account", "token": CARD, "measures": ["hold", "interest"]}
    first = bank.order("hold-0001", order)
    time.now += timedelta(hours=1)
    second = bank.order("hold-0002", order)

    assert (first.body["hold"], first.body["measures"]) == (True, ["hold", "interest"])
    assert second.body["effective_at"] == first.body["effective_at"]
    assert [card["hold"] for card in bank.cards()] == [True]


def test_what_is_held_after_a_restoration_is_held_anew(bank, time):
    first = bank.order("hold-0001", {"operation": "hold_account", "token": CARD})
    bank.order("back-0001", {"operation": "restore_account", "token": CARD})
    time.now += timedelta(hours=1)

    again = bank.order("hold-0002", {"operation": "hold_account", "token": CARD})

    assert again.body["effective_at"] > first.body["effective_at"]
    assert [card["hold"] for card in bank.cards()] == [True]


@pytest.mark.parametrize("measures", [[], ["hold"], ["hold", "interest", "pension"], "hold", [1]])
def test_a_hold_asks_for_measures_the_account_knows(bank, measures):
    reply = bank.order("hold-0001", {"operation": "hold_account", "token": CARD, "measures": measures})

    assert (reply.status, reply.body["state"]) == (400, "rejected")
    assert bank.cards() == []


def test_restoring_takes_the_hold_off_and_gives_interest_and_late_fee_back(bank):
    bank.order("hold-0001", {"operation": "hold_account", "token": CARD})
    lines = [{"kind": "interest", "amount": "12.30"}, {"kind": "penalty", "amount": "20.00"}]

    reply = bank.order("back-0001", {"operation": "restore_account", "token": CARD, "lines": lines})

    assert (reply.body["state"], reply.body["hold"], reply.body["amount"]) == ("booked", False, "32.30")
    assert [card["hold"] for card in bank.cards()] == [False]


def test_an_order_nobody_sent_was_never_heard(bank):
    assert bank.enquire("pay-0001") == (404, {"key": "pay-0001", "state": "never_heard"})


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("", {"operation": "stop_card", "token": CARD}),
        ("short", {"operation": "stop_card", "token": CARD}),
        ("k" * 65, {"operation": "stop_card", "token": CARD}),
        ("key-00001", []),
        ("key-00001", {"operation": ["stop_card"], "token": CARD}),
        ("key-00001", {"operation": "rob_the_bank", "token": CARD}),
        ("key-00001", {"operation": "stop_card"}),
        ("key-00001", {"operation": "stop_card", "token": "6228480402564890018"}),
        ("key-00001", {"operation": "stop_card", "token": "a\0b"}),
        ("key-00001", {"operation": "stop_card", "token": CARD, "note": "\0"}),
        ("key-00001", {"operation": "stop_card", "token": CARD, "note": "\ud800"}),
        ("key-00001", {"operation": "list_transactions", "token": CARD, "since": "yesterday"}),
        ("key-00001", {"operation": "list_transactions", "token": CARD, "since": "2026-11-22T10:00:00"}),
        ("key-00001", {"operation": "credit", "token": CARD, "amount": 12.3}),
        ("key-00001", {"operation": "credit", "token": CARD, "amount": "-12.30"}),
        ("key-00001", {"operation": "credit", "token": CARD, "amount": "1e9"}),
        ("key-00001", {"operation": "credit", "token": CARD, "amount": "12.30", "currency": "yuan"}),
        ("key-00001", {"operation": "credit", "amount": "12.30"}),
        ("key-00001", {"operation": "credit", "token": CARD, "amount": "12.30", "lines": ["all"]}),
        ("key-00001", {"operation": "credit", "token": CARD, "amount": "12.30", "lines": {"kind": "all"}}),
        ("key-00001", {"operation": "reverse"}),
    ],
)
def test_a_malformed_order_is_refused_and_leaves_no_trace(bank, key, body):
    reply = bank.order(key, body)

    assert (reply.status, reply.body["state"]) == (400, "rejected")
    assert bank.orders() == []


def test_every_operation_of_the_agreement_is_there():
    assert set(OPERATIONS) == {
        "stop_card",
        "formal_loss",
        "stop_state",
        "send_sms",
        "release_card",
        "replace_card",
        "list_transactions",
        "credit",
        "hold_account",
        "reverse",
        "restore_account",
    }
