"""The law of drawing a sample: the same for everybody, whatever the order, in shares a reader reckons himself."""

import hashlib
import re
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import assume, given, settings as laws, strategies as st

from cases.sampling import Drawing, TooFew, allotted, key

REFERENCES = st.integers(0, 9_999_999).map(lambda number: f"26-{number:07d}-0")
POPULATIONS = st.dictionaries(REFERENCES, st.sampled_from(["", "A", "B", "C/paid"]), min_size=1, max_size=60)
SIZES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 5000), min_size=1)
SEEDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=40)
MANUALS = [Path(settings.BASE_DIR) / "docs" / "manual" / language / "auditor.md" for language in ("en", "zh-hans")]
PROGRAM = re.compile(r"```python\n(# draw_again\.py.*?)```", re.DOTALL)


def size_of(population: Any, draw: Any) -> int:
    return draw(st.integers(len(set(population.values())), len(population)))


@st.composite
def draws(draw: Any) -> tuple[dict[str, str], str, int]:
    """A population by reference, a seed, and a size that fits."""
    population = draw(POPULATIONS)
    return population, draw(SEEDS), size_of(population, draw)


def drawn(population: dict[str, str], seed: str, size: int) -> Drawing:
    return Drawing(seed, size).add_all(population.items())


@laws(deadline=None)
@given(draws())
def test_the_same_seed_draws_the_same_and_nothing_twice(asked):
    population, seed, size = asked
    first, second = drawn(population, seed, size).drawn(), drawn(population, seed, size).drawn()
    assert first == second
    assert len({one.reference for one in first}) == len(first) == size
    assert [one.position for one in first] == list(range(1, size + 1))
    assert all(population[one.reference] == one.stratum for one in first)


@laws(deadline=None)
@given(draws(), st.randoms())
def test_the_order_of_the_population_does_not_matter(asked, chance):
    population, seed, size = asked
    shuffled = list(population.items())
    chance.shuffle(shuffled)
    assert Drawing(seed, size).add_all(shuffled).drawn() == drawn(population, seed, size).drawn()


@laws(deadline=None)
@given(draws())
def test_of_each_stratum_the_smallest_keys_are_drawn(asked):
    population, seed, size = asked
    shares = allotted(Counter(population.values()), size)
    found = drawn(population, seed, size).drawn()
    for stratum, share in shares.items():
        there = sorted((ref for ref, name in population.items() if name == stratum), key=lambda ref: key(seed, ref))
        assert [one.reference for one in found if one.stratum == stratum] == there[:share]


@laws(deadline=None)
@given(SIZES, st.data())
def test_shares_are_the_whole_one_at_least_and_no_more_than_there_are(sizes, data):
    size = data.draw(st.integers(len(sizes), sum(sizes.values())))
    shares = allotted(sizes, size)
    assert shares.keys() == sizes.keys()
    assert sum(shares.values()) == size
    assert all(1 <= shares[name] <= there for name, there in sizes.items())


@laws(deadline=None)
@given(SIZES, st.data())
def test_where_no_share_is_below_one_each_is_its_share_cut_or_one_more(sizes, data):
    total = sum(sizes.values())
    size = data.draw(st.integers(len(sizes), total))
    assume(all(size * there >= total for there in sizes.values()))
    shares = allotted(sizes, size)
    for name, there in sizes.items():
        exact = Fraction(size * there, total)
        assert int(exact) <= shares[name] <= int(exact) + (exact.denominator > 1)


@laws(deadline=None)
@given(SIZES, st.data())
def test_a_larger_stratum_never_gets_less(sizes, data):
    shares = allotted(sizes, data.draw(st.integers(len(sizes), sum(sizes.values()))))
    for name, there in sizes.items():
        assert all(shares[name] <= shares[other] for other, more in sizes.items() if more > there)


@pytest.mark.parametrize(
    ("sizes", "size", "shares"),
    [
        ({"": 100}, 7, {"": 7}),
        ({"a": 50, "b": 50}, 5, {"a": 3, "b": 2}),  # equal remainders: the one named first
        ({"a": 700, "b": 200, "c": 100}, 10, {"a": 7, "b": 2, "c": 1}),
        ({"a": 990, "b": 5, "c": 5}, 10, {"a": 8, "b": 1, "c": 1}),
        ({"a": 60, "b": 30, "c": 10}, 4, {"a": 2, "b": 1, "c": 1}),
        ({"a": 1, "b": 1}, 2, {"a": 1, "b": 1}),
    ],
)
def test_shares_row_by_row(sizes, size, shares):
    assert allotted(sizes, size) == shares


@pytest.mark.parametrize(("sizes", "size"), [({"a": 3}, 4), ({"a": 3, "b": 3}, 1), ({}, 1), ({"a": 2}, 0)])
def test_what_cannot_be_drawn_is_refused(sizes, size):
    with pytest.raises(TooFew):
        allotted(sizes, size)


def test_the_key_is_the_hash_of_seed_line_feed_and_reference():
    assert key("seed-1", "26-0000001-4") == int(hashlib.sha256(b"seed-1\n26-0000001-4").hexdigest(), 16)


def test_the_digest_is_that_of_the_lines():
    made = Drawing("seed-1", 1).add_all([("26-0000001-4", "A"), ("26-0000002-2", "B")])
    lines = b"26-0000001-4\tA\n26-0000002-2\tB\n"
    assert made.digest == f"sha256:{hashlib.sha256(lines).hexdigest()}"


def test_memory_does_not_grow_with_the_population():
    made = Drawing("seed-1", 5).add_all((f"26-{number:07d}-0", "AB"[number % 2]) for number in range(20_000))
    assert made.population == 20_000
    assert {name: len(kept) for name, kept in made._kept.items()} == {"A": 5, "B": 5}


@pytest.mark.parametrize("manual", MANUALS, ids=["en", "zh-hans"])
@laws(max_examples=5, deadline=None)
@given(asked=draws())
def test_the_twenty_lines_of_the_manual_draw_the_same(manual, asked, tmp_path_factory):
    """By a Python that knows nothing of us."""
    population, seed, size = asked
    (program,) = PROGRAM.findall(manual.read_text(encoding="utf-8"))
    assert len([line for line in program.splitlines() if line]) <= 22
    folder = tmp_path_factory.mktemp("stranger")
    (folder / "draw_again.py").write_text(program, encoding="utf-8")
    lines = "".join(f"{reference}\t{stratum}\n" for reference, stratum in sorted(population.items()))
    (folder / "population.tsv").write_text(lines, encoding="utf-8", newline="\n")
    told = subprocess.run(
        [sys.executable, "-I", "draw_again.py", "population.tsv", seed, str(size)],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    wanted = drawn(dict(sorted(population.items())), seed, size)
    assert told.splitlines() == [wanted.digest, *(one.reference for one in wanted.drawn())]
