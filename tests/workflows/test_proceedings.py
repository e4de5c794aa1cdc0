"""调解, 仲裁, 诉讼 on record; a legal hold keeps the person's key, whoever wants it destroyed."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from cases import retention
from cases.errors import CaseError, NotAllowed
from cases.models import Case, ErasureBatch, LegalHold, Proceeding
from record import clock, journal, keys
from record.errors import KeyDestroyed, KeyKept
from record.models import PersonKey
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.after import told
from workflows.desk.wording import tags_of
from workflows.verbs.remedies import begin_proceeding, end_hold, end_proceeding

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(staff) -> Journey:
    return told(staff)


def sues(journey: Journey, kind: str = "lawsuit", **said: object) -> Proceeding:
    """A summons came."""
    given = {"kind": kind, "body": "浦东新区人民法院", "number": "(2026)沪0115民初1号", "began_at": clock.now(), **said}
    return begin_proceeding(journey.case, user=journey.staff.consumer_protection, **given)


def ends(journey: Journey, row: Proceeding) -> Proceeding:
    said = {"outcome": "bank", "result": "驳回诉讼请求", "ended_at": clock.now()}
    return end_proceeding(row, user=journey.staff.consumer_protection, **said)


def test_a_mediation_is_on_record_with_its_end_and_holds_nothing(journey):
    row = sues(journey, "mediation", body="银行业纠纷调解中心", number="TJ-1")
    ends(journey, row)

    row.refresh_from_db()
    assert (row.outcome, row.ended_at) == ("bank", clock.now())
    assert not LegalHold.objects.exists()
    assert journey.again().held_since is None
    assert "调解中心" not in roads.last_fact(journey, "proceeding.began").body


@pytest.mark.parametrize("kind", ["arbitration", "lawsuit"])
def test_an_arbitration_or_a_lawsuit_holds_the_case_until_compliance_lets_go(journey, kind):
    row = sues(journey, kind, why="法院传票，证据保全")
    hold = row.hold

    assert hold.reveal("why", purpose="test") == "法院传票，证据保全"
    assert journey.again().held_since == hold.since
    assert {"words": "涉诉留存", "tone": "hot"} in tags_of(journey.case)
    with pytest.raises(CaseError):
        end_hold(hold, user=journey.staff.compliance, reason="结案")
    ends(journey, row)
    assert journey.again().held_since is not None, "its end does not end the hold"
    with pytest.raises(NotAllowed):
        end_hold(hold, user=journey.staff.consumer_protection, reason="结案")
    end_hold(hold, user=journey.staff.compliance, reason="判决生效，无上诉")

    assert journey.again().held_since is None
    assert tags_of(journey.case) == []
    assert journal.verify(journey.case.stream) is None


def test_the_erasure_command_names_the_hold_and_then_what_else_keeps_him(journey):
    row, key, reference = sues(journey), journey.case.person_key, journey.case.reference
    asked = {"why": "客户要求删除", "staff": journey.staff.consumer_protection.staff_number}
    with pytest.raises(CommandError, match=f"{retention.Why.HOLD.label} {reference}"):
        call_command("erase_person", reference, **asked)

    ends(journey, row)
    end_hold(LegalHold.objects.get(), user=journey.staff.compliance, reason="判决生效")
    with pytest.raises(CommandError) as refused:
        call_command("erase_person", reference, **asked)

    assert str(retention.Why.HOLD.label) not in str(refused.value)
    assert str(retention.Why.OPEN.label) in str(refused.value)
    assert not ErasureBatch.objects.exists()
    assert not PersonKey.objects.get(pk=key.pk).destroyed


def test_the_customers_own_key_is_kept_and_the_database_keeps_it_too(journey):
    sues(journey)
    for key in (journey.case.person_key, journey.case.customer.person_key):
        with pytest.raises(KeyKept):
            keys.destroy(key, why="test", actor=journal.system("test"))
        found = PersonKey.objects.get(pk=key.pk)
        found.wrapped, found.destroyed_at = None, clock.now()
        with pytest.raises(IntegrityError, match="legal hold"), transaction.atomic():
            found.save()


def test_an_archived_file_can_be_held_and_stays_in_the_archive(staff):
    journey = roads.to_the_end(Journey.begin(staff))
    sues(journey)

    case = journey.again()
    assert (case.state, bool(case.held_since)) == (Case.State.ARCHIVED, True)


def test_two_holds_end_one_by_one(journey):
    first, second = sues(journey), sues(journey, "arbitration", number="ZC-1")
    for row in (first, second):
        ends(journey, row)
    end_hold(first.hold, user=journey.staff.compliance, reason="结案")
    assert journey.again().held_since is not None
    end_hold(second.hold, user=journey.staff.compliance, reason="结案")
    assert journey.again().held_since is None


def test_what_cannot_be_is_refused_at_its_field(journey):
    sues(journey)
    for wrong, field in (
        ({}, "number"),
        ({"number": "(2026)2", "began_at": clock.now() + timedelta(days=1)}, "began_at"),
        ({"number": "(2026)2", "began_at": clock.now() - timedelta(days=400)}, "began_at"),
        ({"number": "(2026)2", "body": " "}, "body"),
        ({"number": "(2026)2", "kind": "duel"}, "kind"),
    ):
        with pytest.raises(CaseError) as refused:
            sues(journey, **wrong)
        assert refused.value.field == field


def test_nothing_is_left_to_hold_of_a_person_who_was_erased(journey):
    keys.destroy(journey.case.person_key, why="客户要求", actor=journal.system("test"))

    with pytest.raises(KeyDestroyed):
        sues(journey)
