"""The figures, how each is judged, and their rounds: sides alternate ABAB, the median of the rounds counts."""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.management import call_command

ROUNDS = 9


@dataclass(frozen=True)
class Figure:
    """A number with what it has to be. `measure` gives one value a round, or one value for a count.

    `is_long`: it takes minutes, and is run when it is named, or with BENCH_LONG=1.
    """

    name: str
    unit: str
    goal: str
    measure: Callable[[], list[float]]
    is_long: bool = False


def ratios(one: Callable[[], None], other: Callable[[], None], *, rounds: int = ROUNDS) -> list[float]:
    """Time of `other` over time of `one`, a round each; both warmed up first, the order turned round every time."""
    one()
    other()
    found = []
    for turn in range(rounds):
        pair = (one, other) if turn % 2 == 0 else (other, one)
        spent = {}
        for side in pair:
            began = time.perf_counter()
            side()
            spent[side] = time.perf_counter() - began
        found.append(spent[other] / spent[one])
    return found


def holds(value: float, goal: str) -> bool:
    """Whether the value keeps a goal like ">=0.5" or "<=15"."""
    bound = float(goal[2:])
    return value >= bound if goal.startswith(">=") else value <= bound


def figures() -> Iterator[Figure]:
    """All figures, in the order they are run."""
    from bench import inbox, journal, ledger, lifecycle, writers

    yield Figure("lifecycle_vs_viewflow", "ratio of speeds, plain Viewflow = 1", ">=0.5", lifecycle.against_viewflow)
    yield Figure("queries_per_step", "queries, claim and complete", "<=27", lifecycle.queries_per_step)
    yield Figure("inbox_growth_1k_100k", "ratio of times, 1,000 cases = 1", "<=1.5", inbox.growth)
    yield Figure("inbox_queries", "queries", "<=15", inbox.queries)
    yield Figure("list_growth_1k_100k", "ratio of times, 1,000 cases = 1", "<=1.5", ledger.growth)
    yield Figure("list_queries", "queries", "<=9", ledger.queries)
    yield Figure("verify_vs_hash", "ratio of speeds, reading and hashing = 1", ">=0.5", journal.against_reading)
    yield Figure("journal_scaling_1_to_10", "ratio of speeds, one writer = 1", ">=1.2", writers.scaling)
    yield from _of_exports()


def _of_exports() -> Iterator[Figure]:
    """Of 100,000 entries always; of ten thousand and a million, and how both grow, when it is asked for."""
    from bench import exports

    copied, clear = "ratio of speeds, bare COPY of the same rows = 1", partial(exports.against_copy, clear=True)
    yield Figure("export_vs_copy", copied, ">=0.3", exports.against_copy)
    yield Figure("export_clear_vs_copy", copied, ">=0.1", clear)
    yield Figure("export_clear_vs_masked", "ratio of speeds, masked = 1", ">=0.3", exports.masked_against_clear)
    yield Figure("export_peak_mb", "MB, a worker that exports 100,000 entries in all tables", "<=300", exports.peak)
    for size in ("10k", "1m"):
        rate, peak = partial(exports.against_copy, size), partial(exports.peak, size)
        yield Figure(f"export_vs_copy_{size}", copied, ">=0.3", rate, is_long=True)
        yield Figure(f"export_peak_mb_{size}", "MB, the same of so many entries", "<=300", peak, is_long=True)
    grown = "ratio of times a row, 10,000 entries = 1"
    yield Figure("export_growth_10k_1m", grown, "<=1.5", exports.growth, is_long=True)
    yield Figure("export_peak_growth_10k_1m", "ratio, 10,000 entries = 1", "<=1.5", exports.peak_growth, is_long=True)
    yield Figure("verify_py_growth_10k_1m", grown, "<=1.5", exports.growth_of_verifying, is_long=True)
    most = "MB, verify.py alone with a million entries"
    yield Figure("verify_py_peak_mb_1m", most, "<=100", exports.peak_of_verifying, is_long=True)


def run(wanted: list[str]) -> int:
    """Run the wanted figures, all when none is named; exit code 1 when one does not hold, 2 for an unknown name."""
    known = list(figures())
    if unknown := set(wanted) - {figure.name for figure in known}:
        sys.stderr.write(f"no such figure: {', '.join(sorted(unknown))}\n")
        return 2
    call_command("migrate", verbosity=0)
    kept, long = True, os.environ.get("BENCH_LONG") == "1"
    for figure in known:
        if figure.name in wanted or not (wanted or (figure.is_long and not long)):
            values = figure.measure()
            value = statistics.median(values)
            line: dict[str, Any] = {
                "figure": figure.name,
                "value": round(value, 3),
                "spread": [round(min(values), 3), round(max(values), 3)],
                "unit": figure.unit,
                "goal": figure.goal,
                "holds": holds(value, figure.goal),
            }
            kept = kept and line["holds"]
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
    return 0 if kept else 1
