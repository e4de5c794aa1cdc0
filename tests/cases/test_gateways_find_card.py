"""Which card the caller means: asked of the card system, and never a reason to hold up the stop."""

import json
import logging
from uuid import uuid4

import httpx
import pytest

from cases import gateways
from cases.actions.parties import TOKEN
from cases.gateways import provisional
from cases.gateways.http import HttpBank
from cases.gateways.memory import MemoryBank
from sandbox_bank.ledger import Bank
from tests.fixtures.bank import Instruction, bank_server, sandbox_bank, without_waiting

__all__ = ["bank_server", "sandbox_bank", "without_waiting"]
pytestmark = pytest.mark.usefixtures("without_waiting")

DIGITS = {"first_six": "622126", "last_four": "4417"}
CALLER = {**DIGITS, "phone": "14000123456"}


def answering(status=200, body=None, content_type="application/json"):
    """A card system that gives this answer to everything, and the requests it got."""
    asked = []

    def answer(request):
        asked.append(request)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.Response(status, content=content, headers={"Content-Type": content_type})

    return HttpBank("http://card.bank.test", timeout=1, transport=httpx.MockTransport(answer)), asked


def found(**said):
    return {"state": "found", "token": "tok-1", "first6": "622126", "last4": "4417", **said}


# Over a real socket and in memory -------------------------------------------------------------------------------------


def test_a_seeded_card_is_found_by_its_digits(sandbox_bank):
    token = f"tok-{uuid4()}"
    sandbox_bank.call("POST", "/cards", {"token": token, "first6": "621468", "last4": "0193", "transactions": []})

    assert gateways.find_card(first_six="621468", last_four="0193", phone="14000123456") == token


def test_the_token_found_is_the_card_that_is_stopped(sandbox_bank):
    token = gateways.find_card(**CALLER)

    answer = gateways.system("card").send(Instruction("stop_card", {"token": token}))

    assert answer.state == "confirmed"
    [card] = [card for card in sandbox_bank.call("GET", "/cards")[1]["cards"] if card["token"] == token]
    assert (card["first6"], card["last4"], card["state"]) == ("622126", "4417", "stopped")


def test_in_memory_it_finds_what_it_finds_over_a_socket(sandbox_bank):
    over_http = gateways.find_card(**CALLER)

    with Bank() as ledger, gateways.using(card=MemoryBank(ledger)):
        assert gateways.find_card(**CALLER) == over_http


def test_a_card_the_card_system_does_not_know_is_no_card(sandbox_bank):
    sandbox_bank.switch(operation="find_card", reject="no such card")

    assert gateways.find_card(**CALLER) is None


# In doubt the stop goes on --------------------------------------------------------------------------------------------


def test_without_an_interface_the_card_gets_a_provisional_token():
    with gateways.using(card=None):
        token = gateways.find_card(**CALLER)

    assert token is not None
    assert provisional.is_provisional(token)
    assert TOKEN.fullmatch(token)


def test_a_provisional_token_tells_neither_digits_nor_phone():
    token = provisional.token_for(**CALLER)

    assert not any(part in token for part in CALLER.values())


@pytest.mark.parametrize("phone", ["140 0012 3456", "+86 140-0012-3456", "0086 14000123456"])
def test_a_second_call_finds_the_same_provisional_card_however_the_phone_is_written(phone):
    assert provisional.token_for(**DIGITS, phone=phone) == provisional.token_for(**CALLER)


def test_two_customers_with_the_same_ten_digits_have_two_provisional_cards():
    assert provisional.token_for(**DIGITS, phone="14000123457") != provisional.token_for(**CALLER)


def test_a_card_system_that_is_down_does_not_hold_up_the_stop():
    def refuse(request):
        raise httpx.ConnectError("refused")

    with gateways.using(card=HttpBank("http://card.bank.test", timeout=1, transport=httpx.MockTransport(refuse))):
        assert gateways.find_card(**CALLER) == provisional.token_for(**CALLER)


def test_a_card_system_that_hangs_up_does_not_hold_up_the_stop(sandbox_bank):
    sandbox_bank.switch(operation="find_card", silent={"when": "before"})

    assert gateways.find_card(**CALLER) == provisional.token_for(**CALLER)


@pytest.mark.parametrize(
    ("status", "body", "content_type"),
    [
        (500, found(), "application/json"),
        (404, b"<h1>Not Found</h1>", "text/html"),
        (404, {"error": "no such page"}, "application/json"),
        (200, found(), "text/html"),
        (200, found(token="6222021234567890128"), "application/json"),
        (200, found(token=""), "application/json"),
        (200, found(last4="4418"), "application/json"),
        (200, found(state="ambiguous"), "application/json"),
        (200, {"state": "not_found"}, "application/json"),
        (201, found(), "application/json"),
        (302, found(), "application/json"),
        (200, [found()], "application/json"),
        (200, b"{", "application/json"),
    ],
)
def test_what_is_not_exactly_as_agreed_is_a_doubt(status, body, content_type):
    bank, _asked = answering(status, body, content_type)

    with gateways.using(card=bank):
        assert gateways.find_card(**CALLER) == provisional.token_for(**CALLER)


def test_a_card_with_a_provisional_token_is_rejected_and_so_stopped_by_hand(sandbox_bank):
    answer = gateways.system("card").send(Instruction("stop_card", {"token": provisional.token_for(**CALLER)}))

    assert answer.state == "rejected"


# What travels ---------------------------------------------------------------------------------------------------------


def test_nothing_of_the_person_stands_in_the_url():
    bank, asked = answering(body=found())

    assert bank.find_card(**CALLER).token == "tok-1"
    [request] = asked
    assert str(request.url) == "http://card.bank.test/cards/find"
    assert json.loads(request.content) == {"first6": "622126", "last4": "4417", "phone": "14000123456"}


def test_no_answer_is_logged_without_the_person(caplog, sandbox_bank):
    sandbox_bank.switch(operation="find_card", silent={"when": "before"})

    with caplog.at_level(logging.DEBUG):
        gateways.find_card(**CALLER)

    assert "No answer to a search for a card" in caplog.text
    assert not any(part in caplog.text for part in CALLER.values())
