"""What goes otherwise than the rule book's main road, each to the archive (card-fraud.md rows 2a, 2b and 2d)."""

import pytest

from cases.models import Case
from tests.journey import Journey, Staff
from tests.workflows import beside
from tests.workflows.roads import does, last_fact, to_the_end, typed, until, whole
from workflows import verbs
from workflows.flows import PoliceFlow

pytestmark = pytest.mark.django_db

NOT_SEEN = {"means": "", "country": "", "place": "", "proof": ""}
ABROAD = {"country": "TH", "place": "曼谷", "proof": "SP-1"}


def called(staff: Staff) -> Journey:
    return does(Journey.begin(staff), "stop_loss")


def test_a_card_that_is_gone_ends_replaced_and_decided_on_its_own_ground(staff: Staff) -> None:
    journey = called(staff)
    does(journey, "check_real_card", finding="gone", **NOT_SEEN)
    until(journey, "trace")
    journey.does("trace", staff.fraud, **journey.disputes(type="lost_card"))
    until(journey, "decide")
    journey.does("decide", staff.liability, **journey.bank_bears_all("L9"))

    whole(to_the_end(journey))

    assert journey.case.transactions.disputed().get().ground == "L9"
    assert journey.case.controls.get().end == "replaced", "a card that is gone is never given back"


@pytest.mark.parametrize("means", ["video", "consulate"])
def test_a_holder_abroad_shows_his_card_by_video_or_at_a_consulate(staff: Staff, means: str) -> None:
    journey = called(staff)

    does(journey, "check_real_card", means=means, **ABROAD)

    whole(to_the_end(journey))
    check = journey.case.card_checks.get()
    assert (check.finding, check.means, check.country) == ("held", means, "TH")


@pytest.mark.parametrize("finding", ["refused", "unreached"])
def test_a_card_nobody_gets_to_see_bars_nothing(staff: Staff, finding: str) -> None:
    journey = called(staff)

    does(journey, "check_real_card", finding=finding, **NOT_SEEN)

    whole(to_the_end(journey))
    assert journey.credited(), "the customer is paid all the same"


def test_without_any_paper_of_the_police_the_case_goes_to_the_archive(staff: Staff) -> None:
    journey = until(called(staff), "trace")
    process = beside.opens(journey, PoliceFlow)
    beside.does(journey, process, "ask_payee_stop", outcome="not_asked", asked_at="", number="")
    nothing = {"receipt": "", "station": "", "reported_at": typed()}
    beside.does(journey, process, "police_papers", outcome="refused", **nothing)
    beside.runs(journey, process, "end_police")

    whole(to_the_end(journey))

    assert not journey.case.evidence.filter(kind__startswith="police").exists()
    assert journey.credited()


def test_recordings_that_were_overwritten_need_a_statement_and_the_case_goes_on(staff: Staff) -> None:
    journey = until(called(staff), "keep_evidence")
    for n, item in enumerate(journey.case.evidence_items.open(), start=1):
        lost = {"became": "lost", "answered_by": "何建国", "reference": f"SM-{n}"}
        verbs.answer_item(item.uuid, user=staff.fraud, **lost)
    until(journey, "decide")
    journey.does("decide", staff.liability, **journey.bank_bears_all("L4"))

    whole(to_the_end(journey))

    states = set(journey.case.evidence_items.values_list("state", flat=True))
    assert "lost" in states
    assert last_fact(journey, "liability.decided").data["ground"] == "L4"
    assert journey.case.state == Case.State.ARCHIVED
