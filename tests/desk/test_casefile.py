"""Rows gathered by one statement are the rows the ORM reads, value by value, and they order and end as asked."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.db import models

from record import clock
from record.bundle import Part, read
from record.models import Order
from tests.factories.cases import TransactionFactory
from tests.journey import Journey
from tests.workflows.roads import to_the_end
from workflows.desk import casefile

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture
def archived(staff) -> Journey:
    """A case with rows of nearly every kind."""
    journey = to_the_end(Journey.begin(staff))
    journey.again()
    return journey


def values(row: models.Model) -> dict[str, object]:
    plain = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in plain.items()}


@pytest.mark.parametrize("part", [*casefile.WHOLE, *casefile.PARTLY], ids=lambda part: part.name)
def test_every_part_of_a_case_file_is_what_the_orm_reads(part, archived):
    found = read("default", archived.case.pk, (part,))[part.name]

    by_key = part.model._default_manager.in_bulk([row.pk for row in found])
    for row in found:
        assert values(row) == values(by_key[row.pk])
        assert {type(value) for value in values(row).values()} == {type(v) for v in values(by_key[row.pk]).values()}


def test_nothing_of_a_case_is_left_out(archived):
    found = read("default", archived.case.pk, casefile.WHOLE)
    for part in casefile.WHOLE:
        assert {row.pk for row in found[part.name]} == {
            row.pk for row in part.model._default_manager.filter(case=archived.case)
        }
    assert all(found[name] for name in ("controls", "transactions", "money", "evidence", "deadlines", "tasks"))


def test_order_and_number_are_as_asked(archived):
    part = Part("last", casefile.Evidence, "case_id = %s", order="id DESC", most=2)
    rows = read("default", archived.case.pk, (part,))["last"]

    assert [row.pk for row in rows] == sorted(archived.case.evidence.values_list("pk", flat=True), reverse=True)[:2]


def test_the_smallest_part_of_a_sum_and_of_a_second_is_kept(archived):
    row = TransactionFactory(
        case=archived.case,
        amount=Decimal("99999999999999.99"),
        booked_at=clock.now().replace(microsecond=1) - timedelta(days=1),
    )

    part = next(one for one in casefile.WHOLE if one.name == "transactions")
    gathered = next(one for one in read("default", archived.case.pk, (part,))["transactions"] if one.pk == row.pk)

    assert (gathered.amount, gathered.booked_at) == (row.amount, row.booked_at)


def test_a_kind_of_column_nobody_thought_of_is_refused_rather_than_read_wrongly(archived):
    """Money in a JSON column is text there and would become a number; no part has one."""
    (order, *_) = archived.orders()
    with pytest.raises(TypeError):
        read("default", order.pk, (Part("orders", Order, "id = %s"),))


def test_the_file_hangs_on_the_case_and_asks_nothing_more(archived, django_assert_num_queries):
    case = archived.case
    with django_assert_num_queries(3):  # the rows, people named, branches named
        casefile.open_file(case)

    with django_assert_num_queries(0):
        assert case.letter.drafted_by.display_name
        assert {task.process.case for task in case.tasks.all()} == {case}
        assert {line.transaction for line in case.money.all() if line.transaction_id} <= {*case.transactions.all()}
        assert casefile.open_steps(case.tasks.all()) == []
