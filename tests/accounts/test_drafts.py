"""A draft is its owner's alone, sealed, in the place of the one before it, and gone when it is old or its person is."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from accounts.actions import drafts
from accounts.errors import Refused
from accounts.models import Draft, User
from record import clock, keys
from record.journal import system
from record.models import PersonKey
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

PLACE = "/new/"


@pytest.fixture
def agent() -> User:
    agent: User = UserFactory.create()
    return agent


def test_what_is_typed_on_takes_the_place_of_what_was_kept_before(agent):
    uuid = uuid4()
    drafts.keep(agent, uuid, place=PLACE, answers="narrative=a")
    with clock.at(clock.now() + timedelta(minutes=1)):
        drafts.keep(agent, uuid, place=PLACE, answers="narrative=ab")

    (draft,) = Draft.objects.all()
    assert drafts.open_again(agent, uuid, PLACE) == (draft, "narrative=ab")


def test_in_the_database_it_cannot_be_read(agent):
    drafts.keep(agent, uuid4(), place=PLACE, answers="name=张三&narrative=盗刷")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(d::text, '') FROM accounts_draft d")
        (told,) = cursor.fetchone()
    assert "张三" not in told
    assert "张三".encode().hex() not in told


def test_it_is_nobody_else_s_to_read_write_or_throw_away(agent):
    other, uuid = UserFactory.create(), uuid4()
    drafts.keep(agent, uuid, place=PLACE, answers="name=a")

    assert drafts.offered(other, PLACE, besides=uuid4()) == []
    assert drafts.open_again(other, uuid, PLACE) is None
    assert drafts.forget(other, uuid) == 0
    with pytest.raises(Refused):
        drafts.keep(other, uuid, place=PLACE, answers="name=b")
    assert drafts.open_again(agent, uuid, PLACE)[1] == "name=a"


def test_it_belongs_to_one_page(agent):
    uuid = uuid4()
    drafts.keep(agent, uuid, place=PLACE, answers="name=a")
    assert drafts.open_again(agent, uuid, "/stop-loss/") is None
    with pytest.raises(Refused):
        drafts.keep(agent, uuid, place="/stop-loss/", answers="name=a")


def test_more_than_a_page_holds_is_refused(agent):
    drafts.keep(agent, uuid4(), place=PLACE, answers="a" * drafts.LARGEST)
    with pytest.raises(Refused):
        drafts.keep(agent, uuid4(), place=PLACE, answers="a" * (drafts.LARGEST + 1))


def test_nobody_fills_the_table_the_oldest_give_way(agent, monkeypatch):
    monkeypatch.setattr(drafts, "MOST", 3)
    uuids = [uuid4() for _ in range(5)]
    for minutes, uuid in enumerate(uuids):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            drafts.keep(agent, uuid, place=PLACE, answers="name=a")
    assert set(Draft.objects.values_list("uuid", flat=True)) == set(uuids[2:])
    assert PersonKey.objects.filter(subject__in=uuids).count() == 3


def test_sent_or_thrown_away_its_own_key_goes_with_it_and_the_customers_stays(agent):
    own, of_a_case = uuid4(), uuid4()
    customer = keys.create_key(subject=uuid4())
    drafts.keep(agent, own, place=PLACE, answers="name=a")
    drafts.keep(agent, of_a_case, place="/case/x/contact/", answers="note=a", key=customer)

    assert drafts.forget(agent, own) == 1
    assert drafts.forget(agent, of_a_case) == 1
    assert drafts.forget(agent, own) == 0
    assert list(PersonKey.objects.all()) == [customer]


def test_the_night_takes_what_nobody_came_back_to_for_a_week(agent):
    old, young = uuid4(), uuid4()
    drafts.keep(agent, old, place=PLACE, answers="name=a")
    with clock.at(clock.now() + drafts.KEPT + timedelta(seconds=1)):
        drafts.keep(agent, young, place=PLACE, answers="name=b")
        assert drafts.purge() == 1
        assert drafts.purge() == 0
    assert [draft.uuid for draft in Draft.objects.all()] == [young]


def test_who_was_erased_is_erased_in_drafts_too(agent):
    uuid, customer = uuid4(), keys.create_key(subject=uuid4())
    drafts.keep(agent, uuid, place="/case/x/contact/", answers="note=a", key=customer)
    keys.destroy(customer, why="retention ended", actor=system("test"))
    assert drafts.open_again(agent, uuid, "/case/x/contact/") is None
