"""Every fact that can be told has a name of its own, in the code as in the journal."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from cases import (
    kinds as of_cases,
    kinds_advance as of_advances,
    kinds_call as of_calls,
    kinds_door as of_doors,
    kinds_general as of_general,
    kinds_lines as of_lines,
    kinds_panel as of_panels,
    kinds_reception as of_receptions,
    kinds_review as of_reviews,
    kinds_systems as of_systems,
    kinds_terms as of_terms,
    kinds_triage as of_triage,
)
from cases.apps import CasesConfig
from workflows import kinds as of_workflows, kinds_handing as of_handing

MODULES = [
    of_cases,
    of_advances,
    of_calls,
    of_doors,
    of_general,
    of_lines,
    of_panels,
    of_receptions,
    of_reviews,
    of_systems,
    of_terms,
    of_triage,
    of_workflows,
    of_handing,
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_no_kind_of_fact_takes_the_place_of_another(module):
    """Two assignments to one name would tell the second sentence for the first fact."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    names = [target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]

    assert sorted(names) == sorted(set(names))


def test_a_process_that_only_reads_knows_every_kind_of_fact_of_cases():
    """Each module of kinds is imported when the app is ready, not when somebody happens to open a page."""
    ready = inspect.getsource(CasesConfig.ready)
    modules = {path.stem for path in Path(inspect.getfile(CasesConfig)).parent.glob("kinds*.py")}
    assert sorted(name for name in modules if not re.search(rf"\b{name},", ready)) == []
