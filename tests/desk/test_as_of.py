"""A case as it stood at any moment: its records, steps and limits, what a person could do then, what differs since."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.roles import Role
from cases.as_of import APART, WAYS as ways, past_of, records
from cases.models import Case, DisputedTransaction
from record import clock, journal
from record.history import Tracked
from tests.desk.at_work import WAYS, Desk
from tests.desk.costs import STEP, cost
from tests.desk.looking import Page, nothing_changes
from tests.factories import PostFactory, person
from tests.workflows.beside import opens
from tests.workflows.past import told_as_it_is
from workflows import verbs
from workflows.desk.past_steps import replayed
from workflows.flows import ChargebackFlow
from workflows.verbs.casework import declare_interest

pytestmark = pytest.mark.django_db


def typed(when) -> str:
    """A moment as one types it, in the bank's time."""
    return f"{when.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%dT%H:%M:%S}"


def as_of(inside, case: Case, when=None, **asked: str) -> Page:
    """The page of a moment."""
    if when is not None:
        asked["at"] = typed(when)
    return Page(inside.get(reverse("admin:as_of", args=[case.uuid]), asked))


# Steps and limits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", WAYS)
def test_the_journal_alone_tells_which_steps_are_open_whose_they_are_and_which_limits_run(step, staff):
    told_as_it_is(Desk.at(step, staff).case)


def test_a_step_handed_over_waits_for_the_signature_of_its_new_holder(staff):
    desk, colleague = Desk.at("trace", staff), person(Role.FRAUD, staff.bank.head_office)
    verbs.hand_over(desk.task.uuid, user=staff.fraud, to=colleague, note="交班")

    def told():
        steps = replayed(journal.entries(desk.case.stream).order_by("number")).steps
        return steps[str(desk.task.uuid)].holder, steps[str(desk.task.uuid)].unsigned

    assert told() == (f"{colleague.display_name} {colleague.staff_number}", True)
    verbs.sign(desk.task.uuid, user=colleague)
    assert told() == (f"{colleague.display_name} {colleague.staff_number}", False)
    verbs.release(desk.task.uuid, user=colleague)
    assert told() == ("", False)


# Records ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["trace", "approve", "check_payment", "archive"])
def test_now_is_what_the_tables_hold(step, staff):
    desk = Desk.at(step, staff)
    opens(desk.journey, ChargebackFlow)
    rows = past_of(desk.case).at(clock.now())

    for model in records():
        if not any(field.name == "case" for field in model._meta.concrete_fields):
            continue
        there = {one.pk for one in model._default_manager.filter(case=desk.case)}
        assert {pk for of, pk in rows if of is model} == there, model
    assert {model.__name__ for model, _pk in rows} >= {"Case", "Customer", "Card", "DisputedTransaction"}
    for (model, pk), row in rows.items():
        now = model._default_manager.get(pk=pk)
        for field in row.tracked_fields:
            assert getattr(row, field.attname) == getattr(now, field.attname), (model, field.name)


def test_each_record_of_a_case_has_a_way_to_it():
    """One query reads all; a record that neither names the case nor has a way is found here."""
    without = {model.__name__ for model in records() if not any(f.name == "case" for f in model._meta.concrete_fields)}
    assert without == ways.keys()
    assert {model.__name__ for model in records()} | APART == {
        model.__name__ for model in apps.get_app_config("cases").get_models() if issubclass(model, Tracked)
    }


def test_before_and_after_a_decision_differ_in_what_the_decision_changed(time, staff):
    # given a case before and after the liability decision, an hour apart
    desk = Desk.at("decide", staff)
    before = clock.now()
    time.advance(hours=1)
    desk.journey.does("decide", staff.liability, **desk.answers())
    after = clock.now()

    # then the transactions' grounds and shares differ, and nothing of the customer
    found = list(past_of(desk.case).between(before, after))
    changed = {(one.model.__name__, one.field.name) for one in found}
    assert ("DisputedTransaction", "ground") in changed
    assert ("DisputedTransaction", "bank_share") in changed
    assert "Customer" not in {record for record, _field in changed}
    assert list(past_of(desk.case).between(after, after)) == []

    # and a record that was not there before is told with what it was made with
    time.advance(hours=1)
    desk.journey.again()
    desk.journey.does("propose", staff.consumer_protection, **desk.journey.principal())
    new = [one for one in past_of(desk.case).between(after, clock.now()) if one.model.__name__ == "Proposal"]
    assert {one.before for one in new} == {None}


