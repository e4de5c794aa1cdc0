"""Views of the ledgers a person keeps: his own alone, told in his stream, in history, removed and never deleted."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.actions import remove_view, rename_view, save_view
from accounts.actions.views import MOST
from accounts.errors import NotAllowed, Refused
from accounts.models import SavedView
from record.journal import entries, verify
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LATE = {"state": "late", "unit": "B0511"}


def kept(user, name: str = "超时", **fields):
    return save_view(**{"user": user, "ledger": "complaints", "name": name, "filters": LATE, **fields})


def test_a_view_is_saved_renamed_and_removed_and_each_is_told_and_kept_in_history():
    me = UserFactory.create()
    view = kept(me, "  超时 的 ")
    assert (view.name, view.filters) == ("超时 的", LATE)
    view = rename_view(view=view, user=me, name="超时单")
    view = remove_view(view=view, user=me)

    told = list(entries(me.stream).order_by("number"))
    assert [entry.kind for entry in told] == ["view.saved", "view.renamed", "view.removed"]
    assert {entry.actor_number for entry in told} == {me.staff_number}
    assert all(entry.data["filters"] == LATE for entry in told)
    assert [change["fields"].get("name", {}).get("after") for (change,) in (e.told["changed"] for e in told)] == [
        "超时 的",
        "超时单",
        None,
    ]
    assert verify(me.stream) is None
    assert view.history.count() == 3
    assert not SavedView.objects.of(me).exists()


def test_the_same_name_takes_the_new_filters_and_a_removed_name_is_free_again():
    me = UserFactory.create()
    first = kept(me)
    assert kept(me, filters={"channel": "app"}).pk == first.pk
    assert SavedView.objects.of(me, "complaints").get().filters == {"channel": "app"}
    remove_view(view=first, user=me)
    assert kept(me).pk != first.pk
    kept(me, ledger="stops")
    assert SavedView.objects.of(me, "complaints").count() == 1
    assert SavedView.objects.of(me).count() == 2


def test_removing_twice_is_removing_once():
    me = UserFactory.create()
    view = remove_view(view=kept(me), user=me)
    assert remove_view(view=view, user=me).removed_at == view.removed_at
    assert entries(me.stream).count() == 2


def test_nobody_changes_somebody_elses_view():
    view, other = kept(UserFactory.create()), UserFactory.create()
    with pytest.raises(NotAllowed):
        rename_view(view=view, user=other, name="我的")
    with pytest.raises(NotAllowed):
        remove_view(view=view, user=other)
    assert SavedView.objects.get().name == "超时"
    assert not entries(other.stream).exists()


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * 31, "客户 138 1622 6220", "62260000-00000", "110101199003070011", "a\x00b"]
)
def test_a_name_is_short_and_holds_no_number_of_a_customer(name):
    me = UserFactory.create()
    with pytest.raises(Refused) as refused:
        kept(me, name)
    assert refused.value.field == "name"
    view = kept(me)
    with pytest.raises(Refused):
        rename_view(view=view, user=me, name=name)
    assert SavedView.objects.get().name == "超时"


def test_a_name_may_hold_a_month_or_an_edition():
    assert kept(UserFactory.create(), "2026-11 监管转办 12378").name == "2026-11 监管转办 12378"


def test_two_views_of_a_ledger_have_two_names():
    me = UserFactory.create()
    kept(me, "一")
    second = kept(me, "二")
    with pytest.raises(Refused) as refused:
        rename_view(view=second, user=me, name="一")
    assert refused.value.field == "name"
    assert rename_view(view=second, user=me, name="二").name == "二"


def test_a_list_of_views_stays_short():
    me = UserFactory.create()
    for number in range(MOST):
        kept(me, f"视图 {number}")
    with pytest.raises(Refused):
        kept(me, "多一个")
    assert kept(me, "视图 0", filters={}).filters == {}


def test_a_view_cannot_be_deleted():
    view = kept(UserFactory.create())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_savedview")
    assert SavedView.objects.filter(pk=view.pk).exists()
