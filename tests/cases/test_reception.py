"""现场接待登记: visits to a branch are taken down, lead to a complaint or not, end with their recording's number."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from accounts.models import User
from accounts.roles import Role
from cases.actions import intake, reception
from cases.actions.turn import turn
from cases.errors import CaseError, SomeoneWasFirst
from cases.models import Case, Reception
from record import clock, journal, keys
from record.errors import KeyDestroyed
from tests.cases.stories import Story
from tests.factories import Bank, bank, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Bank:
    return bank()


@pytest.fixture
def agent(tree: Bank) -> User:
    """Whoever stands at the counter."""
    return person(Role.AGENT, tree.outlet)


def visit(user: User, **changes: Any) -> Reception:
    """An hour ago somebody came about two transactions abroad."""
    said = {
        "user": user,
        "role": Role.AGENT,
        "unit": user.branch,
        "received_at": clock.now() - timedelta(hours=1),
        "visitor": "张三丰",
        "matter": "境外两笔交易不是本人所为",
    }
    return reception.receive(**{**said, **changes})


def ends(row: Reception, user: User, **changes: Any) -> Reception:
    said = {"outcome": "told", "answer": "已当场说明", "av_number": "AV-0031", "ended_at": clock.now()}
    return reception.end(row, user=user, role=Role.AGENT, **{**said, **changes})


def kinds_of(stream: str) -> list[str]:
    return [entry.kind for entry in journal.entries(stream)]


def refused_at(field: str | None, action: Any) -> None:
    with pytest.raises(CaseError) as refusal:
        action()
    assert refusal.value.field == field


# taken down -----------------------------------------------------------------------------------------------------------


def test_a_visit_stands_at_its_branch_sealed_and_in_a_stream_of_its_own(tree, agent):
    row = visit(agent, visitors=3)

    assert (row.outlet, row.tier2, row.tier1) == (tree.outlet, tree.tier2, tree.tier1)
    assert (row.visitor_masked, row.is_open, row.by) == ("张**", True, agent)
    assert row.reveal("matter", purpose="test") == "境外两笔交易不是本人所为"
    entry = journal.entries(row.stream).get()
    assert (entry.kind, entry.happened_at) == ("reception.taken", row.received_at)
    assert entry.data["unit"] == tree.outlet.code
    assert "张三丰" not in entry.body
    assert "境外" not in entry.body
    assert journal.verify(row.stream) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"visitor": " "}, "visitor"),
        ({"matter": ""}, "matter"),
        ({"matter": "卡号 6222021234567894"}, "matter"),
        ({"visitors": 0}, "visitors"),
        ({"visitors": 1000}, "visitors"),
        ({"received_at": clock.now() + timedelta(hours=1)}, "received_at"),
        ({"av_number": "6222021234567894"}, "av_number"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_leaves_nothing(agent, changes, field):
    refused_at(field, lambda: visit(agent, **changes))
    assert not Reception.objects.exists()
    assert not journal.Entry.objects.filter(stream__startswith="reception:").exists()


def test_more_than_five_are_a_group_and_twenty_a_major_complaint(agent):
    found = {n: (row.is_group, row.is_major) for n in (5, 6, 19, 20) for row in [visit(agent, visitors=n)]}
    assert found == {5: (False, False), 6: (True, False), 19: (True, False), 20: (True, True)}


# ended ----------------------------------------------------------------------------------------------------------------


def test_told_on_the_spot_it_ends_with_the_recording(agent):
    row = ends(visit(agent), agent)

    assert (row.is_open, row.outcome, row.av_number) == (False, "told", "AV-0031")
    assert row.reveal("answer", purpose="test") == "已当场说明"
    assert kinds_of(row.stream) == ["reception.taken", "reception.ended"]
    assert journal.verify(row.stream) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"av_number": ""}, "av_number"),
        ({"answer": ""}, "answer"),
        ({"outcome": "case"}, "outcome"),
        ({"outcome": "nothing"}, "outcome"),
        ({"ended_at": clock.now() + timedelta(hours=1)}, "ended_at"),
        ({"ended_at": clock.now() - timedelta(days=1)}, "ended_at"),
    ],
)
def test_an_end_without_recording_or_answer_or_before_it_began_is_refused(agent, changes, field):
    row = visit(agent)
    refused_at(field, lambda: ends(row, agent, **changes))
    row.refresh_from_db()
    assert row.is_open
    assert kinds_of(row.stream) == ["reception.taken"]


def test_the_number_typed_at_the_beginning_is_enough(agent):
    row = visit(agent, av_number="AV-7")
    assert ends(row, agent, av_number="").av_number == "AV-7"


def test_a_visit_ends_once(agent):
    row = ends(visit(agent), agent)
    refused_at(None, lambda: ends(row, agent, outcome="elsewhere"))


def test_the_database_itself_keeps_ends_without_a_recording_out(agent):
    row = visit(agent)
    row.outcome, row.ended_at = Reception.Outcome.TOLD, clock.now()
    with pytest.raises(IntegrityError, match="reception_end_recorded"):
        row.save()


# a complaint of it ----------------------------------------------------------------------------------------------------


def test_a_complaint_opened_from_it_is_told_in_both_streams(agent):
    row = visit(agent)
    case = intake.open_case(
        user=agent,
        role=Role.AGENT,
        kind=Case.Kind.GENERAL,
        channel=Case.Channel.OUTLET,
        received_at=row.received_at,
        handling_unit=agent.branch,
        customer=intake.find_or_add_customer(name="张三丰", phone="13816262207"),
        then=lambda hand: reception.lead_to(hand, row, as_contact=False),
    )

    row.refresh_from_db()
    assert (row.case, row.outcome, row.is_open) == (case, "case", True)
    assert "case.visited" in kinds_of(case.stream)
    assert not case.contacts.exists()
    assert kinds_of(row.stream) == ["reception.taken", "reception.led_to_case"]
    assert (journal.verify(case.stream), journal.verify(row.stream)) == (None, None)

    ended = ends(row, agent, outcome="case", answer="")
    assert (ended.outcome, ended.is_open) == ("case", False)


def test_a_visit_about_an_open_complaint_is_a_contact_on_it(tree, agent):
    case, row = Story(bank=tree).case, visit(agent)
    with turn(case, user=agent, role=Role.AGENT) as hand:
        reception.lead_to(hand, row, as_contact=True)

    contact = case.contacts.get()
    assert (contact.direction, contact.channel, contact.happened_at) == ("in", "outlet", row.received_at)
    assert contact.reveal("note", purpose="test") == "境外两笔交易不是本人所为"
    assert (journal.verify(case.stream), journal.verify(row.stream)) == (None, None)


def test_a_visit_leads_to_one_complaint_only(tree, agent):
    story, row = Story(bank=tree), visit(agent)
    with turn(story.case, user=agent) as hand:
        reception.lead_to(hand, row, as_contact=False)
    with turn(story.case, user=agent) as again:
        refused_at("outcome", lambda: reception.lead_to(again, row, as_contact=False))
    refused_at("outcome", lambda: ends(row, agent, outcome="told"))


def test_what_ended_leads_nowhere_any_more(tree, agent):
    row = ends(visit(agent), agent)
    with turn(Story(bank=tree).case, user=agent) as hand, pytest.raises(SomeoneWasFirst) as refusal:
        reception.lead_to(hand, row, as_contact=True)
    assert (refusal.value.who, refusal.value.when) == (agent.display_name, row.ended_at)


def test_erasing_the_customer_erases_his_visit(tree, agent):
    story, row = Story(bank=tree), visit(agent)
    with turn(story.case, user=agent) as hand:
        reception.lead_to(hand, row, as_contact=False)

    keys.destroy(story.case.person_key.subject, why="时效已过", actor=agent.actor())

    row = Reception.objects.select_related("person_key").get()
    assert row.visitor_masked == ""
    with pytest.raises(KeyDestroyed):
        row.reveal("visitor", purpose="test")
    assert journal.verify(row.stream) is None


# looking --------------------------------------------------------------------------------------------------------------


def test_looking_in_clear_is_recorded_with_its_reason(agent):
    row = visit(agent)
    assert reception.show(row, user=agent, reason="回电")["visitor"] == "张三丰"

    entry = journal.Entry.objects.get(kind="reception.shown_in_clear")
    assert entry.stream.startswith(f"access:{agent.uuid}:")
    assert journal.reveal(entry, "reason", purpose="test") == "回电"
    refused_at("reason", lambda: reception.show(row, user=agent, reason=" "))


def test_who_sees_which_visits(tree, agent):
    here, elsewhere = visit(agent), visit(person(Role.OUTLET_HEAD, tree.other_outlet))
    seen = {
        who: set(Reception.objects.visible_to(person(who, branch)))
        for who, branch in (
            (Role.OUTLET_HEAD, tree.outlet),
            (Role.TIER1_HEAD, tree.other_tier1),
            (Role.CONSUMER_PROTECTION, tree.head_office),
            (Role.COMPLIANCE, tree.tier1),
            (Role.AUDITOR, tree.tier1),
            (Role.FRAUD, tree.head_office),
            (Role.ADMINISTRATOR, tree.head_office),
        )
    }
    assert seen == {
        Role.OUTLET_HEAD: {here},
        Role.TIER1_HEAD: {elsewhere},
        Role.CONSUMER_PROTECTION: {here, elsewhere},
        Role.COMPLIANCE: {here},
        Role.AUDITOR: {here, elsewhere},
        Role.FRAUD: set(),
        Role.ADMINISTRATOR: set(),
    }
