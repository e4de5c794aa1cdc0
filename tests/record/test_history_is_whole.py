"""The witness of every test sees what history does not tell, however it was written."""

import pytest
from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from tests.factories import UserFactory
from tests.fixtures.written import without_history

pytestmark = [pytest.mark.django_db, pytest.mark.beside_history("on purpose, to be seen")]


def test_what_was_saved_is_in_history():
    user = UserFactory.create()
    user.display_name = "赵敏"
    user.save()

    assert list(without_history()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_user SET display_name = 'X' WHERE id = %s",
        "INSERT INTO accounts_user SELECT (jsonb_populate_record(u, jsonb_build_object('id', u.id + 1000000,"
        " 'uuid', gen_random_uuid(), 'staff_number', 'other'))).* FROM accounts_user u WHERE id = %s",
    ],
    ids=["changed", "added"],
)
def test_sql_of_our_own_is_seen(statement):
    user = UserFactory.create()
    with connection.cursor() as cursor:
        cursor.execute(statement, [user.pk])

    (seen,) = without_history()
    assert seen.startswith("accounts.user ")


def test_an_update_that_went_past_the_tracked_queryset_is_seen():
    user = UserFactory.create()
    QuerySet.update(User.objects.filter(pk=user.pk), display_name="X")

    assert list(without_history()) == [f"accounts.user {user.pk}"]
