"""Time, money, cards and fields as people read them, in both languages."""

import csv
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.utils import timezone, translation

from config.wording import amounts, cards
from config.wording.time_left import State, TimeLeft, time_left
from record import clock

BANK = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 9, 12, tzinfo=BANK)


def at(day: int, hour: int = 0, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    """A moment in the bank's zone."""
    return datetime(year, month, day, hour, minute, tzinfo=BANK)


# One line a limit, told at NOW: times of the bank's zone, then both lines in both languages.
TIMES = list(csv.DictReader((Path(__file__).parent / "time_words.csv").read_text(encoding="utf-8").splitlines()))


def told(language: str, row: dict[str, str]) -> TimeLeft:
    """What the desk says of a limit at NOW."""
    with translation.override(language), timezone.override(BANK):
        return time_left(
            moment(row["due"]),
            now=NOW,
            paused=moment(row["paused"]),
            done=moment(row["done"]),
            kind=row["kind"],
            reason=row["reason"],
            outcome=row["outcome"],
        )


def moment(text: str) -> datetime | None:
    """A moment of the table."""
    return datetime.fromisoformat(text).replace(tzinfo=BANK) if text else None


@pytest.mark.parametrize("row", TIMES, ids=lambda row: row["english"])
def test_time_left_is_told_in_words(row: dict[str, str]) -> None:
    # given a limit and the moment 11-24 09:12 at the bank; when it is told in English and in Chinese
    english, chinese = told("en", row), told("zh-hans", row)

    # then state and both lines are as the desk says them
    assert (english.state, english.words, english.second_line) == (row["state"], row["english"], row["english_second"])
    assert (chinese.state, chinese.words, chinese.second_line) == (row["state"], row["chinese"], row["chinese_second"])


def test_every_state_is_in_the_table() -> None:
    assert {row["state"] for row in TIMES} == set(State)


def render(source: str, **context: object) -> str:
    """A line of template with our library, at NOW at the bank, in English, on one line."""
    with translation.override("en"), timezone.override(BANK), clock.at(NOW.astimezone(UTC)):
        drawn = Template("{% load redress %}" + source).render(Context(context))
    return " ".join(drawn.split())


def test_time_left_shows_word_and_shape_and_says_whose_limit_below() -> None:
    # when a limit is drawn
    drawn = render("{% time_left due kind='house' %}", due=at(24, 11, 30))

    # then the shape is a class, the words are text, and the second line stands below
    first, second = drawn.split("</span>", 1)
    assert first == '<span class="r-left r-left--today">2 h 18 min left'
    assert second == '<span class="r-two">house limit · today 11:30</span>'


def test_time_left_in_one_line_can_say_what_it_is_about() -> None:
    assert render("{% time_left due what='CCTV' short=True %}", due=NOW) == (
        '<span class="r-left r-left--late">CCTV under 1 min late</span>'
    )


def test_a_name_missing_in_the_context_is_no_limit_and_no_error() -> None:
    assert "no known limit" in render("{% time_left nothing paused=nothing done=nothing %}")


CAPITALS = [
    ("0", "人民币零元整"),
    ("0.05", "人民币伍分"),
    ("0.50", "人民币伍角整"),
    ("0.56", "人民币伍角陆分"),
    ("1", "人民币壹元整"),
    ("10", "人民币壹拾元整"),
    ("10.05", "人民币壹拾元零伍分"),
    ("10.50", "人民币壹拾元零伍角整"),
    ("11.10", "人民币壹拾壹元壹角整"),
    ("325.04", "人民币叁佰贰拾伍元零肆分"),
    ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
    ("1680.32", "人民币壹仟陆佰捌拾元零叁角贰分"),
    ("6007.14", "人民币陆仟零柒元壹角肆分"),
    ("10000.05", "人民币壹万元零伍分"),
    ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
    ("42680", "人民币肆万贰仟陆佰捌拾元整"),
    ("107000.53", "人民币壹拾万柒仟元零伍角叁分"),
    ("205066.82", "人民币贰拾万伍仟零陆拾陆元捌角贰分"),
    ("1000001", "人民币壹佰万零壹元整"),
    ("12450000", "人民币壹仟贰佰肆拾伍万元整"),
    ("100000000", "人民币壹亿元整"),
    ("100010000", "人民币壹亿零壹万元整"),
    ("1000100000000", "人民币壹万零壹亿元整"),
    ("99999999999999.99", "人民币玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ("0.005", "人民币壹分"),
    ("-3.20", "人民币负叁元贰角整"),
]


@pytest.mark.parametrize(("amount", "words"), CAPITALS)
def test_amounts_in_capital_words_follow_the_voucher_rules(amount: str, words: str) -> None:
    assert amounts.in_words(Decimal(amount)) == words


def test_capital_words_name_another_currency_by_its_code() -> None:
    assert render("{{ amount|in_words:'HKD' }}", amount=Decimal("20")) == "HKD贰拾元整"


MONEY = [
    ("12450000", "12,450,000.00"),
    ("42680.5", "42,680.50"),
    ("0", "0.00"),
    ("-8900", "-8,900.00"),
    ("0.005", "0.01"),
    (Decimal("205066.82"), "205,066.82"),
    (1580, "1,580.00"),
    (None, "unknown"),
    ("", "unknown"),
    ("many", "unknown"),
    ("NaN", "unknown"),
    ("Infinity", "unknown"),
    ([], "unknown"),
]


@pytest.mark.parametrize(("amount", "words"), MONEY)
def test_money_has_thousands_and_two_places(amount: object, words: str) -> None:
    assert render("{{ amount|money }}", amount=amount) == words


@pytest.mark.parametrize("amount", [None, "", "many", "NaN", "-Infinity"])
def test_what_is_no_amount_has_no_capital_words(amount: object) -> None:
    assert render("{{ amount|in_words }}", amount=amount) == ""


MASKS = [
    (("625965", "4417"), "6259 65** **** 4417"),
    (("621785", "9026"), "6217 85** **** 9026"),
    (("", ""), "**** **** **** ****"),
    (("6259", "17"), "6259 **** **** **17"),
    (("6259651234567890", "1234567890"), "6259 65** **** 7890"),
]


@pytest.mark.parametrize(("parts", "shown"), MASKS)
def test_a_card_shows_six_digits_and_four(parts: tuple[str, str], shown: str) -> None:
    assert cards.masked_card(*parts) == shown


MOMENTS = [
    ("day", at(24, 9, 12), "11-24 09:12"),
    ("day", at(24, 9, 12, year=2025), "2025-11-24 09:12"),
    ("day", datetime(2026, 11, 23, 16, 30, tzinfo=UTC), "11-24 00:30"),
    ("day", at(24, 9, 12).date(), "11-24"),
    ("day", None, ""),
    ("day", "", ""),
    ("at", at(17, 21, 46) + timedelta(seconds=8), "11-17 21:46:08"),
]


@pytest.mark.parametrize(("name", "moment", "shown"), MOMENTS)
def test_moments_are_told_in_the_banks_zone(name: str, moment: object, shown: str) -> None:
    assert render(f"{{{{ moment|{name} }}}}", moment=moment) == shown


FACTS = [
    (None, "not yet known"),
    ("", "not yet known"),
    (at(17, 21, 46), "11-17 21:46:00"),
    (Decimal("42680"), "42,680.00"),
    ("王立新", "王立新"),
    (4, "4"),
]


@pytest.mark.parametrize(("value", "shown"), FACTS)
def test_a_fact_is_told_by_what_it_is(value: object, shown: str) -> None:
    assert render("{{ value|fact }}", value=value) == shown


class Asked(forms.Form):
    """A text with a hint, a choice, a tick."""

    amount = forms.DecimalField(label="Amount", help_text="in yuan")
    seen = forms.ChoiceField(label="Seen", choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect)
    told = forms.BooleanField(label="Told", required=False)


def test_a_field_names_its_hint_and_its_error_to_a_screen_reader() -> None:
    # given a refused form; when its field is drawn
    drawn = render("{% field form.amount %}", form=Asked({"amount": "many"}))

    # then label, hint and error stand around the control and the control points to both
    assert '<label for="id_amount">Amount</label>' in drawn
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in drawn
    assert 'id="id_amount_helptext">in yuan<' in drawn
    assert '<p class="r-err" id="id_amount_error">Enter a number.</p>' in drawn
    assert 'aria-invalid="true"' in drawn


def test_a_group_of_choices_is_a_fieldset_with_its_question_as_legend() -> None:
    drawn = render("{% field form.seen %}", form=Asked({}))
    assert drawn.startswith('<fieldset class="r-field r-field--bad" aria-describedby="id_seen_error">')
    assert "<legend>Seen</legend>" in drawn


def test_a_hint_of_the_page_is_named_too_and_optional_fields_say_so() -> None:
    drawn = render("{% field form.told hint='once' %}", form=Asked())
    assert 'aria-describedby="id_told_helptext"' in drawn
    assert 'id="id_told_helptext">once<' in drawn


def test_the_summary_takes_the_focus_and_leads_to_each_field() -> None:
    # given a form and a set of rows, both refused
    rows = forms.formset_factory(Asked, extra=0)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-amount": "x", "form-0-seen": "y"}
    )

    # when the summary is drawn
    drawn = render("{% errors form rows %}", form=Asked({"amount": "1"}), rows=rows)

    # then it counts all and links to the first radio and to the row's own field
    assert 'role="alert" tabindex="-1" autofocus' in drawn
    assert "To mend: 2" in drawn
    assert '<a href="#id_seen_0">Seen: This field is required.</a>' in drawn
    assert '<a href="#id_form-0-amount">Amount: Enter a number.</a>' in drawn


@pytest.mark.parametrize("form", [None, Asked(), Asked({"amount": "1", "seen": "y"})])
def test_a_form_without_errors_has_no_summary(form: forms.Form | None) -> None:
    assert render("{% errors form nothing %}", form=form) == ""


def test_what_people_typed_is_never_markup() -> None:
    # given a title, a content and an error made of markup
    bad = "<script>alert(1)</script>"
    asked = Asked({"amount": "1", "seen": bad})

    # when they are drawn in every block
    drawn = render("{% panel bad n=bad link=bad link_text=bad %}{{ bad }}{% endpanel %}", bad=bad)
    drawn += render("{% empty bad bad url=bad act=bad %}{% errors form %}{% field form.seen %}", bad=bad, form=asked)
    drawn += render("{% shape 'done' bad %}{% time_left None reason=bad what=bad %}", bad=bad)

    # then none of it is
    assert "<script" not in drawn


class Person:
    """Somebody at work."""

    is_authenticated = True
    display_name = "周雨桐"

    def get_username(self) -> str:
        return "80213"


def test_the_watermark_names_person_and_minute() -> None:
    drawn = render("{% watermark %}", user=Person())
    assert drawn.count("80213 周雨桐 2026-11-24 09:12") == 2
    assert "style" not in drawn


def test_nobody_has_no_watermark() -> None:
    assert render("{% watermark %}") == ""


def test_a_button_that_is_a_link_looks_the_same_once_it_was_followed():
    """Django's own sheet colours visited links; a red button must not turn dark blue on red."""
    sheet = (Path(settings.BASE_DIR) / "config/static/redress/redress.css").read_text(encoding="utf-8")
    coloured = re.findall(r"^[^{}]*a\.r-btn--\w+:link[^{}]*(?=\{)", sheet, re.MULTILINE)
    assert len(coloured) == 2
    assert [rule for rule in coloured if rule.replace(":link", ":visited").split(",")[-1].strip() not in rule] == []
