"""The contents, remedies and means of a decision notice (CBIRC Order 2020 No. 3, articles 19 to 21)."""

import pytest
from django.utils import translation

from knowledge import letters, policies

pytestmark = pytest.mark.django_db


def test_a_notice_has_the_four_contents_in_order():
    assert letters.Content.values == ["findings", "reasons", "decision", "remedies"]
    assert set(letters.HINTS) == set(letters.Content)


def test_against_a_branch_there_are_four_remedies():
    ways = letters.remedies(decided_by_head_office=False)

    assert [way.code for way in ways] == ["review", "mediation", "arbitration", "court"]
    with translation.override("en"):
        text = letters.remedy_text(decided_by_head_office=False, version=policies.pin())
    assert text.startswith("1. You may apply in writing for a review")
    assert text.count("within 30 days") == 2
    assert text.splitlines()[-1].startswith("4. ")


def test_against_head_office_there_is_no_review():
    assert [way.code for way in letters.remedies(decided_by_head_office=True)] == ["mediation", "arbitration", "court"]
    with translation.override("en"):
        assert "review" not in letters.remedy_text(decided_by_head_office=True)


@pytest.mark.parametrize("means", letters.Means)
def test_each_means_says_when_it_counts_and_what_proves_it(means):
    telling = letters.TELLING[means]

    assert str(telling.told_when)
    assert str(telling.proof)
    assert telling.evidence == "proof_of_telling"


def test_the_means_are_those_of_the_order():
    with translation.override("en"):
        said = {means.value: str(letters.TELLING[means].told_when) for means in letters.Means}

    assert "dialled" in said["phone"]
    assert "handed over" in said["handed"]
    assert "posted" in said["posted"]
    assert "sent" in said["sent"]
