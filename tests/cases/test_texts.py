"""Texts to the customer: each once, nothing personal on the way, and a call instead when none went."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.roles import Role
from cases import gateways
from cases.actions import control, texts
from cases.errors import CaseError
from cases.gateways.memory import MemoryBank
from cases.models import TextMessage
from knowledge import messages
from knowledge.messages import Template
from record import clock, journal
from record.keys import destroy
from record.models import Order
from sandbox_bank.ledger import Bank
from tests.cases.stories import Story
from workflows.verbs.orders import deliver_orders

pytestmark = pytest.mark.django_db(transaction=True)

PHONE, NAME = "13800138000", "王小明"


@pytest.fixture
def gateway() -> Iterator[Bank]:
    with Bank(clock=clock.now) as bank, gateways.using(sms=MemoryBank(bank), card=None, core=None):
        yield bank


def order_of(story: Story) -> Order:
    return Order.objects.get(subject=story.case.uuid, operation="send_sms")


def by_phone(story: Story, template: str = "registered") -> TextMessage:
    with story.turn() as hand:
        return texts.tell_by_phone(hand, template=template, told_at=hand.now)


def test_the_number_of_the_complaint_goes_out_once_and_is_told_with_its_receipt(gateway: Bank) -> None:
    story = Story()

    deliver_orders()
    deliver_orders()

    (sent,) = gateway.messages()
    assert (sent["phone"], story.case.reference in sent["text"]) == (PHONE, True)
    row = story.case.texts.get()
    assert (row.template, row.state, bool(row.receipt)) == ("registered", "sent", True)
    assert story.facts()[-1] == "text.sent"


def test_nothing_of_the_person_stands_in_the_outbox_the_journal_the_answer_or_the_log(
    gateway: Bank, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    story = Story()

    deliver_orders()

    order = order_of(story)
    told = "".join(journal.entries(story.case.stream).values_list("body", flat=True))
    for secret in (PHONE, NAME, "【"):
        assert secret not in json.dumps([order.payload, order.answer], ensure_ascii=False) + told + caplog.text


def test_that_the_number_was_opened_is_told_with_its_purpose_in_the_access_stream(gateway: Bank) -> None:
    story = Story()
    assert not journal.Entry.objects.filter(kind="text.phone_opened").exists(), "not before it leaves"

    deliver_orders()

    read = journal.Entry.objects.get(kind="text.phone_opened")
    assert read.stream.startswith("access:system:")
    assert (read.data["case"], read.data["purpose"]) == (str(story.case.uuid), "text message to the customer")


def test_a_stopped_card_is_told_with_its_last_four_digits_and_never_twice(gateway: Bank) -> None:
    story = Story()
    story.stopped()
    with story.system() as hand:
        control.loss_reported(hand, receipt="K2", effective_at=hand.now)

    while deliver_orders():
        continue

    texts_sent = [sent["text"] for sent in gateway.messages() if sent["template"] == "card_stopped"]
    assert len(texts_sent) == 1
    assert "1234" in texts_sent[0]
    assert "622126" not in texts_sent[0]


def test_an_unknown_answer_is_asked_about_and_never_sent_again(gateway: Bank) -> None:
    gateway.switches.set({"operation": "send_sms", "silent": {"times": 1, "when": "after"}})
    story = Story()

    deliver_orders()
    assert order_of(story).state == "unknown"
    with _later(minutes=1):
        deliver_orders()

    assert story.case.texts.get().state == "sent"
    assert len(gateway.messages()) == 1


def test_what_the_gateway_never_heard_of_goes_again_unless_somebody_called(gateway: Bank) -> None:
    gateway.switches.set({"operation": "send_sms", "silent": {"times": 1, "when": "before"}})
    called, waiting = Story(), None
    deliver_orders(1)
    assert gateway.messages() == []
    by_phone(called)
    waiting = Story(bank=called.bank)

    with _later(minutes=1):
        while deliver_orders():
            continue

    assert [sent["text"] for sent in gateway.messages() if waiting.case.reference in sent["text"]]
    assert not [sent for sent in gateway.messages() if called.case.reference in sent["text"]]


def test_a_refusal_is_told_and_the_customer_is_called(gateway: Bank) -> None:
    gateway.switches.set({"operation": "send_sms", "reject": "号码停机"})
    story = Story()

    deliver_orders()

    assert story.case.texts.get().state == "rejected"
    by_phone(story)
    row = story.case.texts.get()
    assert (row.state, row.told_by) == ("by_phone", story.who(Role.AGENT))
    with pytest.raises(CaseError):
        by_phone(story)


def test_with_the_gateway_off_nothing_is_ordered_and_the_call_is_recorded_all_the_same() -> None:
    with gateways.using(sms=None, card=None, core=None):
        story = Story()
        story.stopped()

        due = list(texts.moments(story.again(), stopped=True, paid=False))

        assert not story.case.texts.exists()
        assert not Order.objects.filter(system="sms").exists()
        assert due == [Template.REGISTERED, Template.CARD_STOPPED]
        assert by_phone(story, "card_stopped").state == "by_phone"


def test_who_wants_no_texts_gets_none(gateway: Bank) -> None:
    story = Story()
    with story.turn() as hand:
        texts.wants_texts(hand, wanted=False)
    story.stopped()

    while deliver_orders():
        continue

    assert story.again().no_texts_since is not None
    assert "card_stopped" not in {sent["template"] for sent in gateway.messages()}


def test_an_erased_customer_gets_no_text_and_the_order_ends(gateway: Bank) -> None:
    story = Story()
    destroy(story.case.customer.person_key, why="erasure", actor=journal.system("test"))

    deliver_orders()

    assert gateway.messages() == []
    assert order_of(story).state == "rejected"


def test_a_late_answer_after_the_call_changes_nothing(gateway: Bank) -> None:
    gateway.switches.set({"operation": "send_sms", "late": {"enquiries": 1}})
    story = Story()
    deliver_orders()
    by_phone(story)

    with _later(minutes=1):
        deliver_orders()

    assert story.case.texts.get().state == "by_phone"


def test_every_text_stands_in_both_languages_without_sums_names_or_more_of_a_card_than_its_end() -> None:
    given = {"reference": "CF202611270001", "last_four": "4417"}
    assert set(messages.texts()) == set(Template.values)
    for template in Template.values:
        for language in messages.LANGUAGES:
            words = messages.text(template, language, given)
            digits = words.replace(given["reference"], "").replace(given["last_four"], "")
            assert not any(sign.isdigit() for sign in digits), words
            assert len(words) <= 200


def _later(**by: Any) -> Any:
    return clock.at(clock.now() + timedelta(**by))
