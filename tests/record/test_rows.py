"""Statements written once: planned once a connection, and as strict as those of the ORM."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from record.models import Order
from record.rows import Rows, insert, prepared, update

pytestmark = pytest.mark.django_db

ORDERS = Rows(o=Order)


def orders_of(subject: object) -> list[Order]:
    return [order for (order,) in ORDERS.read("default", *question(subject))]


def question(subject: object) -> tuple[str, list[object]]:
    return f"SELECT {ORDERS.columns} FROM record_order o WHERE o.subject = %s ORDER BY o.id", [subject]


def plans(text: str) -> int:
    """How many plans this connection keeps of statements that hold this text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE position(%s in statement) > 0", [text])
        return int(cursor.fetchone()[0])


@pytest.fixture
def order() -> Order:
    """A row inserted by a statement written once."""
    made = Order(system="card", operation="stop_card", subject=uuid4(), payload={"token": "“引号”\\ 与 '单引号'"})
    insert(made)
    return made


def test_what_was_inserted_is_what_the_orm_reads(order: Order) -> None:
    read = Order.objects.get(pk=order.pk)
    fields = [field.attname for field in Order._meta.concrete_fields]
    assert {name: getattr(read, name) for name in fields} == {name: getattr(order, name) for name in fields}
    assert [found.pk for found in orders_of(order.subject)] == [order.pk]


def test_what_was_updated_is_what_was_named(order: Order) -> None:
    order.attempts, order.operation = 3, "release_card"
    update(order, "attempts")
    read = Order.objects.get(pk=order.pk)
    assert (read.attempts, read.operation) == (3, "stop_card")


def test_a_statement_is_planned_once_a_connection(order: Order) -> None:
    for _ in range(3):
        orders_of(order.subject)
    assert plans(f"SELECT {ORDERS.columns}") == 1


def test_without_prepared_statements_nothing_is_kept_and_the_answer_is_the_same(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"SELECT /* {uuid4()} */ 1 WHERE %s = %s"
    monkeypatch.setattr(connection.connection, "prepare_threshold", None)
    for _ in range(3):
        with prepared("default") as cursor:
            cursor.execute(text, [1, 1])
            assert cursor.fetchall() == [(1,)]
    assert plans(text[:40]) == 0


def test_a_plan_outlives_a_column_that_is_added(order: Order) -> None:
    orders_of(order.subject)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE record_order ADD COLUMN added text")
    assert [found.pk for found in orders_of(order.subject)] == [order.pk]


def test_a_logged_statement_shows_its_values(order: Order, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(1) as asked:
        orders_of(order.subject)
    assert order.subject.hex in asked.captured_queries[0]["sql"].replace("-", "")


def test_a_key_used_twice_is_refused(order: Order) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Order(key=order.key, system="card", operation="stop_card", subject=uuid4()))


def test_a_row_that_is_not_there_is_not_written_in_silence(order: Order) -> None:
    order.pk = -1
    with pytest.raises(DatabaseError), transaction.atomic():
        update(order, "attempts")
