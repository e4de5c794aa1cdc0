"""A bank system knocks: signed or not at all, and whatever it says we ask."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases import gateways
from cases.gateways.memory import MemoryBank
from record import clock
from record.models import Order
from sandbox_bank.ledger import Bank
from tests.cases.stories import Story
from workflows.verbs.orders import deliver_orders

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "a secret of two systems"


@pytest.fixture(autouse=True)
def listening(settings: Any) -> None:
    settings.REDRESS = {**settings.REDRESS, "BANK_PUSH_SECRET": SECRET}


def knock(said: object, *, secret: str = SECRET, signature: str | None = None) -> int:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    signed = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() if signature is None else signature
    headers = {"X-Redress-Signature": signed}
    client = Client(enforce_csrf_checks=True)
    return client.post("/bank/knock/", body, content_type="application/json", headers=headers).status_code


def test_a_stop_that_ended_at_a_counter_is_known_at_once_when_the_card_system_knocks() -> None:
    with Bank(clock=clock.now) as bank, gateways.using(card=MemoryBank(bank), core=None, sms=None):
        story = Story()
        token = story.case.card.token
        bank.order("our-own-stop", {"operation": "stop_card", "token": token})
        story.stopped()
        bank.seed({"token": token, "stop": "lifted"})

        with clock.at(clock.now() + timedelta(seconds=5)):
            assert [knock({"token": token}), knock({"token": token})] == [204, 204]
            assert Order.objects.filter(operation="stop_state").count() == 1, "at most a question a minute"
            deliver_orders()

    assert story.case.controls.get().end == "released"
    assert "control.gone" in story.facts()


def test_a_knock_is_not_believed_the_card_system_is_asked() -> None:
    with Bank(clock=clock.now) as bank, gateways.using(card=MemoryBank(bank), core=None, sms=None):
        story = Story()
        bank.order("our-own-stop", {"operation": "stop_card", "token": story.case.card.token})
        story.stopped()

        with clock.at(clock.now() + timedelta(seconds=5)):
            assert knock({"token": story.case.card.token, "stop": "none"}) == 204
            deliver_orders()

    assert story.case.controls.get().ended_at is None


def test_an_answer_that_is_ready_is_fetched_without_waiting_for_the_next_turn() -> None:
    with Bank(clock=clock.now) as bank, gateways.using(sms=MemoryBank(bank), card=None, core=None):
        bank.switches.set({"operation": "send_sms", "late": {"enquiries": 1}})
        story = Story()
        deliver_orders()
        assert deliver_orders() == 0, "its turn has not come"

        assert knock({"order": str(Order.objects.get().key)}) == 204

        assert deliver_orders() == 1
    assert story.case.texts.get().state == "sent"


def test_unsigned_wrongly_signed_or_too_long_is_turned_away_and_changes_nothing() -> None:
    said = {"token": "tok_1"}

    assert knock(said, signature="") == 403
    assert knock(said, signature="é") == 403
    assert knock(said, secret="another") == 403
    assert knock({"token": "x" * 2000}) == 403
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "said", [b"", b"[]", b"{}", b"7", b'{"order": 7}', b'{"token": 7}', b'{"token": "a b"}', b"[" * 900]
)
def test_what_is_not_as_agreed_is_refused(said: bytes) -> None:
    assert knock(said) == 400


def test_what_we_do_not_know_is_answered_like_what_we_know() -> None:
    assert knock({"token": "tok_nobody"}) == 204
    assert knock({"order": "0b5f6c6e-58a5-4c10-8a64-5d2a44bb7f70"}) == 204


def test_without_a_secret_nobody_is_at_home(settings: Any) -> None:
    settings.REDRESS = {**settings.REDRESS, "BANK_PUSH_SECRET": ""}

    assert knock({"token": "tok_1"}, secret="") == 404


def test_only_a_post_is_heard() -> None:
    assert Client().get("/bank/knock/").status_code == 405
