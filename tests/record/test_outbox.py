"""Orders to the bank: each is taken by one worker at a time, answered once, and asked about before it is sent again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from record import clock, outbox
from record.journal import JournalError
from record.models import Order

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=1)


def placed(**values) -> Order:
    usual = {"key": uuid4(), "system": "card", "operation": "stop", "payload": {"token": "t1"}, "subject": uuid4()}
    return outbox.place(**(usual | values))


@pytest.fixture
def hand():
    with clock.at(NOON) as hand:
        yield hand


@pytest.mark.django_db
class TestPlacing:
    def test_it_waits_to_be_sent(self, hand):
        order = Order.objects.get(pk=placed(task=uuid4()).pk)

        assert (order.state, order.attempts, order.placed_at, order.sent_at) == ("new", 0, NOON, None)

    def test_a_key_is_used_once(self, hand):
        order = placed()
        with pytest.raises(IntegrityError), transaction.atomic():
            placed(key=order.key)

    @pytest.mark.parametrize("payload", [{"amount": 12.3}, {"token": "\0"}])
    def test_a_payload_holds_what_a_body_holds(self, payload):
        with pytest.raises(JournalError):
            placed(payload=payload)

    def test_a_system_we_do_not_have_is_refused(self):
        with pytest.raises(ValueError, match="fax"):
            placed(system="fax")


@pytest.mark.django_db
class TestClaiming:
    def test_a_new_order_counts_as_sent_from_here_on(self, hand):
        placed()
        (order,) = outbox.claim(10, LEASE)

        assert (order.state, order.attempts, order.sent_at) == ("sent", 1, NOON)
        assert Order.objects.get().claimed_until == NOON + LEASE

    def test_what_is_claimed_is_not_claimed_again(self, hand):
        placed()
        outbox.claim(10, LEASE)

        hand.advance(seconds=59)
        assert outbox.claim(10, LEASE) == []

    def test_the_order_of_a_worker_that_was_killed_comes_back_unknown(self, hand):
        placed()
        outbox.claim(10, LEASE)
        hand.advance(minutes=1)

        (order,) = outbox.claim(10, LEASE)

        assert (order.state, order.attempts, order.sent_at) == ("unknown", 2, NOON)

    def test_an_unknown_order_stays_unknown_until_answered(self, hand):
        placed()
        for _ in range(3):
            (order,) = outbox.claim(10, LEASE)
            hand.advance(minutes=1)

        assert order.state == "unknown"

    def test_the_oldest_come_first_and_no_more_than_asked_for(self, hand):
        first, second, _third = placed(), placed(), placed()

        assert outbox.claim(2, LEASE) == [first, second]

    def test_a_postponed_order_waits(self, hand):
        placed()
        (order,) = outbox.claim(10, LEASE)
        assert outbox.postpone(order, NOON + timedelta(minutes=10)) is True
        assert order.state == "unknown"

        hand.advance(minutes=9)
        assert outbox.claim(10, LEASE) == []
        hand.advance(minutes=1)
        assert outbox.claim(10, LEASE) == [order]

    def test_answered_and_void_orders_are_left_alone(self, hand):
        done, void = placed(), placed()
        outbox.answered(done, state="confirmed", answer={})
        outbox.void(void, "interface off")
        hand.advance(days=1)

        assert outbox.claim(10, LEASE) == []


@pytest.mark.django_db
class TestAnswering:
    @pytest.mark.parametrize("state", ["confirmed", "rejected"])
    def test_the_first_answer_counts_and_the_second_is_told(self, hand, state):
        order = placed()
        outbox.claim(10, LEASE)

        assert outbox.answered(order, state=state, answer={"reference": "B7"}) is True
        assert outbox.answered(order, state="confirmed", answer={"reference": "B8"}) is False
        assert (order.state, order.answer, order.answered_at) == (state, {"reference": "B7"}, NOON)
        assert order.claimed_until is None

    def test_a_late_answer_to_a_void_order_is_told_as_such(self, hand):
        order = placed()
        outbox.void(order, "paid by hand")

        assert outbox.answered(order, state="confirmed", answer={}) is False
        assert order.state == "void"

    def test_an_answer_after_the_lease_counts(self, hand):
        placed()
        (order,) = outbox.claim(10, LEASE)
        hand.advance(hours=1)
        outbox.claim(10, LEASE)

        assert outbox.answered(order, state="confirmed", answer={}) is True

    @pytest.mark.parametrize("state", ["sent", "unknown", "void", "new", "lost"])
    def test_nothing_else_is_an_answer(self, hand, state):
        with pytest.raises(ValueError, match="no answer"):
            outbox.answered(placed(), state=state, answer={})


@pytest.mark.django_db
class TestHoldingOn:
    def test_the_worker_that_holds_it_may_send_again(self, hand):
        placed()
        (order,) = outbox.claim(10, LEASE)
        hand.advance(seconds=30)

        assert outbox.extend(order, LEASE) is True
        assert order.claimed_until == NOON + timedelta(seconds=90)
        assert outbox.extend(order, LEASE) is True

    def test_a_worker_that_lost_it_may_not(self, hand):
        placed()
        (order,) = outbox.claim(10, LEASE)
        hand.advance(minutes=1)
        assert outbox.extend(order, LEASE) is False

        (again,) = outbox.claim(10, LEASE)
        order.claimed_until = again.claimed_until
        order.attempts = 1
        assert outbox.extend(order, LEASE) is False
        assert outbox.postpone(Order(pk=order.pk, attempts=1), NOON) is False
        assert outbox.extend(again, LEASE) is True

    def test_nor_one_whose_order_was_answered(self, hand):
        placed()
        (order,) = outbox.claim(10, LEASE)
        outbox.answered(Order.objects.get(), state="confirmed", answer={})

        assert outbox.extend(order, LEASE) is False
        assert outbox.postpone(order, NOON) is False


@pytest.mark.django_db
class TestVoiding:
    def test_an_order_never_sent_may_be_void(self, hand):
        order = placed()

        assert outbox.void(order, "interface off") is True
        assert (order.state, order.why_void) == ("void", "interface off")

    def test_a_rejected_or_unknown_one_as_well(self, hand):
        rejected, unknown = placed(), placed()
        outbox.claim(10, LEASE)
        outbox.answered(rejected, state="rejected", answer={"reason": "closed"})
        hand.advance(minutes=1)

        assert outbox.void(rejected, "by hand") is True
        assert outbox.void(unknown, "core says: not booked") is True
        assert rejected.answer == {"reason": "closed"}

    def test_one_that_a_worker_holds_is_not(self, hand):
        """He may be about to send it again: the money would go twice."""
        order = placed()
        outbox.claim(10, LEASE)

        assert outbox.void(order, "by hand") is False
        assert order.state == "sent"

    def test_a_confirmed_one_is_not(self, hand):
        order = placed()
        outbox.answered(order, state="confirmed", answer={})

        assert outbox.void(order, "by hand") is False
        assert order.state == "confirmed"


@pytest.mark.django_db(transaction=True)
class TestSeveralWorkers:
    WORKERS = 6

    def at_once(self, work):
        start = Barrier(self.WORKERS)

        def worker(_: int):
            try:
                start.wait(timeout=30)
                return work()
            finally:
                connection.close()

        with ThreadPoolExecutor(self.WORKERS) as pool:
            return list(pool.map(worker, range(self.WORKERS)))

    def test_no_order_is_taken_twice(self):
        orders = [placed() for _ in range(50)]

        def take() -> list[int]:
            mine: list[int] = []
            while batch := outbox.claim(3, LEASE):
                mine += [order.pk for order in batch]
            return mine

        taken = [pk for mine in self.at_once(take) for pk in mine]

        assert sorted(taken) == [order.pk for order in orders]

    def test_of_answers_that_come_together_one_counts(self):
        order = placed()

        def answer() -> bool:
            return outbox.answered(Order.objects.get(pk=order.pk), state="confirmed", answer={})

        assert sorted(self.at_once(answer)) == [False] * (self.WORKERS - 1) + [True]

    def test_a_claim_inside_a_transaction_is_refused(self):
        with pytest.raises(RuntimeError), transaction.atomic():
            outbox.claim(1, LEASE)
