"""A card-fraud complaint from the call to the money back on the account."""

from datetime import UTC, datetime

import pytest

from cases.models import Case, MoneyEntry
from record import clock, journal
from tests.journey import Journey, Staff
from tests.workflows import roads
from workflows import verbs

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def staff() -> Staff:
    return Staff.hired()


def test_from_the_call_to_the_archive(staff):
    """Every step by its own post; the money arrives once; the chain verifies."""
    with clock.at(NOON) as time:
        journey = Journey.begin(staff)
        assert journey.waiting == {"stop_loss"}
        journey.does("stop_loss", staff.agent, caller_check="REC-1")
        assert journey.ordered == {"order_stop"}
        journey.bank_answers()
        assert journey.again().controls.get().effective_at == NOON
        journey.bank_answers()
        protecting = {"stop_collection", "mark_credit_record"}
        assert (journey.waiting, journey.beside) == (
            {"trace"},
            {"check_real_card", "keep_evidence", "first_contact", "stop_companions", *protecting},
        )
        for step in protecting:
            roads.does(journey, step)
        journey.does("trace", staff.fraud, **journey.disputes())
        disputed = journey.again().disputed_total
        assert disputed is not None
        assert disputed > 0
        assert (journey.waiting, journey.gathering) == (set(), {"ready_to_decide", "whole"})
        roads.does(journey, "check_real_card")
        roads.does(journey, "keep_evidence")
        assert (journey.waiting, journey.beside) == ({"decide"}, {"first_contact", "stop_companions"})
        journey.does("decide", staff.liability, **journey.bank_bears_all())
        journey.does("propose", staff.consumer_protection, **journey.principal())
        assert journey.waiting == {"approve"}
        verbs.approve(journey.task("approve").uuid, user=staff.outlet_head)
        time.advance(hours=1)
        journey.does("draft_letter", staff.consumer_protection, **journey.drafting())
        assert journey.waiting == {"tell"}
        journey.does("tell", staff.consumer_protection, **journey.telling())
        assert journey.again().state == Case.State.TOLD
        assert journey.waiting == {"pay", "end_card"}
        journey.does("pay", staff.accounts_maker, account_checked="on")
        journey.does("check_payment", staff.accounts_checker, total=str(disputed))
        assert journey.ordered == {"order_credit"}
        journey.bank_answers()
        assert [line.state for line in journey.case.money.all()] == [MoneyEntry.State.BOOKED]
        journey.bank_answers()
        journey.does("end_card", staff.agent, end="replaced", reason="卡片信息已泄露")
        journey.bank_answers()
        assert (journey.waiting, journey.gathering) == (set(), {"whole"})
        ending = {"end_collection", "end_credit_mark", "correct_credit_record", "judge_risk"}
        assert journey.beside == {"first_contact", "stop_companions", *ending}
        for step in sorted(journey.beside):
            roads.does(journey, step)
        assert journey.waiting == {"close"}
        roads.does(journey, "close")
        assert journey.again().state == Case.State.DONE
        roads.does(journey, "call_back")
        journey.does("archive", staff.consumer_protection, index="2026-17, 12 页")
        assert journey.again().state == Case.State.ARCHIVED
        assert journey.waiting == journey.ordered == set()
    assert journey.credited() == [disputed]
    assert journal.verify(journey.case.stream) is None
