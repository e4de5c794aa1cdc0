"""All personal values of entries are read at once, checked like one."""

import pytest
from django.db import transaction

from record import journal, keys, personal
from record.kinds import Kind
from record.models import PersonKey
from record.sealed import SealBroken

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind() -> Kind:
    return next(one for one in journal.kinds() if one.name == "step.returned")


def tell(kind: Kind, reason: str, key: PersonKey) -> journal.Entry:
    with transaction.atomic():
        fact = journal.Fact(kind, {"step": "approve"}, {"reason": reason} if reason else {})
        return journal.append("case:1", fact, actor=journal.SYSTEM, key=key)[0]


def test_values_of_many_entries_cost_one_query(kind, django_assert_num_queries):
    key = keys.create_key()
    told = [tell(kind, reason, key) for reason in ("补利息", "", "金额不符")]

    with django_assert_num_queries(1):
        found = personal.reveal_all(told, purpose="test")

    assert found == {1: {"reason": "补利息"}, 3: {"reason": "金额不符"}}
    assert [journal.reveal(told[0], "reason", purpose="test")] == [found[1]["reason"]]


def test_entries_without_values_cost_nothing(kind, django_assert_num_queries):
    told = tell(kind, "", keys.create_key())
    with django_assert_num_queries(0):
        assert personal.reveal_all([told], purpose="test") == {}


def test_an_erased_persons_value_is_nothing_and_the_others_are_read(kind):
    gone, here = keys.create_key(), keys.create_key()
    told = [tell(kind, "甲", gone), tell(kind, "乙", here)]
    keys.destroy(gone, why="客户要求", actor=journal.SYSTEM)

    assert personal.reveal_all(told, purpose="test") == {1: {"reason": None}, 2: {"reason": "乙"}}


def test_what_an_entry_did_not_commit_to_is_told(kind):
    told = tell(kind, "甲", keys.create_key())
    told.told["personal"]["reason"] = "sha256:" + "0" * 64
    with pytest.raises(SealBroken):
        personal.reveal_all([told], purpose="test")


def test_it_opens_for_a_purpose_and_in_one_stream(kind):
    told = tell(kind, "甲", keys.create_key())
    with pytest.raises(ValueError, match="purpose"):
        personal.reveal_all([told], purpose=" ")
