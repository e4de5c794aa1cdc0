"""From the CFPB's classes to ours: two hundred real combinations of three generations, and anything else."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from knowledge import taxonomy


def combinations() -> list[dict[str, str]]:
    with Path(__file__).with_name("cfpb_classes.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def classes(row: dict[str, str]) -> tuple[str, str, str, str]:
    return row["product"], row["sub_product"], row["issue"], row["sub_issue"]


@pytest.mark.parametrize("row", combinations(), ids=lambda row: "/".join(classes(row)))
def test_a_real_combination_gets_its_facets_and_the_right_start(row):
    assert taxonomy.facets_for_cfpb(*classes(row)) == (row["A"], row["B"], row["C"] or None)
    assert taxonomy.is_unauthorised_card_charge(*classes(row), True) is (row["charge"] != "no")
    assert taxonomy.is_unauthorised_card_charge(*classes(row), False) is (row["charge"] == "yes")


def test_the_combinations_hold_all_three_generations_of_the_card_lists():
    starts = Counter((row["product"], row["charge"]) for row in combinations() if row["charge"] != "no")

    assert starts["Credit card", "narrative"]  # 2011
    assert starts["Credit card or prepaid card", "yes"]  # 2017
    assert starts["Credit card", "yes"]  # 2023
    assert starts["Bank account or service", "narrative"]  # 2011
    assert starts["Checking or savings account", "narrative"]  # 2017 and 2023


@pytest.mark.parametrize(
    ("product", "sub_product", "issue", "charge"),
    [
        ("Prepaid card", "General purpose card", "Unauthorized transactions/trans. issues", True),
        ("Prepaid card", "Mobile wallet", "Unauthorized transactions/trans. issues", False),
    ],
)
def test_the_list_of_2011_for_prepaid_cards_is_known_too(product, sub_product, issue, charge):
    assert taxonomy.is_unauthorised_card_charge(product, sub_product, issue, "", False) is charge


def test_every_row_says_why_and_answers_with_a_class_of_its_facet():
    for row in taxonomy.crosswalk():
        assert row.reason
        assert row.decides in {"A", "B", "C", "charge"}
        if row.decides != "charge" and row.code:
            assert taxonomy.codes()[row.code] == row.decides


@pytest.mark.parametrize("facet", ["A", "B", "C", "charge"])
def test_no_row_hides_behind_one_that_fits_everything(facet):
    rows = [row for row in taxonomy.crosswalk() if row.decides == facet]
    patterns = [row.patterns for row in rows]

    assert patterns.index(("*", "*", "*", "*")) == len(rows) - 1
    assert len(set(patterns)) == len(patterns)


@given(st.tuples(st.text(), st.text(), st.text(), st.text()), st.booleans())
def test_a_list_nobody_has_seen_yet_falls_to_other_and_starts_nothing(unknown, narrative):
    a, b, _ = taxonomy.facets_for_cfpb(*unknown)

    assert taxonomy.codes()[a] == "A"
    assert taxonomy.codes()[b] == "B"
    assert not taxonomy.is_unauthorised_card_charge("New product", "", unknown[2], "", narrative)


def test_capitals_and_spaces_do_not_matter():
    assert taxonomy.is_unauthorised_card_charge(
        " CREDIT  CARD ",
        "Store credit card",
        "Problem with a purchase shown on your statement",
        "card was charged for something you did not purchase with the card",
        False,
    )
