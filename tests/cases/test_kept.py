"""What nobody takes away: rows that are facts, and the history of every record."""

import os
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from cases.models import Case
from tests.cases.around import refused, settle
from tests.cases.stories import Story

pytestmark = pytest.mark.django_db

FACTS = (
    "case", "caseperson", "interest", "cardcontrol", "disputedtransaction", "evidence",
    "duty", "proposal", "moneyentry", "booking", "letter",
)  # fmt: skip


@pytest.fixture
def whole() -> Story:
    story = Story()
    story.closed("100.00")
    return story


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("table", [f"cases_{name}" for name in FACTS if name not in ("interest", "duty")])
def test_a_fact_is_not_deleted(whole: Story, table: str) -> None:
    assert whole.case.pk
    with refused(f"{table}_never_deleted"):
        run(f"DELETE FROM {table}")


def test_a_tracked_record_is_not_deleted_by_django_either(whole: Story) -> None:
    with pytest.raises(TypeError):
        Case.objects.get(pk=whole.case.pk).delete()
    with pytest.raises(TypeError):
        Case.objects.filter(pk=whole.case.pk).delete()
    with pytest.raises(TypeError):
        Case.objects.filter(pk=whole.case.pk).update(state="open")


@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET history_date = now()"])
def test_history_is_written_once(whole: Story, verb: str) -> None:
    for table in ("cases_historicalcase", "cases_historicalmoneyentry", "cases_historicalproposal"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            run(verb.format(table))


def test_every_history_is_append_only() -> None:
    histories = {
        model._meta.db_table
        for model in apps.get_app_config("cases").get_models()
        if "historical" in model._meta.db_table
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_append\\_only'")
        guarded = {table for (table,) in cursor.fetchall()}
    assert len(histories) > 10
    assert histories <= guarded


def test_a_role_that_owns_nothing_does_all_the_work_and_undoes_none() -> None:
    """Numbers, sum rules and four eyes work for the web role; what it may not, it cannot."""
    web = f"redress_web_{os.getpid()}"  # roles belong to the server, which other test runs use too
    run(f"CREATE ROLE {web}")
    call_command("harden_database", app=web, stdout=StringIO())
    run(f"SET LOCAL ROLE {web}")
    story = Story()
    story.closed("100.00")
    settle()
    assert story.again().state == "done"
    for sql in (
        "ALTER TABLE cases_booking DISABLE TRIGGER ALL",
        "DROP FUNCTION cases_check_sums",
        "TRUNCATE cases_duty",
    ):
        with pytest.raises(DatabaseError, match=r"must be owner|permission denied"), transaction.atomic():
            run(sql)
    run("RESET ROLE")
