"""Whose signature a sum needs."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts import actions
from accounts.authority import approving_roles, bank_day, limit_of, quarter_begins
from accounts.errors import NotAllowed, Refused
from accounts.models import AuthorityLimit
from accounts.roles import Role
from record import clock
from record.journal import SYSTEM, entries
from tests.factories import person

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)  # 12:00 in Shanghai
ALL = [Role.OUTLET_HEAD, Role.TIER2_HEAD, Role.TIER1_HEAD, Role.CARD_CENTRE_HEAD]


@pytest.fixture
def limits(tree):
    """The ladder of the bank, in force since 1 March 2026."""
    with clock.at(datetime(2026, 3, 1, 4, tzinfo=UTC)):
        for role, amount in zip(ALL, ["1000", "10000", "100000", "1000000"], strict=True):
            actions.set_limit(role=role, amount=Decimal(amount), by=SYSTEM)
    return tree


@pytest.mark.parametrize(
    ("amount", "roles"),
    [
        ("0", ALL),
        ("1000.00", ALL),
        ("1000.01", ALL[1:]),
        ("10000.00", ALL[1:]),
        ("10000.01", ALL[2:]),
        ("100000.00", ALL[2:]),
        ("100000.01", ALL[3:]),
        ("1000000.00", ALL[3:]),
        ("1000000.01", []),
    ],
)
def test_the_lowest_level_whose_limit_covers_the_sum_comes_first(limits, amount, roles):
    assert approving_roles(Decimal(amount), at=NOON) == roles


def test_choosing_the_level_asks_the_database_once(limits, django_assert_num_queries):
    with django_assert_num_queries(1):
        approving_roles(Decimal(5), at=NOON, place=limits.outlet)


@pytest.mark.parametrize(
    ("place", "limit"),
    [
        ("outlet", "300"),  # set for itself
        ("sister_outlet", "2000"),  # set for the tier-2 branch above
        ("tier2", "2000"),
        ("tier1", "1000"),  # nothing nearer than "everywhere"
        ("other_outlet", "1000"),
        ("head_office", "1000"),
    ],
)
def test_the_limit_set_nearest_to_the_place_counts(limits, place, limit):
    with clock.at(NOON):
        actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(2000), branch=limits.tier2, by=SYSTEM)
        actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(300), branch=limits.outlet, by=SYSTEM)

    assert limit_of(Role.OUTLET_HEAD, getattr(limits, place), at=NOON) == Decimal(limit)


def test_a_nearer_limit_moves_the_level_of_a_place_and_of_no_other(limits):
    with clock.at(NOON):
        actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(300), branch=limits.outlet, by=SYSTEM)

    assert approving_roles(Decimal(500), at=NOON, place=limits.outlet)[0] == Role.TIER2_HEAD
    assert approving_roles(Decimal(500), at=NOON, place=limits.sister_outlet)[0] == Role.OUTLET_HEAD


@pytest.mark.parametrize(
    ("at", "limit"),
    [
        (datetime(2026, 2, 28, 15, 59, tzinfo=UTC), None),  # 23:59 in Shanghai, the day before the first
        (datetime(2026, 2, 28, 16, 0, tzinfo=UTC), "1000"),  # 00:00
        (datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC), "1000"),  # the last second of the last day
        (datetime(2026, 3, 31, 16, 0, tzinfo=UTC), "5000"),
        (datetime(2036, 1, 1, tzinfo=UTC), "5000"),
    ],
)
def test_a_limit_counts_from_its_first_to_its_last_day_of_the_bank(limits, at, limit):
    with clock.at(NOON):
        actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(5000), valid_from=date(2026, 4, 1), by=SYSTEM)

    assert limit_of(Role.OUTLET_HEAD, None, at=at) == (limit and Decimal(limit))


def test_another_currency_is_another_limit(limits):
    assert approving_roles(Decimal(1), at=NOON, currency="USD") == []


def test_a_new_limit_ends_the_former_one_and_the_journal_tells_both(limits):
    with clock.at(NOON):
        limit = actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(7), by=SYSTEM)

    assert AuthorityLimit.objects.get(role=Role.OUTLET_HEAD, amount=1000).valid_to == date(2026, 3, 9)
    entry = list(entries("policy:authority.compensation"))[-1]
    assert entry.data["amount"] == {"amount": "7.00", "currency": "CNY"}
    assert list(entry.told["changed"][0]["fields"]) == ["valid_to"]
    assert "Head of outlet" in entry.say()
    assert limit.valid_from == date(2026, 3, 10)


def test_two_limits_never_count_on_one_day(limits):
    with clock.at(NOON):
        actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(7), by=SYSTEM)
        with pytest.raises(Refused, match="already set for some of these days"):
            actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(8), by=SYSTEM)


def test_an_ended_limit_leaves_no_authority(limits):
    limit = AuthorityLimit.objects.get(role=Role.CARD_CENTRE_HEAD)
    with clock.at(NOON):
        actions.end_limit(limit=limit, by=SYSTEM)

    assert approving_roles(Decimal(500000), at=NOON) == [Role.CARD_CENTRE_HEAD]
    assert approving_roles(Decimal(500000), at=NOON + timedelta(days=1)) == []


@pytest.mark.parametrize("amount", ["-1", "NaN", "1.234", "99999999999999999"])
def test_no_limit_is_set_to_a_sum_that_is_none(limits, amount):
    with clock.at(NOON), pytest.raises(Refused) as refused:
        actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(amount), by=SYSTEM)

    assert refused.value.field == "amount"


def test_a_person_cannot_reach_back_to_days_already_over(limits, administrator):
    yesterday = bank_day(clock.now()) - timedelta(days=1)

    with pytest.raises(Refused, match="days already over"):
        actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(9), valid_from=yesterday, by=administrator)
    with pytest.raises(Refused, match="days already over"):
        actions.end_limit(limit=AuthorityLimit.objects.get(role=Role.OUTLET_HEAD), last_day=yesterday, by=administrator)


def test_an_administrator_of_a_branch_sets_limits_there_and_not_for_the_bank(limits):
    local = person(Role.ADMINISTRATOR, limits.tier1)

    actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(9), branch=limits.outlet, by=local)
    for branch in (None, limits.head_office, limits.other_outlet):
        with pytest.raises(NotAllowed):
            actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(9), branch=branch, by=local)


@pytest.mark.parametrize(
    ("moment", "begins"),
    [
        ("2026-11-27T12:00:00+08:00", "2026-10-01T00:00:00+08:00"),
        ("2026-10-01T00:00:00+08:00", "2026-10-01T00:00:00+08:00"),
        ("2026-09-30T23:59:59+08:00", "2026-07-01T00:00:00+08:00"),
        ("2026-12-31T16:00:00+00:00", "2027-01-01T00:00:00+08:00"),
    ],
)
def test_a_quarter_begins_on_the_banks_day(moment, begins):
    assert quarter_begins(datetime.fromisoformat(moment)) == datetime.fromisoformat(begins)
