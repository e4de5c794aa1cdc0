"""A call goes on into a form: what our own complaints know of the caller stands there, and nothing for a typed number."""

import re

import pytest

from accounts.roles import Role
from cases.models import Card, Case
from record.models import Entry, Order
from tests.desk.costs import FORM
from tests.desk.looking import Page, nothing_changes
from tests.desk.test_intake_answers import CALL, COMPLAINT
from tests.factories import person
from tests.journey import Journey

pytestmark = pytest.mark.django_db

NUMBER = "13816262207"
BEGUN = {"begin": "1", "phone": NUMBER}
WITHOUT = {name: value for name, value in COMPLAINT.items() if name not in ("first_six", "last_four", "card_kind")}
URLS = pytest.mark.parametrize("url", ["/new/", "/stop-loss/"])


@pytest.fixture
def case(staff) -> Case:
    """An earlier complaint of this number, about a card."""
    return Journey.begin(staff).case


def looked_up() -> int:
    return Entry.objects.filter(kind="caller.looked_up").count()


@URLS
def test_his_cards_and_complaints_stand_there_masked_and_that_they_were_shown_is_on_record(url, case, staff, browser):
    inside = browser(staff.agent)
    page = Page(inside.post(url, BEGUN))

    assert case.reference in page.source
    assert str(case.card) in page.source
    assert f'value="{case.card.uuid}"' in page.source
    assert page.ticked["known_card"] == [""], "none is chosen for him"
    assert looked_up() == 1


@URLS
def test_a_chosen_card_takes_the_place_of_its_digits(url, case, staff, browser):
    inside = browser(staff.agent)
    proof = Page(inside.post(url, BEGUN)).values["offered"][0]
    answers = WITHOUT if url == "/new/" else {"name": "王五", "caller_check": "REC-2"}
    answers = answers | {"name": "王五", "phone": NUMBER, "offered": proof, "known_card": str(case.card.uuid)}
    answers |= {"second": "1", "why_second": "另一件事"}

    assert inside.post(url, answers).status_code in (200, 302)

    made = Case.objects.latest("pk")
    assert made != case
    assert (made.card.first_six, made.card.last_four) == (case.card.first_six, case.card.last_four)
    assert Order.objects.filter(subject=made.uuid, operation="stop_card").exists()


@URLS
def test_for_a_number_that_was_only_typed_nothing_is_told(url, case, staff, browser):
    inside = browser(staff.agent)
    typed = (CALL if url == "/stop-loss/" else COMPLAINT) | {"phone": NUMBER, "caller_check": ""}
    for proof in ("", "x" * 64):
        with nothing_changes():
            source = inside.post(url, typed | {"offered": proof, "known_card": str(case.card.uuid)}).content.decode()
        assert "known_card" not in source
        assert case.reference not in source


def test_what_was_offered_stands_there_again_when_the_form_is_refused(case, staff, browser):
    inside = browser(staff.agent)
    proof = Page(inside.post("/new/", BEGUN)).values["offered"][0]
    chosen = {"offered": proof, "known_card": str(case.card.uuid), "phone": NUMBER, "caller_check": ""}
    page = Page(inside.post("/new/", WITHOUT | chosen))
    assert page.status == 422
    assert page.ticked["known_card"] == [str(case.card.uuid)]
    assert not page.error_at("first_six")
    assert looked_up() == 1, "the same call"


def test_a_colleague_elsewhere_and_his_proof_get_nothing(case, staff, browser):
    proof = Page(browser(staff.agent).post("/new/", BEGUN)).values["offered"][0]
    stranger = browser(person(Role.AGENT, staff.bank.other_outlet))
    assert case.reference not in stranger.post("/new/", BEGUN).content.decode()
    again = stranger.post("/new/", WITHOUT | {"phone": NUMBER, "offered": proof, "caller_check": ""})
    assert case.reference not in again.content.decode()


def test_a_card_that_was_replaced_is_not_offered(case, staff, browser):
    new = Card.objects.create(token="tok-new", first_six="622126", last_four="9999", kind="debit")
    case.card.replaced_by = new
    case.card.save()
    source = browser(staff.agent).post("/new/", BEGUN).content.decode()
    assert case.reference in source
    assert not re.search(r'name="known_card"', source)


def test_it_costs_little_more_than_the_form(case, staff, browser, django_assert_max_num_queries):
    inside = browser(staff.agent)
    inside.post("/new/", BEGUN)
    with django_assert_max_num_queries(FORM + 6):  # who he is, his complaints, that they were shown
        inside.post("/new/", BEGUN)
