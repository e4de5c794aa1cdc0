"""Stops that others ordered: at most twice 48 hours for a payee, no end but by paper, and longer than the case."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from accounts.roles import Role
from cases import rules
from cases.actions import closing, loss_reports, official
from cases.errors import CaseError
from cases.models import CardControl, Deadline
from record import clock
from tests.cases.stories import Story, finals

pytestmark = pytest.mark.django_db

PAYEE = "6217******0419"


@pytest.fixture
def story() -> Story:
    return Story()


def ordered(story: Story, kind: str = "payee_stop", **changes: Any) -> CardControl:
    by = {"payee_stop": "police", "judicial_freeze": "court", "account_control": "bank"}
    said: dict[str, Any] = {
        "kind": kind,
        "ordered_by": by.get(kind, "customer"),
        "document": "沪公（网）止付〔2026〕17号",
        "receipt": "ZF-1",
        "effective_at": clock.now(),
        "account": PAYEE if kind == "payee_stop" else "",
    }
    with story.turn(Role.FRAUD) as hand:
        return official.add_control(hand, **{**said, **changes})


def lifted(story: Story, stop: CardControl, **changes: Any) -> CardControl:
    said: dict[str, Any] = {"found": stop, "document": "（2026）沪01解冻3号", "ended_at": clock.now()}
    with story.turn(Role.FRAUD) as hand:
        return official.end_control(hand, **{**said, **changes})


def test_an_emergency_stop_lasts_48_hours_on_the_payees_account_and_never_on_the_card(story: Story) -> None:
    stop = ordered(story)
    assert (stop.card, stop.account, stop.round) == (None, PAYEE, 1)
    assert stop.lapses_at == stop.effective_at + timedelta(hours=48)
    assert Deadline.objects.get(subject=stop.uuid).due_at == stop.lapses_at
    assert not rules.is_card_stopped(story.case)
    with pytest.raises(CaseError) as refused:
        ordered(story, account="")
    assert refused.value.field == "account"


def test_the_second_ends_the_first_and_there_is_no_third(story: Story) -> None:
    first = ordered(story)
    second = ordered(story)
    first.refresh_from_db()
    assert (first.end, second.follows, second.round) == ("renewed", first, 2)
    with pytest.raises(CaseError, match="两次"):
        ordered(story)
    assert ordered(story, account="6228******7766").round == 1, "another account is counted by itself"


def test_blanks_do_not_make_another_account(story: Story) -> None:
    ordered(story)
    assert ordered(story, account="6217 ****** 0419").round == 2


@pytest.mark.parametrize("account", ["6217001234567890419", "62170012345", "6217 0012 3456 7890 419"])
def test_an_account_is_never_named_by_its_number(story: Story, account: str) -> None:
    with pytest.raises(CaseError) as refused:
        ordered(story, account=account)
    assert refused.value.field == "account"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "oral_loss"}, "ordered_by"),
        ({"ordered_by": "customer"}, "ordered_by"),
        ({"kind": "account_control", "ordered_by": "police"}, "ordered_by"),
        ({"kind": "judicial_freeze", "ordered_by": "bank"}, "ordered_by"),
        ({"document": ""}, "document"),
        ({"receipt": ""}, "receipt"),
        ({"effective_at": clock.now() + timedelta(days=400)}, "effective_at"),
        ({"lapses_at": clock.now() + timedelta(days=20)}, "lapses_at"),
        ({"lapses_at": clock.now() - timedelta(days=20)}, "lapses_at"),
    ],
)
def test_what_nobody_can_order_is_refused(story: Story, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(CaseError) as refused:
        ordered(story, **changes)
    assert refused.value.field == field
    assert not story.case.controls.exists()


def test_the_number_of_the_paper_is_sealed(story: Story) -> None:
    stop = ordered(story)
    stop.refresh_from_db()
    assert "17号" not in str(bytes(stop.document or b""))
    assert "17号" in stop.reveal("document", purpose="test")
    assert "17号" not in story.fact("control.payee_stopped").body


def test_a_judicial_freeze_on_the_card_stands_beside_the_loss_report(story: Story) -> None:
    story.stopped()
    freeze = ordered(story, "judicial_freeze")
    assert (freeze.card, freeze.lapses_at) == (story.case.card, None)
    assert not Deadline.objects.filter(subject=freeze.uuid).exists()
    assert story.case.controls.running().count() == 2


def test_a_judicial_freeze_outlives_completion_and_archive_and_ends_by_its_own_paper(story: Story) -> None:
    freeze = ordered(story, "judicial_freeze", account=PAYEE)
    story.whole("100.00")
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        closing.close(hand, **finals())
        closing.archive(hand, index="2026-17")
    assert story.case.controls.running().get() == freeze

    ended = lifted(story, freeze)

    assert (ended.end, ended.reveal("end_document", purpose="test")) == ("lifted", "（2026）沪01解冻3号")
    with pytest.raises(CaseError):
        lifted(story, freeze)


def test_a_loss_report_is_not_lifted_by_paper(story: Story) -> None:
    story.stopped()
    with pytest.raises(CaseError):
        lifted(story, story.case.controls.get())


def test_an_emergency_stop_is_not_lifted_after_it_lapsed_but_lapsed_by_law(story: Story) -> None:
    stop = ordered(story, effective_at=clock.now() - timedelta(hours=60))
    with pytest.raises(CaseError) as refused:
        lifted(story, stop)
    assert refused.value.field == "ended_at"
    with story.turn(Role.FRAUD) as hand:
        lapsed = loss_reports.control_lapsed(hand, found=stop, ended_at=hand.now, proof="ENQ-2")
    assert lapsed.ended_at == stop.lapses_at
    assert story.facts()[-1] == "control.payee_lapsed"


MOMENTS = st.lists(
    st.tuples(st.sampled_from(["order", "lift", "lapse"]), st.integers(0, 10_000), st.integers(0, 4_000)), max_size=7
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOMENTS)
def test_whatever_is_typed_in_whatever_order_a_payee_is_stopped_at_most_twice_and_96_hours(
    story: Story, moments: list[tuple[str, int, int]]
) -> None:
    """Minutes ago, and how long it is said to last: what the verbs let through keeps the law."""
    with transaction.atomic():
        for act, minutes, lasting in moments:
            at = clock.now() - timedelta(minutes=minutes)
            last = story.case.controls.order_by("-round").first()
            try:
                if act == "order":
                    ordered(story, effective_at=at, lapses_at=at + timedelta(minutes=lasting) if lasting else None)
                elif last is not None and act == "lift":
                    lifted(story, last, ended_at=at)
                elif last is not None:
                    with story.turn(Role.FRAUD) as hand:
                        loss_reports.control_lapsed(hand, found=last, ended_at=at, proof="ENQ")
            except CaseError:
                continue
        stops = list(story.case.controls.all())
        transaction.set_rollback(True)
    assert len(stops) <= 2
    stopped = sum(((stop.ended_at or stop.lapses_at) - stop.effective_at for stop in stops), timedelta())
    assert stopped <= timedelta(hours=96)
    assert all(stop.lapses_at <= stop.effective_at + timedelta(hours=48) for stop in stops)


# PostgreSQL itself ----------------------------------------------------------------------------------------------------


def plain(story: Story, **changes: Any) -> CardControl:
    now = clock.now()
    values: dict[str, Any] = {
        "case": story.case,
        "kind": "payee_stop",
        "ordered_by": "police",
        "account": PAYEE,
        "receipt": "ZF",
        "effective_at": now,
        "lapses_at": now + timedelta(hours=48),
        "round": 1,
    }
    return CardControl(**{**values, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"lapses_at": None},
        {"lapses_at": clock.now() + timedelta(hours=49)},
        {"round": 3},
        {"round": 2},
        {"round": None},
        {"ordered_by": "customer"},
        {"account": ""},
        {"kind": "oral_loss", "ordered_by": "customer"},
        {"kind": "judicial_freeze", "ordered_by": "court", "account": "", "round": None},
        {"ended_at": clock.now() + timedelta(hours=50), "end": "lifted"},
        {"ended_at": clock.now() + timedelta(hours=1)},
    ],
)
def test_the_database_refuses_what_no_law_allows(story: Story, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        plain(story, **changes).save()
    plain(story).save()


def test_no_loss_report_without_a_lapse_date_or_a_card(story: Story) -> None:
    loss = {"kind": "oral_loss", "ordered_by": "customer", "account": "", "round": None, "card": story.case.card}
    for wrong in ({"lapses_at": None}, {"card": None}, {"account": PAYEE}):
        with pytest.raises(IntegrityError), transaction.atomic():
            plain(story, **{**loss, **wrong}).save()
    plain(story, **loss).save()


def test_one_account_has_no_two_first_stops(story: Story) -> None:
    first = plain(story)
    first.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        plain(story).save()
    plain(story, round=2, follows=first).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        plain(story, round=2, follows=first, account="other").save()
