"""Any digits have a card in the sandbox bank, always the same one."""

import pytest


def find(bank, first6="622126", last4="4417"):
    status, body = bank.find({"first6": first6, "last4": last4})
    assert status == 200
    return body


def test_unknown_digits_get_a_card_with_a_life(bank):
    card = find(bank)

    assert (card["state"], card["first6"], card["last4"]) == ("found", "622126", "4417")
    listed = bank.order("order-0001", {"operation": "list_transactions", "token": card["token"]})
    assert len(listed.body["transactions"]) > 14


def test_the_same_digits_are_the_same_card(bank):
    assert find(bank) == find(bank)
    assert find(bank)["token"] != find(bank, last4="4418")["token"]


def test_a_seeded_card_comes_first(bank):
    bank.seed({"token": "tok-seeded", "first6": "622126", "last4": "4417", "transactions": []})

    assert find(bank)["token"] == "tok-seeded"


def test_the_digits_of_a_replaced_card_are_free_again(bank):
    before = find(bank)["token"]
    bank.order("order-0001", {"operation": "replace_card", "token": before})

    after = find(bank)["token"]

    assert after != before
    assert bank.order("order-0002", {"operation": "stop_card", "token": after}).body["state"] == "booked"


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"first6": "622126"}, {"first6": 622126, "last4": "4417"}, {"first6": "62212", "last4": "4417"}],
)
def test_what_is_no_search_is_refused(bank, body):
    assert bank.find(body).status == 400


def test_a_token_a_desk_made_up_is_refused(bank):
    reply = bank.order("order-0001", {"operation": "stop_card", "token": "manual-0123"})

    assert reply.body["state"] == "rejected"
    assert bank.cards() == []
