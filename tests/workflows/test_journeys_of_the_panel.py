"""责任认定会: above the sum one person decides on, four members vote; minutes and dissent stay, a tie adopts none."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import AuthorityLimit, Branch, User
from accounts.models.authority import LimitKind
from accounts.roles import Role
from cases.actions.panel import adopts, needs_panel
from cases.errors import CaseError, NotAllowed
from record import clock, journal
from tests.factories import PostFactory, person
from tests.journey import Journey
from tests.workflows.roads import ANSWERS, does, last_fact, to_the_end, until, whole
from workflows import verbs
from workflows.desk.panel import of as panels_of
from workflows.desk.timeline import said
from workflows.desk.who_can import who_can
from workflows.verbs.casework import declare_interest
from workflows.verbs.law_clock import take_new_facts

pytestmark = pytest.mark.django_db

SEATS = {
    "vote_consumer": "consumer_protection",
    "vote_legal": "compliance",
    "vote_risk": "risk",
    "vote_business": "dispute",
}


@pytest.fixture
def alone_up_to():
    """Sets the sum up to which the liability officer decides alone."""

    def set_to(amount: str) -> None:
        AuthorityLimit(
            role=Role.LIABILITY, kind=LimitKind.LIABILITY, amount=Decimal(amount), valid_from=date(2000, 1, 1)
        ).save()

    return set_to


@pytest.fixture
def sitting(staff, alone_up_to) -> Journey:
    """A decision above the sum: the panel was called."""
    alone_up_to("1.00")
    return does_decide(until(Journey.begin(staff), "decide"))


def does_decide(journey: Journey) -> Journey:
    does(journey, "decide")
    journey.again()
    return journey


def votes(journey: Journey, *against: str) -> Journey:
    """Every seat votes, these against."""
    for step, post in SEATS.items():
        answers = {"vote": "against", "reason": "真卡核验不足"} if step in against else {"vote": "for"}
        journey.does(step, getattr(journey.staff, post), **answers)
    return journey


def both(role: str, other: str, branch: Branch) -> User:
    """One person with two posts there."""
    user = person(role, branch)
    PostFactory.create(user=user, role=other, branch=branch)
    return user


@pytest.mark.parametrize(
    ("in_favour", "against", "adopted"), [(4, 0, True), (3, 1, True), (2, 2, False), (1, 3, False), (0, 4, False)]
)
def test_more_for_than_against_adopts(in_favour, against, adopted):
    assert adopts(in_favour, against) is adopted


@pytest.mark.parametrize(("difference", "needed"), [("-0.01", True), ("0.00", False), ("0.01", False)])
def test_the_sum_itself_is_still_decided_alone(staff, alone_up_to, difference, needed):
    journey = until(Journey.begin(staff), "decide")
    alone_up_to(str(journey.case.disputed_total + Decimal(difference)))

    assert needs_panel(journey.case) is needed
    does_decide(journey)
    assert journey.waiting == (set(SEATS) if needed else {"propose"})


def test_a_bank_that_set_no_sum_has_no_panel(staff):
    journey = does_decide(until(Journey.begin(staff), "decide"))

    assert journey.waiting == {"propose"}
    assert not journey.case.panels.exists()


def test_adopted_with_a_dissent_the_case_goes_on_and_the_dissent_stays(sitting):
    assert sitting.waiting == set(SEATS)
    votes(sitting, "vote_risk")
    assert sitting.waiting == {"panel_minutes"}
    does(sitting, "panel_minutes")

    assert sitting.waiting == {"propose"}
    panel = sitting.again().panels.get()
    assert (panel.outcome, panel.minutes.reference) == ("adopted", "HY-2026-07")
    dissent = panel.votes.get(seat="risk")
    assert dissent.reveal("reason", purpose="test") == "真卡核验不足"
    assert last_fact(sitting, "panel.adopted").data["against"] == 1
    assert journal.verify(sitting.case.stream) is None
    whole(to_the_end(sitting))


@pytest.mark.parametrize("against", [("vote_risk", "vote_legal"), tuple(SEATS)])
def test_not_adopted_it_is_decided_anew_and_another_panel_sits(sitting, against):
    votes(sitting, *against)
    does(sitting, "panel_minutes")

    assert sitting.waiting == {"decide"}
    does_decide(sitting)
    assert sitting.waiting == set(SEATS)
    votes(sitting)
    sitting.does("panel_minutes", sitting.staff.consumer_protection, **ANSWERS["panel_minutes"](sitting) | SECOND)

    assert [panel.outcome for panel in sitting.again().panels.all()] == ["not_adopted", "adopted"]
    whole(to_the_end(sitting))


SECOND = {"minutes": "HY-2026-08"}


def test_whoever_votes_against_says_why(sitting):
    with pytest.raises(CaseError) as refused:
        sitting.does("vote_risk", sitting.staff.risk, vote="against")

    assert refused.value.field == "reason"
    assert not sitting.case.panels.get().votes.exists()


def test_nobody_sits_twice_nor_after_tracing_nor_with_an_interest(sitting, staff):
    many = both(Role.RISK, Role.DISPUTE, staff.bank.head_office)
    sitting.does("vote_risk", many, vote="for")
    with pytest.raises(NotAllowed):
        verbs.claim(sitting.task("vote_business").uuid, user=many)

    biased = staff.dispute
    declare_interest(sitting.case, user=biased, why="亲属")
    with pytest.raises(NotAllowed):
        verbs.claim(sitting.task("vote_business").uuid, user=biased)


def test_a_member_who_is_away_is_replaced_and_both_stand_in_the_record(sitting, staff):
    verbs.claim(sitting.task("vote_legal").uuid, user=staff.compliance)
    other = person(Role.COMPLIANCE, staff.bank.head_office)
    verbs.reassign(sitting.task("vote_legal").uuid, user=staff.service_manager, to=other, why="出差")

    sitting.does("vote_legal", other, vote="for")

    states = sitting.case.duties.filter(duty="vote_legal").order_by("id").values_list("person_id", "state")
    assert list(states) == [(staff.compliance.pk, "released"), (other.pk, "done")]
    assert sitting.case.panels.get().votes.get().by == other


def test_a_member_of_the_panel_does_not_approve_the_sum(sitting, staff):
    head = both(Role.OUTLET_HEAD, Role.RISK, staff.bank.outlet)
    sitting.does("vote_risk", head, vote="for")
    for step in ("vote_consumer", "vote_legal", "vote_business", "panel_minutes", "propose"):
        does(sitting, step)

    with pytest.raises(NotAllowed):
        verbs.claim(sitting.task("approve").uuid, user=head)


def test_a_vote_stays_covered_until_all_have_voted(sitting, staff):
    sitting.does("vote_risk", staff.risk, vote="against", reason="真卡核验不足")

    shown = panels_of(sitting.again())["panels"][0]
    assert (shown["votes"], shown["voted"]) == ([], ["风险"])
    told = [said(entry) for entry in journal.entries(sitting.case.stream)]
    assert "第1次责任认定会：一名委员已表决。" in told
    assert not [sentence for sentence in told if "同意" in sentence]
    for step in ("vote_consumer", "vote_legal", "vote_business", "panel_minutes"):
        does(sitting, step)
    shown = panels_of(sitting.again())["panels"][0]
    assert [vote["reason"] for vote in shown["votes"] if not vote["in_favour"]] == ["真卡核验不足"]


def test_a_complaint_taken_back_ends_the_panel_without_a_result(sitting):
    does(sitting, "vote_risk")
    verbs.withdraw(sitting.case, user=sitting.staff.agent, reason="已核实", means="REC-77")

    assert sitting.again().panels.get().outcome == "fallen"
    assert not sitting.steps & {*SEATS, "panel_minutes"}
    whole(to_the_end(sitting))


@pytest.mark.parametrize("voted", [(), ("vote_risk",), tuple(SEATS)])
def test_new_facts_end_the_panel_and_the_way_begins_at_the_trace(sitting, voted):
    for step in voted:
        does(sitting, step)
    take_new_facts(
        sitting.case,
        user=sitting.staff.supervisor,
        why="补充监控录像",
        material="CL-1",
        received_at=clock.now(),
        notice="REC-89",
    )

    assert sitting.again().panels.get().outcome == "fallen"
    assert sitting.waiting == {"trace"}
    assert "all_voted" not in sitting.gathering
    sitting.does("trace", sitting.staff.fraud, **sitting.disputes())
    does_decide(sitting)
    assert sitting.waiting == set(SEATS)
    votes(sitting)
    does(sitting, "panel_minutes")
    whole(to_the_end(sitting))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE cases_panelvote SET in_favour = true, reason = NULL",
        "DELETE FROM cases_panelvote",
        "DELETE FROM cases_liabilitypanel",
    ],
)
def test_nobody_takes_a_dissent_back_not_even_the_owner_of_the_table(sitting, sql):
    votes(sitting, "vote_risk")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_currency_without_a_sum_of_its_own_has_no_panel(staff, alone_up_to):
    journey = until(Journey.begin(staff), "decide")
    alone_up_to("1.00")
    journey.case.currency = "USD"

    assert not needs_panel(journey.case)


def test_a_seat_nobody_may_take_says_so_and_what_to_do(sitting, staff):
    declare_interest(sitting.case, user=staff.risk, why="亲属")

    (line, *_rest) = who_can(sitting.task("vote_risk"))
    assert (line["names"], "系统管理员" in line["why"]) == ([], True)
    other = person(Role.RISK, staff.bank.head_office)
    assert who_can(sitting.task("vote_risk"))[0]["names"] == [other.display_name]
