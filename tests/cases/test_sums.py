"""Exact amounts, masked names, typed text."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from cases import free_text, masking, sums
from cases.errors import CaseError

AMOUNTS = st.decimals(min_value="0.01", max_value="99999999999999.99", places=2)


@given(AMOUNTS)
def test_every_amount_a_column_holds_is_exact(amount: Decimal) -> None:
    assert sums.exact(amount) == amount
    assert sums.parsed(str(amount)) == amount


@pytest.mark.parametrize(
    "amount", ["0", "-0.01", "0.001", "100000000000000", "NaN", "Infinity", "-Infinity", "sNaN", "1E+30"]
)
def test_anything_else_is_refused_at_its_field(amount: str) -> None:
    with pytest.raises(CaseError) as refused:
        sums.exact(Decimal(amount), field="amount")
    assert refused.value.field == "amount"


def test_a_float_is_no_amount() -> None:
    with pytest.raises(CaseError):
        sums.exact(1.5)  # type: ignore[arg-type]


def test_zero_only_where_it_is_allowed() -> None:
    assert sums.exact(Decimal("0"), zero=True) == Decimal("0.00")


@pytest.mark.parametrize("text", ["", "x", "1,000.00", None, "1e400", "NaN", "--1"])
def test_an_amount_of_a_bank_system_that_cannot_be_read_is_refused(text: object) -> None:
    with pytest.raises(CaseError):
        sums.parsed(text)


@pytest.mark.parametrize(
    ("name", "organisation", "shown"),
    [
        ("王小明", False, "王**"),
        ("王五", False, "王*"),
        ("王", False, "王*"),
        ("Anna  Bell", False, "A*** B***"),
        ("京华贸易有限公司", True, "京华****公司"),
        ("小店", True, "小****"),
    ],
)
def test_a_name_is_masked(name: str, organisation: bool, shown: str) -> None:
    assert masking.masked_name(name, organisation=organisation) == shown


@given(st.text(alphabet="0123456789+-() ", max_size=20))
def test_a_masked_phone_shows_at_most_seven_digits(phone: str) -> None:
    shown = masking.masked_phone(phone)
    assert sum(sign.isdigit() for sign in shown) <= 7
    assert not shown or "****" in shown


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 20_001, "卡号 6221261234567897"])
def test_text_that_cannot_be_kept_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(CaseError) as refused:
        free_text.written(text, field="note")
    assert refused.value.field == "note"


def test_a_missing_text_is_refused_only_when_it_is_needed() -> None:
    assert free_text.written("  ", field="note") == ""
    with pytest.raises(CaseError):
        free_text.written("  ", field="note", required=True)


def test_a_number_is_one_line() -> None:
    assert free_text.code(" K-1 ", field="receipt") == "K-1"
    for wrong in ("", "a\nb", "x" * 65, "\x07"):
        with pytest.raises(CaseError):
            free_text.code(wrong, field="receipt")


def test_a_voucher_of_a_bank_system_may_look_like_a_card_number() -> None:
    assert free_text.code("6221261234567897", field="receipt", typed=False) == "6221261234567897"


def test_a_typed_receipt_that_looks_like_a_card_number_is_told_how_to_be_written() -> None:
    """Nobody can tell it from a card; its first six and last four digits name it, the paper itself lies on file."""
    with pytest.raises(CaseError) as refused:
        free_text.code("6221261234567897", field="receipt")
    assert "622126******7897" in str(refused.value.sentence)
    assert "6221261234567897" not in str(refused.value.sentence)
    assert free_text.code("622126******7897", field="receipt") == "622126******7897"
