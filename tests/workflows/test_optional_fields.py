"""A field is called optional only when no answer beside it makes it needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from django import forms

from tests.journey import Journey, Staff
from workflows import flows
from workflows.nodes import Step

pytestmark = pytest.mark.django_db
IN_A_LINE = re.compile(r"(hand|plan)_[1-9]_")  # the line as a whole may be left out
MANY = 40
FORMS = sorted(
    {
        node.form_class
        for flow in vars(flows).values()
        if hasattr(flow, "instance")
        for node in flow.instance.nodes()
        if isinstance(node, Step)
    },
    key=lambda form: form.__name__,
)


def chosen(form: forms.Form) -> Iterator[dict[str, Any]]:
    """Each choice of the form alone, and two by two; everything else left empty."""
    alone = [{name: value} for name, field in form.fields.items() for value, _words in getattr(field, "choices", ())]
    alone += [{name: "on"} for name, field in form.fields.items() if isinstance(field, forms.BooleanField)]
    yield from alone
    if len(alone) < MANY:
        yield from (one | other for one, other in combinations(alone, 2))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_what_a_step_refuses_to_leave_empty_is_not_called_optional(form: Any, staff: Staff) -> None:
    case = Journey.begin(staff).again()

    refused = {
        name
        for answers in chosen(form(case=case))
        for bound in [form(answers, case=case)]
        for name in bound.errors
        if name in bound.fields and not bound.fields[name].required and not answers.get(name)
        if not IN_A_LINE.match(name)
    }

    assert refused - set(getattr(form(case=case), "sometimes", ())) == set()
