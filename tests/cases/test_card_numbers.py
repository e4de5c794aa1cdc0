"""Full card numbers and card secrets in text: tables say which, random text how often chance looks like one."""

import contextlib
import csv
import random
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings, strategies as st
from stdnum import luhn

from cases import card_numbers
from cases.card_issuers import ISSUERS
from cases.validators import no_card_number, no_secrets, only_writing

DATA = Path(__file__).with_name("data")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@st.composite
def full_numbers(draw: st.DrawFn) -> str:
    first, last, lengths = draw(st.sampled_from(ISSUERS))
    length = draw(st.sampled_from(sorted(lengths)))
    prefix = str(draw(st.integers(int(first), int(last))))
    rest = draw(st.text("0123456789", min_size=length - len(prefix) - 1, max_size=length - len(prefix) - 1))
    return prefix + rest + luhn.calc_check_digit(prefix + rest)


@pytest.mark.parametrize("row", rows("card_numbers.csv"), ids=lambda row: row["why"])
def test_the_table_of_card_numbers_holds(row: dict[str, str]) -> None:
    assert len(card_numbers.find(row["text"])) == int(row["found"])


@pytest.mark.parametrize("row", rows("card_secrets.csv"), ids=lambda row: row["text"])
def test_the_table_of_card_secrets_holds(row: dict[str, str]) -> None:
    assert [secret.what for secret in card_numbers.forbidden(row["text"])] == ([row["what"]] if row["what"] else [])


@given(number=full_numbers(), separator=st.sampled_from(["", " ", "-", ".", "　", "－"]))
@settings(max_examples=300, deadline=None)
def test_every_number_an_issuer_could_issue_is_found_in_chinese_text(number: str, separator: str) -> None:
    if card_numbers.is_identity_number(number):
        return
    written = separator.join(number[at : at + 4] for at in range(0, len(number), 4))
    text = f"客户称{written}被盗刷。"
    assert [text[place.start : place.end] for place in card_numbers.find(text)] == [written]


@given(st.lists(st.one_of(full_numbers(), st.text(max_size=30)), max_size=6).map(" / ".join))
@settings(max_examples=300, deadline=None)
def test_what_was_cut_holds_no_full_number_and_keeps_everything_else(text: str) -> None:
    cut, count = card_numbers.cut(text)
    places = card_numbers.find(text)
    assert count == len(places)
    assert card_numbers.find(cut) == []
    assert cut[: places[0].start] == text[: places[0].start] if places else cut == text


def test_a_cut_number_keeps_its_first_six_and_last_four() -> None:
    assert card_numbers.cut("卡 4111 1111 1111 1234 和 6205500000000000004") == (
        "卡 4111 1111 1111 1234 和 620550*********0004",
        1,
    )
    assert card_numbers.masked("378282 246310 005") == "378282*****0005"


def test_the_refusal_names_the_place_and_masks_the_number() -> None:
    with pytest.raises(ValidationError) as refused:
        card_numbers.refuse("第一行\n卡号 4111 1111 1111 1111")
    assert refused.value.code == "card_number"
    assert refused.value.params == {"line": 2, "character": 4, "masked": "411111******1111"}
    assert "1111 1111" not in str(refused.value.messages)


@pytest.mark.parametrize("text", ["CVV 739", "密码是739286", "有效期 12/39"])
def test_the_refusal_of_a_secret_does_not_repeat_it(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        card_numbers.refuse(text)
    assert "739" not in str(refused.value.messages)
    assert "12/39" not in str(refused.value.messages)


def test_an_import_loses_security_code_and_pin_and_keeps_the_expiry_date() -> None:
    assert card_numbers.cut_secrets("CVV 123, PIN: 4567, exp 12/28") == ("CVV ***, PIN: ****, exp 12/28", 2)


@pytest.mark.parametrize(
    ("length", "expected", "at_most"), [(16, 0.026, 0.032), (18, 0.016, 0.021), (19, 0.016, 0.021)]
)
def test_chance_looks_like_a_card_number_no_more_often_than_the_prefixes_say(
    length: int, expected: float, at_most: float
) -> None:
    dice = random.Random(20261122)
    drawn = ("".join(dice.choices("0123456789", k=length)) for _ in range(20_000))
    rate = sum(bool(card_numbers.find(number)) for number in drawn) / 20_000
    assert expected / 2 < rate <= at_most


def test_numbers_longer_than_any_card_are_never_taken_for_one() -> None:
    dice = random.Random(7)
    assert not any(card_numbers.find("".join(dice.choices("0123456789", k=24))) for _ in range(5_000))


@pytest.mark.parametrize("text", ["a\0b", "a\x08b", "a\ud800b", "\udfff"])
def test_characters_nobody_can_keep_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        only_writing(text)


@given(st.text())
def test_no_text_breaks_a_validator(text: str) -> None:
    for check in (no_card_number, no_secrets):
        with contextlib.suppress(ValidationError):
            check(text)


def test_emoji_lines_and_tabs_are_ordinary_writing() -> None:
    only_writing("第一行\n\t😀\r\n")


def test_an_identity_number_needs_a_place_a_birth_date_and_a_check_digit() -> None:
    assert card_numbers.is_identity_number("11010519491231002X")
    assert not card_numbers.is_identity_number("110105194912310021")
    assert not card_numbers.is_identity_number("112904617804216846")
