"""Each of our records keeps history, or a reason stands here why not (docs/decisions/0038-nothing-is-missing.md)."""

from typing import Final

import pytest
from django.apps import apps
from django.db import connection, models

from record.history import Tracked
from tests.fixtures.written import options_of_history

OURS: Final = ("record", "accounts", "knowledge", "cases", "workflows")

# What is written once and never changed needs no history of its own: triggers keep it as it is.
WRITTEN_ONCE: Final = {
    "record.entry",
    "record.sealedvalue",
    "record.seal",
    "record.sealedhead",
    "record.sealcopy",
    "record.verification",
    "knowledge.policyedition",
}
WITHOUT: Final = {
    "record.stream": "length and head of a chain; moved by the database alone",
    "record.personkey": "erasing a person must leave nothing of his key; made and destroyed is told in its own stream",
    "record.order": "each state of an order is told in the case's stream (order.placed … order.void)",
    "accounts.draft": "a record of nothing, gone when sent or after seven days (decision 31)",
    "workflows.flowversion": "the table of a flow by its hash, written once",
    "workflows.caseprocess": "the engine's; what happens to it is told (flow.started … flow.ended)",
    "workflows.steptask": "the engine's; each claim, hand-over and end is told (step.opened … step.completed)",
    "cases.deadline": "each start, move, alarm and end is told (deadline.started … deadline.missed)",
    "cases.deadlinespan": "the reckoning of a deadline, told with it",
    "cases.notice": "tells a person what the journal has (deadline.reminded, customer.urged); thrown away when old",
    "cases.export": "each state is told in its own stream (export.asked … export.expired), how far it is is no record",
    "cases.erasurebatch": "each state is told in its own stream (erasure.proposed … erasure.done)",
    "cases.erasureitem": "what became of each person is told in the batch's stream (erasure.erased, erasure.held)",
    "cases.duty": "who did which part, derived from steps and told with them; four eyes are a constraint on it",
    "cases.dutiesapart": "a table of the programme: which duties one person may not both have",
}


def ours() -> list[type[models.Model]]:
    """Models of ours but for the tables of history themselves."""
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OURS and not model.__name__.startswith("Historical")
    ]


def test_each_record_is_tracked_or_a_reason_stands_here():
    untracked = {model._meta.label_lower for model in ours() if not issubclass(model, Tracked)}
    assert untracked == WRITTEN_ONCE | WITHOUT.keys()


def test_no_tracked_record_hides_something_in_a_table_between_two():
    between = {
        f"{model._meta.label_lower}.{field.name}" for model in ours() for field in model._meta.local_many_to_many
    }
    assert between == {"workflows.steptask.previous"}  # the engine's road from step to step, told by its steps


@pytest.mark.django_db
def test_what_is_written_once_cannot_be_changed():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%append_only'")
        kept = {table for (table,) in cursor.fetchall()}
    assert {apps.get_model(name)._meta.db_table for name in WRITTEN_ONCE} <= kept
    assert {options_of_history(model).db_table for model in ours() if issubclass(model, Tracked)} <= kept
