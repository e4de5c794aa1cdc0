"""Remedies fit who decided: a table, line by line; nothing approved is decided by the unit that handles the case."""

import csv
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from cases.actions import drafting
from cases.models import Case, Proposal
from cases.remedies import decided_by
from record import clock
from tests.cases.stories import Story
from tests.factories import Bank, bank
from tests.factories.cases import CaseFactory

pytestmark = pytest.mark.django_db

ROWS = list(csv.DictReader(Path(__file__).with_name("remedies.csv").read_text().splitlines()))


@pytest.fixture
def tree() -> Bank:
    return bank()


def case_at(tree: Bank, place: str) -> Case:
    found: Any = CaseFactory(handling_unit=getattr(tree, place))
    found.place(getattr(tree, place))
    case: Case = found
    return case


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['approver'] or 'nobody'}-{row['handled_at']}")
def test_the_body_above_the_one_that_decided_is_named_and_head_office_has_none(
    tree: Bank, row: dict[str, str], settings: Settings
) -> None:
    settings.LANGUAGE_CODE = "en"
    case = case_at(tree, row["handled_at"])
    approved = Proposal(case=case, approver_role=row["approver"]) if row["approver"] else None

    decided = decided_by(case, approved)

    assert decided.unit == getattr(tree, row["decided"])
    assert decided.superior == (getattr(tree, row["superior"]) if row["superior"] else None)
    words = drafting.remedies(decided.superior)
    assert ("review" in words) is (row["review"] == "yes")
    if decided.superior is not None:
        assert decided.superior.label in words
    for remedy in ("mediation", "arbitration", "court"):
        assert remedy in words


def test_a_letter_keeps_who_decided_and_who_reviews(tree: Bank) -> None:
    story = Story(bank=tree)
    story.told("100.00")
    letter = story.again().letter

    assert (letter.decided_unit, letter.superior_unit) == (tree.outlet, tree.tier2)
    assert letter.decided_by_head_office is False


def test_a_superior_body_that_was_closed_is_passed_over(tree: Bank) -> None:
    tree.tier2.closed_at = clock.now()
    tree.tier2.save()
    case = case_at(tree, "outlet")
    case.handling_unit.parent.refresh_from_db()

    assert decided_by(case, None).superior == tree.tier1
