"""真卡核验 and 首次联系: what may be recorded, and what has to be said with it."""

import pytest

from cases.actions import contacts, real_card
from cases.actions.turn import turn
from cases.errors import CaseError
from cases.models import RealCardCheck
from record import clock
from tests.journey import Journey, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return Journey.begin(Staff.hired()).case


def check(case, **said):
    with turn(case, cause="test") as hand:
        return real_card.check_real_card(hand, **{"checked_at": clock.now(), **said})


SEEN = {"finding": "held", "means": "counter", "country": "cn", "place": "上海", "proof": "DK-1"}


def test_a_card_that_was_seen_says_how_where_and_by_what(case):
    found = check(case, **SEEN)

    assert (found.means, found.country, found.is_proof) == ("counter", "CN", True)
    assert found.reveal("place", purpose="test") == "上海"
    assert found.proof.kind == "card_whereabouts"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"finding": "found"}, "finding"),
        ({**SEEN, "means": ""}, "means"),
        ({**SEEN, "means": "dream"}, "means"),
        ({**SEEN, "country": ""}, "country"),
        ({**SEEN, "country": "C1"}, "country"),
        ({**SEEN, "proof": " "}, "proof"),
    ],
)
def test_what_is_missing_is_asked_for_at_its_field(case, said, field):
    with pytest.raises(CaseError) as refused:
        check(case, **said)

    assert refused.value.field == field
    assert not RealCardCheck.objects.exists()


def test_a_word_on_the_phone_is_recorded_and_proves_nothing(case):
    found = check(case, finding="held", means="said", country="CN")

    assert not found.is_proof
    assert found.proof is None


@pytest.mark.parametrize("finding", ["gone", "refused", "unreached"])
def test_what_was_not_seen_bars_nothing_and_keeps_no_place(case, finding):
    found = check(case, **{**SEEN, "finding": finding})

    assert (found.means, found.country, found.proof, found.is_proof) == ("", "", None, False)


def test_three_tries_by_two_ways_and_a_letter_take_the_place_of_a_call(case):
    def first(letter="", channel="phone"):
        with turn(case, cause="test") as hand:
            return contacts.first_contact(
                hand, channel=channel, happened_at=clock.now(), note="", reached=False, letter=letter
            )

    def tries(channel):
        with turn(case, cause="test") as hand:
            contacts.add_contact(hand, direction="out", channel=channel, reached=False)

    with pytest.raises(CaseError):
        first("TZ-1")
    tries("phone")
    tries("phone")
    with pytest.raises(CaseError) as refused:
        first("TZ-1")
    assert refused.value.field == "reached", "three tries, but by one way"
    with pytest.raises(CaseError) as refused:
        first("", channel="app")
    assert refused.value.field == "letter"

    assert first("TZ-1", channel="app").reached is False