# The page ---------------------------------------------------------------------------------------------------------------


def test_the_page_tells_the_moment_and_not_what_came_later(time, staff, browser):
    desk = Desk.at("decide", staff)
    then = clock.now()
    time.advance(hours=1)
    desk.journey.does("decide", staff.liability, **desk.answers())
    inside = browser(staff.auditor)

    page = as_of(inside, desk.case, then)
    assert page.status == 200
    assert "责任判定" in page.source
    assert "处理意见" not in page.source
    assert "判定依据" not in page.source

    now = as_of(inside, desk.case)
    assert "判定依据" in now.source
    differs = as_of(inside, desk.case, then, against=typed(clock.now()))
    assert "银行承担" in differs.source
    assert as_of(inside, desk.case, desk.case.recorded_at - timedelta(days=1)).source.count("当时尚无登记") == 1


def test_texts_people_wrote_and_the_names_of_customers_stay_sealed(staff, browser):
    desk = Desk.at("approve", staff)
    page = as_of(browser(staff.auditor), desk.case)
    assert "已加密封存" in page.source
    assert desk.case.customer.reveal("name", purpose="test") not in page.source


def test_what_a_person_could_do_is_told_by_posts_and_duties_of_then(time, staff, browser):
    # given a tracer who later gets the next post, too
    desk, before = Desk.at("decide", staff, claimed=False), clock.now()
    time.advance(hours=1)
    PostFactory.create(user=staff.fraud, role=Role.LIABILITY, branch=staff.bank.head_office)
    inside = browser(staff.auditor)

    def words(at, who) -> str:
        source = as_of(inside, desk.case, at, person=who.staff_number).source
        return source.partition('id="rights"')[2].partition("</section>")[0]

    assert "否：岗位或机构不符" in words(before, staff.fraud)
    assert "否：已办理 交易追溯，须回避" in words(clock.now(), staff.fraud)
    assert "是" in words(clock.now(), staff.liability)

    # and an interest that was declared
    declare_interest(desk.case, user=staff.liability, why="亲属")
    time.advance(minutes=1)
    assert "否：已登记利害关系" in words(clock.now(), staff.liability)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"at": "yesterday"}, "at"),
        ({"at": ""}, "at"),
        ({"at": "2999-01-01T00:00:00"}, "at"),
        ({"at": "2026-11-01T00:00:00", "against": "x"}, "against"),
        ({"at": "2026-11-01T00:00:00", "person": "nobody"}, "person"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(asked, field, staff, browser):
    desk, inside = Desk.at("trace", staff), browser(staff.auditor)
    page = as_of(inside, desk.case, **asked)
    assert page.status == 422
    assert page.error_at(field)


def test_only_those_who_answer_for_it_read_the_past(staff, browser):
    desk = Desk.at("trace", staff)
    for role, user in staff.people.items():
        may = role in (Role.AUDITOR, Role.COMPLIANCE, Role.CONSUMER_PROTECTION)
        assert (as_of(browser(user), desk.case).status == 200) is may, role


def test_it_costs_no_more_than_a_step_and_changes_nothing(staff, browser):
    desk, inside = Desk.at("archive", staff), browser(staff.auditor)
    path = reverse("admin:as_of", args=[desk.case.uuid])
    asked = f"?at=2026-11-01T00:00:00&against=2026-11-02T00:00:00&person={staff.fraud.staff_number}"
    assert cost(inside, path) <= STEP
    assert cost(inside, path + asked) <= STEP
    with nothing_changes():
        inside.get(path)
    assert DisputedTransaction.objects.filter(case=desk.case).exists()
