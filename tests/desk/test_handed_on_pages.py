"""Pages of other complaints: begun at the intake, begun by the button, and the link between two cases."""

import pytest

from cases.models import Case
from tests.desk.looking import Page
from tests.desk.test_intake_answers import COMPLAINT
from tests.workflows.roads import general, until
from tests.workflows.test_handed_on import FOUR, decided, linked, of_type
from workflows import verbs
from workflows.models import StepTask

pytestmark = pytest.mark.django_db


def test_a_complaint_written_at_the_intake_waits_to_be_looked_into(staff, browser):
    answer = browser(staff.agent).post("/new/", COMPLAINT | {"kind": "general"})

    assert answer.status_code == 302, Page(answer).source
    case = Case.objects.get()
    assert case.kind == Case.Kind.GENERAL
    assert [task.flow_task.name for task in StepTask.objects.open().filter(case=case)] == ["look_into"]


def test_one_nobody_has_begun_has_a_button_once(staff, browser):
    case = general(staff, begun=False).case
    inside = browser(staff.agent)
    assert f"/case/{case.uuid}/start/" in Page(inside.get(f"/case/{case.uuid}/")).source

    for _ in range(2):
        assert inside.post(f"/case/{case.uuid}/start/").status_code == 302

    assert StepTask.objects.open().filter(case=case).count() == 1
    assert f"/case/{case.uuid}/start/" not in Page(inside.get(f"/case/{case.uuid}/")).source


def test_whoever_looks_into_one_that_was_handed_on_reads_what_and_from_where(staff, browser):
    journey = decided(staff, *FOUR)
    complaint, payment = linked(journey, "merchant"), of_type(journey, "merchant")
    task = complaint.task("look_into")
    verbs.claim(task.uuid, user=staff.consumer_protection)

    page = Page(browser(staff.consumer_protection).get(f"/step/{task.uuid}/"))

    assert f"{payment.merchant or payment.bank_id} · {payment.amount:,.2f}" in page.source
    assert f'href="/case/{journey.case.uuid}/">{journey.case.reference}</a>' in page.source


def test_who_approves_reads_that_a_payment_went_elsewhere_and_no_ground_of_it(staff, browser):
    journey = until(decided(staff, *FOUR), "approve")
    went_to = linked(journey, "telecom").case.reference

    answer = browser(staff.outlet_head).get(f"/approval/{journey.task('approve').uuid}/")

    asked = Page(answer).source.partition('id="transactions"')[0]
    assert went_to in asked, "said where the sum is made up, not only in the table below"
    grounds = " ".join(row["words"] for row in answer.context["grounds"])
    assert "L1 " in grounds
    assert "L10" not in grounds, "its ground is no reason to pay"
