"""The board on the way: what is proved when the decision comes, which ground it opens, and what the letter says."""

import pytest

from accounts.roles import Role
from cases import burden_words as words
from cases.actions import burden, transactions
from cases.actions.turn import turn
from cases.burden import Standing
from cases.errors import CaseError, NotAllowed
from cases.models import BurdenFinding
from record import clock
from tests.journey import Journey
from tests.workflows.roads import does, last_fact, limit_passes, to_the_end, until, whole
from workflows.forms.lettering import DraftForm
from workflows.verbs import casework

pytestmark = pytest.mark.django_db


def disputed_abroad(journey: Journey) -> None:
    """The list shows a withdrawal at a cash machine in Thailand, an hour before the call."""
    with turn(journey.case, cause="test") as hand:
        transactions.transactions_listed(hand, rows=[ABROAD | {"booked_at": clock.now().isoformat()}])
    journey.again()
    row = journey.case.transactions.get(bank_id="T-ABROAD")
    does(journey, "trace", **{f"type_{row.uuid.hex}": "counterfeit"})


ABROAD = {
    "id": "T-ABROAD",
    "amount": "4200.00",
    "billed_amount": "4200.00",
    "currency": "CNY",
    "billed_currency": "CNY",
    "merchant": "ATM BANGKOK",
    "channel": "atm",
    "entry_mode": "magstripe",
    "country": "TH",
    "verification": "pin",
}


@pytest.fixture
def called(staff) -> Journey:
    """The call is over, the card is stopped and its transactions are listed."""
    journey = Journey.begin(staff)
    does(journey, "stop_loss")
    journey.bank_answers()
    journey.again()
    answers: dict[str, str] = {}
    for item in journey.case.evidence_items.open():
        key = item.uuid.hex
        answers |= {f"became_{key}": "none", f"answered_by_{key}": "罗琳", f"reason_{key}": "系统不产生该记录"}
    return journey.does("keep_evidence", staff.fraud, **answers)


def standing(journey: Journey, ground: str) -> Standing | None:
    (grid,) = burden.grids(journey.case)
    return grid.standing(ground)


def silent(journey: Journey, ground: str) -> dict[str, str]:
    """The decision without a written reason."""
    answers = journey.bank_bears_all(ground)
    return {name: "" if name.startswith("reason_") else value for name, value in answers.items()}


def real_card_words(journey: Journey) -> str:
    """What the board says of the real card against the first disputed transaction: both places, both times."""
    grid, facts = burden.grids(journey.again())[0], burden.facts(journey.case)
    cell = next(cell for cell in grid.cells if cell.element == "real_card")
    return words.why(cell, grid.transaction, facts)


def decides(journey: Journey, **answers: str) -> Journey:
    return journey.does("decide", journey.staff.liability, **answers)


def test_a_real_card_in_shanghai_and_a_cash_machine_abroad_are_decided_on_l1_without_a_word(called):
    does(called, "check_real_card")
    disputed_abroad(called)

    assert standing(called, "L1") is Standing.SUPPORTED
    assert "二者相隔" in real_card_words(called)
    decides(called, **silent(called, "L1"))

    assert last_fact(called, "liability.decided").data["board"] == "supported"
    whole(to_the_end(called))


def test_without_a_real_card_check_l1_needs_a_word_and_l4_is_the_consequence(called, time):
    disputed_abroad(called)
    limit_passes(called, "ready_to_decide", time)

    assert standing(called, "L4") is Standing.SUPPORTED
    with pytest.raises(CaseError) as refused:
        decides(called, **silent(called, "L1"))
    assert "真卡核验" in str(refused.value)
    decides(called, **called.bank_bears_all("L4"))

    assert last_fact(called, "liability.decided").data["board"] == "supported"


def test_a_card_that_is_gone_is_decided_on_l9(called):
    does(called, "check_real_card", finding="gone", means="", country="", place="", proof="")
    does(called, "trace", **called.disputes(type="lost_card"))

    assert standing(called, "L9") is Standing.SUPPORTED
    decides(called, **silent(called, "L9"))


def test_the_tracer_finds_what_the_logs_show_and_somebody_with_an_interest_does_not(called, staff):
    does(called, "check_real_card")
    disputed_abroad(called)
    row = called.case.transactions.disputed().get()
    said = {"transaction": row.uuid, "element": "own", "finding": "not_proved", "reason": "录像为陌生人。"}

    casework.find_burden(called.case, user=staff.fraud, **said, found_at=clock.now())
    with pytest.raises(NotAllowed):
        casework.find_burden(called.case, user=staff.agent, **said, found_at=clock.now())
    casework.declare_interest(called.case, user=staff.liability, why="亲属")
    with pytest.raises(NotAllowed):
        casework.find_burden(called.case, user=staff.liability, **said, found_at=clock.now())

    assert BurdenFinding.objects.count() == 1
    assert last_fact(called, "burden.not_proved").actor_role == Role.FRAUD


def test_the_letter_begins_as_the_board_says_it_and_may_be_written_otherwise(called, staff):
    does(called, "check_real_card")
    disputed_abroad(called)
    decides(called, **silent(called, "L1"))
    until(called, "draft_letter")

    form = DraftForm(case=called.again(), task=called.task("draft_letter"))

    assert "泰国" in form.fields["findings"].initial
    assert "第七条" not in form.fields["findings"].initial
    assert "7.1" in form.fields["reasons"].initial
    begun = {name: form.fields[name].initial for name in ("findings", "reasons")}
    does(called, "draft_letter", **begun)
    letter = called.again().letter
    assert letter.reveal("findings", purpose="test") == begun["findings"]
