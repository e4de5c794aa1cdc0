"""The sum rules hold when a transaction commits, also when two commit at once; inside it sums may be unbalanced."""

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from cases.models import Case, MoneyEntry
from tests.cases.around import approved, change, decided, settle, stands
from tests.cases.stories import Story
from tests.factories.cases import MoneyEntryFactory, ProposalFactory

pytestmark = pytest.mark.django_db


def test_what_does_not_balance_may_stand_inside_a_transaction() -> None:
    with stands():
        entry = approved()
    with stands():
        change(entry, amount=Decimal("10.00"))
        change(entry, amount=Decimal("60.00"))


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_does_not_balance_leaves_nothing() -> None:
    with transaction.atomic():
        entry = approved()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change(entry, amount=Decimal("59.00"))
    assert error.value.__cause__.diag.constraint_name == "proposal_is_its_lines"
    assert MoneyEntry.objects.get().amount == Decimal("60.00")


@pytest.mark.django_db(transaction=True)
def test_two_who_go_round_the_actions_at_once_do_not_get_past_the_rule_together() -> None:
    """Each adds a recovery that fits alone; the second to commit sees the first."""
    with transaction.atomic():
        one = decided()
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def recover() -> None:
        try:
            with transaction.atomic():
                MoneyEntryFactory(case=one.case, kind="recovery", amount=Decimal("60.00"))
                barrier.wait(10)
            outcomes.append("kept")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=recover) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["kept", "refused"]


@given(
    lines=st.lists(st.tuples(st.sampled_from(["principal", "goodwill"]), st.integers(1, 7000)), min_size=1, max_size=4),
    off=st.integers(-1, 1),
)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_lets_stand_exactly_what_keeps_the_rules(lines: list[tuple[str, int]], off: int) -> None:
    sums = {kind: sum(cents for other, cents in lines if other == kind) for kind in ("principal", "goodwill")}
    total = sum(sums.values()) + off
    keeps = off == 0 and sums["principal"] <= 6000 and sum(sums.values()) <= 10_000
    outcome = True
    try:
        with transaction.atomic():
            one = decided()
            proposal = ProposalFactory(case=one.case, total=Decimal(total) / 100)
            for kind, cents in lines:
                MoneyEntryFactory(
                    case=one.case, proposal=proposal, transaction=one, kind=kind, amount=Decimal(cents) / 100
                )
            settle()
            transaction.set_rollback(True)
    except IntegrityError:
        outcome = False
    assert outcome == keeps


def test_a_whole_case_keeps_every_rule_to_the_end() -> None:
    story = Story()
    story.closed("100.00", "33.33")
    with stands():
        change(Case.objects.get(pk=story.case.pk), state="archived")
