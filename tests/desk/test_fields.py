"""Fields of money, moments and text: what they refuse, and that they raise nothing else whatever is typed."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given, strategies as st

from cases import sums
from record import journal
from tests.desk import bad
from workflows.forms.base import amount, line, moment, paragraph, within_a_year

FIELDS = {
    "money": (amount("x"), bad.MONEY),
    "moment": (moment("x"), bad.MOMENT),
    "promise": (moment("x", check=within_a_year), bad.MOMENT),
    "text": (paragraph("x"), bad.TEXT),
    "line": (line("x"), bad.TEXT),
    "number": (line("x", machine=True), bad.NUMBER),
}


@pytest.mark.parametrize("kind", FIELDS)
def test_a_field_refuses_what_is_bad_for_it(kind):
    field, values = FIELDS[kind]
    for value in ("", " ", None, *values):
        with pytest.raises(ValidationError):
            field.clean(value)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0", "0.00"), ("-0", "0.00"), ("1e2", "100.00"), ("１２.５", "12.50"), (" 7 ", "7.00"), ("0e999999999", "0.00")],
)
def test_money_is_two_decimals_however_it_was_written(typed, kept):
    assert str(amount("x").clean(typed)) == kept


@given(st.one_of(st.text(), st.decimals().map(str), st.floats().map(str), st.integers().map(str)))
def test_money_is_an_amount_the_books_can_hold_or_refused(typed):
    try:
        money = amount("x").clean(typed)
    except ValidationError:
        return
    assert money is not None
    assert sums.exact(money, zero=True) == money
    assert journal.money(money)["amount"] == f"{money:.2f}"
    assert Decimal(0) <= money <= sums.LARGEST


@given(st.one_of(st.text(), st.datetimes().map(str), st.datetimes(timezones=st.timezones()).map(datetime.isoformat)))
def test_a_moment_is_one_the_database_can_hold_or_refused(typed):
    try:
        at = moment("x").clean(typed)
    except ValidationError:
        return
    assert at is not None
    assert at.tzinfo is UTC
    assert journal.stamp(at)


@pytest.mark.parametrize("typed", ["6221 2612 3456 7897", "K6221261234567897", "回执6221261234567897"])
def test_a_number_that_looks_like_a_cards_is_taken_in_the_way_its_refusal_names(typed):
    field = line("x", machine=True)
    with translation.override("en"):
        with pytest.raises(ValidationError) as refused:
            field.clean(typed)
        (said,) = refused.value.messages
    shortened = re.search(r"type it as (\S+) and", said)
    assert shortened is not None
    assert field.clean(shortened[1]) == "622126******7897"


@given(st.text(st.characters(codec=None), max_size=300))
def test_text_that_is_taken_can_be_written_down(typed):
    for field in (paragraph("x"), line("x"), line("x", machine=True)):
        with_sign(field, typed)


def with_sign(field: forms.CharField, typed: str) -> None:
    """What the field takes goes into UTF-8 and PostgreSQL."""
    try:
        text = field.clean(typed)
    except ValidationError:
        return
    assert "\0" not in text.encode().decode()
