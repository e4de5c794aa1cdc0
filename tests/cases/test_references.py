"""References: a year, a number, a check digit that finds what people mishear."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from hypothesis import given, strategies as st

from cases.actions import references
from record import clock

YEARS, NUMBERS = st.integers(0, 99), st.integers(1, 9_999_999)


@given(YEARS, NUMBERS)
def test_what_is_written_is_read(year: int, number: int) -> None:
    reference = references.written(year, number)
    assert references.is_reference(reference)
    assert references.read(reference.replace("-", " ")) == reference
    assert len(reference) <= 16


@given(YEARS, NUMBERS, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(year: int, number: int, place: int, by: int) -> None:
    reference = references.written(year, number)
    digits = [sign for sign in reference if sign != "-"]
    digits[place] = str((int(digits[place]) + by) % 10)
    wrong = "".join(digits)
    assert not references.is_reference(f"{wrong[:2]}-{wrong[2:9]}-{wrong[9:]}")


@pytest.mark.parametrize(
    "text", ["", "26-0000123-4", "26-000123-3", "２６-0000123-3", "26-0000123-3\n", "x", "26 0000123 3"]
)
def test_anything_else_is_no_reference(text: str) -> None:
    assert not references.is_reference(text)


@pytest.mark.parametrize("typed", ["26-0000123-3", " 2600001233 ", "２６－００００１２３－３", "26–0000123–3"])
def test_a_reference_is_read_however_it_is_typed(typed: str) -> None:
    assert references.read(typed) == "26-0000123-3"


def test_a_wrong_one_is_not_read() -> None:
    assert references.read("26-0000123-4") is None


@pytest.mark.django_db
def test_numbers_run_within_the_banks_year() -> None:
    # given the last second of 2031 in Shanghai, while it is still afternoon in UTC
    late = datetime(2031, 12, 31, 15, 59, 59, tzinfo=UTC)
    # when numbers are taken before and after midnight
    first, second = references.next_reference(late), references.next_reference(late)
    with clock.at(datetime(2031, 12, 31, 16, 0, tzinfo=UTC)):
        next_year = references.next_reference(clock.now())
    # then the year is the bank's and its numbers begin anew
    assert (first[:10], second[:10]) == ("31-0000001", "31-0000002")
    assert next_year.startswith("32-")


@pytest.mark.django_db
def test_a_number_once_taken_is_never_given_again() -> None:
    at = datetime(2041, 5, 5, tzinfo=UTC)
    assert len({references.next_reference(at) for _ in range(50)}) == 50


@pytest.mark.django_db(transaction=True)
def test_first_numbers_of_a_year_taken_at_once_are_different() -> None:
    """Two transactions find no sequence yet: the second waits for the first, and both get a number."""
    at, taken, begun = datetime(2051, 1, 1, tzinfo=UTC), [], threading.Event()

    def second() -> None:
        begun.wait(5)
        try:
            taken.append(references.next_reference(at))
        finally:
            connection.close()

    other = threading.Thread(target=second)
    other.start()
    with transaction.atomic():
        taken.append(references.next_reference(at))
        begun.set()
        other.join(0.3)
    other.join(10)
    assert len(set(taken)) == 2
