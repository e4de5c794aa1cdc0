"""Loss reports outside the steps: older ones taken over, made formal before they lapse, lapsed unasked."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from accounts.roles import Role
from cases import rules
from cases.actions import closing, control, loss_reports
from cases.actions.turn import turn
from cases.errors import CaseError, NotAllowed
from cases.models import CardControl, Deadline
from knowledge import limits
from record import clock
from tests.cases.stories import Story

pytestmark = pytest.mark.django_db

LEAD, FRAUD = Role.SUPERVISOR, Role.FRAUD


@pytest.fixture
def story() -> Story:
    return Story()


def takes_over(story: Story, **changes: Any) -> CardControl:
    said: dict[str, Any] = {
        "kind": "oral_loss",
        "source": "app",
        "receipt": "APP-1",
        "effective_at": story.case.received_at - timedelta(hours=3),
    }
    with story.turn() as hand:
        return loss_reports.take_over_control(hand, **{**said, **changes})


def converts(story: Story, to: str = "formal", receipt: str = "F-1") -> CardControl:
    with story.turn(LEAD) as hand:
        return loss_reports.convert_control(hand, to=to, receipt=receipt, happened_at=hand.now)


def lapses(story: Story, **changes: Any) -> CardControl:
    said: dict[str, Any] = {"found": story.case.controls.get(), "ended_at": clock.now(), "proof": "ENQ-1"}
    with story.turn(LEAD) as hand:
        return loss_reports.control_lapsed(hand, **{**said, **changes})


def limit_of(stop: CardControl) -> Deadline:
    return Deadline.objects.get(subject=stop.uuid)


# a lapse date and a limit ---------------------------------------------------------------------------------------------


def test_a_temporary_loss_report_has_its_lapse_date_and_a_limit_before_it(story: Story) -> None:
    story.stopped()
    stop = story.case.controls.get()
    assert stop.lapses_at is not None
    assert timedelta(days=3) < stop.lapses_at - stop.effective_at <= timedelta(days=4), "24:00 of the third day"
    limit = limit_of(stop)
    assert (limit.key, limit.due_at, limit.ended_at) == (limits.ORAL_LOSS, stop.lapses_at, None)
    assert limit.reminder_at is not None
    assert limit.reminder_at < stop.lapses_at


def test_the_limit_runs_on_when_the_complaint_is_withdrawn(story: Story) -> None:
    story.stopped()
    with story.turn() as hand:
        closing.withdraw(hand, reason="已核实", means="REC-7")
    running = Deadline.objects.filter(case=story.case, ended_at=None)
    assert [limit.subject for limit in running] == [story.case.controls.get().uuid]


def test_the_limit_ends_with_the_stop(story: Story) -> None:
    story.stopped()
    with story.turn() as hand:
        control.choose_card_end(hand, end="replaced", reason="")
        control.card_ended(hand, receipt="K9", ended_at=hand.now)
    assert limit_of(story.case.controls.get()).outcome == Deadline.Outcome.MET


# taken over -----------------------------------------------------------------------------------------------------------


def test_an_older_loss_report_is_taken_over_with_its_own_effective_time(story: Story) -> None:
    stop = takes_over(story)
    assert stop.effective_at == story.case.received_at - timedelta(hours=3)
    assert (stop.source, stop.by_hand, stop.typed_by) == ("app", True, story.who(Role.AGENT))
    assert story.fact("control.taken_over").happened_at == stop.effective_at
    assert rules.is_card_stopped(story.case)


def test_it_takes_the_place_of_a_younger_stop_and_its_lapse_counts_from_its_own_time(story: Story) -> None:
    story.stopped()
    stop = takes_over(story, source="risk_engine", lapses_at=clock.now() + timedelta(days=1))
    assert (story.case.controls.get(), stop.ordered_by) == (stop, "bank")
    running = Deadline.objects.get(case=story.case, ended_at=None, subject=stop.uuid)
    assert running.due_at == stop.lapses_at


def test_the_answer_to_our_own_order_does_not_make_it_younger(story: Story) -> None:
    stop = takes_over(story)
    story.stopped()
    assert story.case.controls.get().effective_at == stop.effective_at
    assert story.facts()[-1] == "control.repeated"


def test_a_younger_report_takes_no_place(story: Story) -> None:
    story.stopped()
    with pytest.raises(CaseError) as refused:
        takes_over(story, effective_at=clock.now())
    assert refused.value.field == "effective_at"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "payee_stop"}, "kind"),
        ({"source": "rumour"}, "source"),
        ({"kind": "formal_loss", "source": "risk_engine"}, "source"),
        ({"receipt": " "}, "receipt"),
    ],
)
def test_what_is_no_older_loss_report_is_refused(story: Story, changes: dict[str, str], field: str) -> None:
    with pytest.raises(CaseError) as refused:
        takes_over(story, **changes)
    assert refused.value.field == field
    assert not story.case.controls.exists()


def test_one_that_has_lapsed_by_now_stops_nothing(story: Story) -> None:
    with pytest.raises(CaseError) as refused:
        takes_over(story, effective_at=clock.now() - timedelta(days=9))
    assert refused.value.field == "lapses_at"


# converted ------------------------------------------------------------------------------------------------------------


def test_made_formal_it_lapses_no_more_and_the_card_stays_stopped(story: Story) -> None:
    story.stopped()
    formal = converts(story)
    oral = story.case.controls.get(kind="oral_loss")
    assert (oral.end, oral.ended_at, formal.follows) == ("converted", formal.effective_at, oral)
    assert formal.lapses_at is None
    assert rules.is_card_stopped(story.case)


def test_its_limit_ends_only_when_a_second_person_has_looked(story: Story) -> None:
    story.stopped()
    formal = converts(story)
    oral = story.case.controls.get(kind="oral_loss")
    assert limit_of(oral).ended_at is None
    with pytest.raises(NotAllowed), story.turn(LEAD) as hand:
        loss_reports.see_control(hand, found=formal)

    with story.turn(FRAUD) as hand:
        loss_reports.see_control(hand, found=formal)

    assert limit_of(oral).outcome == Deadline.Outcome.MET
    with pytest.raises(CaseError), story.turn(FRAUD) as hand:
        loss_reports.see_control(hand, found=formal)


def test_whoever_he_stands_in_for_is_no_second_person(story: Story) -> None:
    story.stopped()
    formal = converts(story)
    for_him = turn(story.case, user=story.who(FRAUD), role=FRAUD, for_whom=story.who(LEAD))
    with pytest.raises(NotAllowed), for_him as hand:
        loss_reports.see_control(hand, found=formal)


def test_the_database_itself_wants_another_person(story: Story) -> None:
    story.stopped()
    formal = converts(story)
    formal.seen_by = formal.typed_by
    with pytest.raises(IntegrityError):
        formal.save()


def test_a_card_replaced_at_once_is_not_stopped_any_more(story: Story) -> None:
    story.stopped()
    stop = converts(story, to="replaced")
    assert (stop.end, stop.end_receipt) == ("replaced", "F-1")
    assert not rules.is_card_stopped(story.case)
    assert "unseen" in {point.code for point in closing.open_points(story.case)}


def test_when_the_decision_is_told_the_card_is_replaced_in_its_own_step(story: Story) -> None:
    story.stopped()
    story.told("100.00")
    with pytest.raises(CaseError):
        converts(story, to="replaced")
    assert converts(story).kind == "formal_loss"


def test_a_formal_report_is_not_made_formal_again(story: Story) -> None:
    story.stopped()
    converts(story)
    with pytest.raises(CaseError):
        converts(story, receipt="F-2")


def test_a_formal_report_ends_with_its_card(story: Story) -> None:
    story.stopped()
    converts(story)
    with story.turn() as hand:
        control.choose_card_end(hand, end="replaced", reason="")
        control.card_ended(hand, receipt="K9", ended_at=hand.now)
    assert not rules.is_card_stopped(story.case)
    assert not Deadline.objects.filter(subject__in=story.case.controls.values("uuid"), ended_at=None).exists()


# lapsed ---------------------------------------------------------------------------------------------------------------


def test_one_that_lapsed_unasked_says_so_and_the_card_counts_as_not_stopped(story: Story) -> None:
    story.stopped()
    stop = lapses(story)
    assert (stop.end, rules.is_card_stopped(story.case)) == ("lapsed", False)
    assert limit_of(stop).outcome == Deadline.Outcome.MISSED
    assert story.fact("control.lapsed").data["proof"] == "ENQ-1"


def test_the_system_may_tell_it_too(story: Story) -> None:
    story.stopped()
    with story.system() as hand:
        loss_reports.control_lapsed(hand, found=story.case.controls.get(), ended_at=hand.now)
    assert story.case.controls.get().end == "lapsed"


def test_typed_it_needs_the_number_of_the_enquiry_and_happens_once(story: Story) -> None:
    story.stopped()
    with pytest.raises(CaseError) as refused:
        lapses(story, proof="")
    assert refused.value.field == "proof"
    lapses(story)
    with pytest.raises(CaseError):
        lapses(story)


def test_after_a_lapse_the_loss_is_reported_anew(story: Story) -> None:
    story.stopped()
    lapses(story)
    with story.turn() as hand:
        control.loss_reported(hand, receipt="K2", effective_at=hand.now, by_hand=True)
    assert rules.is_card_stopped(story.case)


def test_a_card_whose_stop_lapsed_is_replaced_all_the_same(story: Story) -> None:
    story.stopped()
    lapses(story)
    new = {"token": "tok_new", "first6": "622126", "last4": "8888"}
    with story.turn() as hand:
        control.choose_card_end(hand, end="replaced", reason="")
        control.card_ended(hand, receipt="K9", ended_at=hand.now, new_card=new)
        control.card_ended(hand, receipt="K9", ended_at=hand.now, new_card=new)
    stop = story.case.controls.get()
    assert (stop.end, stop.end_receipt, stop.card.replaced_by.token) == ("lapsed", "K9", "tok_new")
    assert story.facts()[-1] == "control.end_repeated"


def test_a_stop_of_another_complaint_is_not_touched(story: Story) -> None:
    story.stopped()
    other = Story(bank=story.bank)
    with pytest.raises(CaseError), other.turn(LEAD) as hand:
        loss_reports.control_lapsed(hand, found=story.case.controls.get(), ended_at=hand.now, proof="ENQ-1")
