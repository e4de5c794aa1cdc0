"""The process as the bank's own rule book has it (docs/processes/card-fraud.md) against the flows that run."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.utils import translation

from accounts.roles import Role
from knowledge import limits, policies
from knowledge.evidence import EvidenceKind
from workflows import rulebook
from workflows.flows import AFTER, BESIDE, FLOWS
from workflows.nodes import Approval, Do, Instruct, Step
from workflows.table import nodes_of

pytestmark = pytest.mark.django_db

PAGE = Path(settings.BASE_DIR) / "docs" / "processes" / "card-fraud.md"
CODE = re.compile(r"`([A-Za-z_]+)`")
BY_LIMIT = "按审批权限"
# Limits no step holds: of a stop, each thing to secure, a scheme's window, contacts, what a decision waits for, law.
ALSO = {
    "1": [limits.ORAL_LOSS],
    "2b": [limits.KEEP_LOGS, limits.KEEP_RECORDINGS],
    "2d": [limits.PAYEE_LAPSE],
    "2e": [limits.CHARGEBACK_WINDOW, limits.WINDOW_FIRST, limits.WINDOW_SECOND, limits.WINDOW_LAST],
    "2g": [limits.NEXT_CONTACT],
    "4": [limits.ADVANCE],
    "5": [limits.EVIDENCE_WAIT],
    "7": [limits.DECIDE_15, limits.DECIDE_30, limits.DECIDE_60],
    "10": [limits.REVIEW_ASK, limits.REVIEW_DECIDE],
}


class Row(NamedTuple):
    """One line of the table: number, what is done, where it runs, by whom, by when, with what on file, and the rest."""

    number: str
    what: str
    runs: str
    posts: str
    limits: str
    evidence: str
    gives: str
    otherwise: str


def rows() -> list[Row]:
    """The lines of the page's table."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [Row(*(cell.strip() for cell in line.strip("|").split("|"))) for line in lines[2:]]


def nodes(row: Row) -> list[Any]:
    """The steps and orders a line names: by node of the main flow, or all of a process of its own."""
    known = {node.name: node for node in nodes_of(FLOWS[0])}
    processes = {flow.__name__: nodes_of(flow) for flow in [*BESIDE, *AFTER]}
    found: list[Any] = []
    for name in CODE.findall(row.runs):
        assert name in known or name in processes, f"line {row.number} names {name}, which no flow has"
        found += processes.get(name) or [known[name]]
    return [node for node in found if isinstance(node, Step | Instruct | Do)]


def words(cell: str) -> set[str]:
    return {word.strip() for word in cell.split("；") if word.strip() and word.strip() != "—"}


ROWS = rows()


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def test_every_step_and_order_of_the_main_flow_stands_in_exactly_one_line():
    named = [name for row in ROWS for name in CODE.findall(row.runs)]
    asked = [node.name for node in nodes_of(FLOWS[0]) if isinstance(node, Step | Instruct | Do)]

    assert sorted(name for name in named if name in asked) == sorted(asked)
    assert {flow.__name__ for flow in [*BESIDE, *AFTER]} <= set(named)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_posts_limits_and_evidence_are_those_of_the_flow(row):
    if not (named := nodes(row)):
        assert "尚未" in row.otherwise or "登记" in row.runs, "a line without a step says that it is not there yet"
        return
    posts = {
        BY_LIMIT if isinstance(node, Approval) and not node.role else str(Role(node.role).label)
        for node in named
        if isinstance(node, Step)
    }
    keys = [key for node in named for key in (getattr(node, "limit", ""), *getattr(node, "starts", ()))]
    rules = [policies.rule(key) for key in [*keys, *ALSO.get(row.number, ())] if key]

    assert words(row.posts) == posts
    assert words(row.limits) == {rulebook.limit_words(rule) for rule in rules}
    assert words(row.evidence) == {
        str(EvidenceKind(kind).label) for node in named for kind in getattr(node, "evidence", ())
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_every_line_says_what_comes_of_it_and_what_happens_otherwise(row):
    assert row.what
    assert row.gives
    assert row.otherwise


def test_the_fourteen_lines_of_the_design_are_all_there():
    numbers = ["0", "1", "2a", "2b", "2c", "2d", "2e", "2f", "2g", "3", "4", "5", "6", "7", "8a", "8b", "8c", "8d"]

    assert [row.number for row in ROWS] == [*numbers, "9", "10", "11"]


def test_every_limit_of_card_fraud_stands_in_the_table():
    """A limit nobody can read there is one nobody keeps; what the board measures by is no limit of a person's work."""
    ours = {value for name, value in vars(limits).items() if name.isupper() and str(value).startswith("card_fraud.")}
    measures = {limits.LOGS_LAST, limits.RECORDINGS_LAST, limits.PROMPT_REPORT, limits.CARD_APART, limits.ADVANCE_BACK}
    every = [node for flow in [*FLOWS[:1], *BESIDE, *AFTER] for node in nodes_of(flow)]
    every = [node for node in every if isinstance(node, Step | Instruct | Do)]
    told = {key for node in every for key in (getattr(node, "limit", ""), *getattr(node, "starts", ()))}

    assert ours - measures <= told | {key for keys in ALSO.values() for key in keys}
