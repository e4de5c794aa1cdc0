"""A complaint is registered: number, key, place, people, clock, and what it says."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from cases.actions import intake, people
from cases.actions.turn import turn
from cases.errors import CaseError
from cases.models import Card, Case, Customer
from knowledge.models import Facet, TaxonomyCode
from record import clock, journal, keys
from record.errors import KeyDestroyed
from tests.cases.stories import Story
from tests.factories import bank, person

pytestmark = pytest.mark.django_db


def opened(**changes: object) -> Case:
    """A general complaint in writing; give what is to be different."""
    tree = changes.pop("tree", None) or bank()
    said = {
        "user": person(Role.AGENT, tree.outlet),
        "role": Role.AGENT,
        "kind": Case.Kind.GENERAL,
        "channel": Case.Channel.LETTER,
        "received_at": clock.now() - timedelta(days=1),
        "handling_unit": tree.outlet,
    }
    return intake.open_case(**{**said, **changes})


def test_a_complaint_gets_number_place_people_edition_and_the_laws_clock() -> None:
    story = Story()
    case = story.again()
    assert case.reference[2] == case.reference[10] == "-"
    assert (case.outlet, case.tier2, case.tier1) == (story.bank.outlet, story.bank.tier2, story.bank.tier1)
    assert {(row.part, row.user) for row in case.people.all()} == {
        ("first", story.who(Role.AGENT)),
        ("lead", story.who(Role.AGENT)),
    }
    assert case.policy_version
    deadline = case.deadlines.get()
    assert (deadline.kind, deadline.key, deadline.started_at) == ("law", "cn.nfra.decide_15", case.received_at)
    assert people.lead_now(case) == story.who(Role.AGENT)
    assert story.facts() == ["case.opened", "deadline.started"]
    assert journal.verify(case.stream) is None


def test_the_first_fact_happened_at_receipt_and_proves_every_record_made() -> None:
    story = Story()
    entry = story.fact("case.opened")
    assert entry.happened_at == story.case.received_at < entry.recorded_at
    assert [row["model"] for row in entry.changed] == [
        "cases.case",
        "cases.caseperson",
        "cases.caseperson",
        "cases.customer",
        "cases.card",
    ]


def test_personal_texts_are_sealed_under_the_customers_key() -> None:
    story = Story()
    case = story.again()
    assert case.person_key == story.case.customer.person_key
    assert "刷了两笔".encode() not in bytes(case.narrative)
    assert case.reveal("narrative", purpose="test") == "卡在我手里，有人刷了两笔。"
    keys.destroy(story.case.customer.uuid, why="asked to be forgotten", actor=journal.system("test"))
    with pytest.raises(KeyDestroyed):
        story.again().reveal("narrative", purpose="test")


def test_without_a_customer_the_case_has_a_key_of_its_own_that_later_falls_with_him() -> None:
    tree = bank()
    case = opened(tree=tree, narrative="有人来电，未留姓名。")
    assert case.person_key.subject == case.uuid
    customer = intake.find_or_add_customer(name="李四", phone="13900139000")
    with turn(case, user=person(Role.AGENT, tree.outlet)) as hand:
        intake.describe(hand, customer=customer)
    keys.destroy(customer.uuid, why="asked to be forgotten", actor=journal.system("test"))
    with pytest.raises(KeyDestroyed):
        Case.objects.get(pk=case.pk).reveal("narrative", purpose="test")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "murder"}, "kind"),
        ({"channel": "pigeon"}, "channel"),
        ({"demand": "revenge"}, "demand"),
        ({"received_at": clock.now() + timedelta(days=400)}, "received_at"),
        ({"received_at": (clock.now() - timedelta(days=1)).replace(tzinfo=None)}, "received_at"),
        ({"narrative": "卡号 6221261234567897"}, "narrative"),
        ({"demand_text": "a\0b"}, "demand_text"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field_and_nothing_is_kept(changes: dict[str, object], field: str) -> None:
    with pytest.raises(CaseError) as refused:
        opened(**changes)
    assert refused.value.field == field
    assert not Case.objects.exists()


def test_a_class_of_another_facet_is_refused() -> None:
    tree, cause = bank(), TaxonomyCode.objects.filter(facet=Facet.CAUSE).first()
    with pytest.raises(CaseError) as refused:
        opened(tree=tree, facets={"channel": cause})
    assert refused.value.field == "channel"
    assert opened(tree=tree, facets={"cause": cause}).cause_first == cause


def test_what_begins_with_the_case_begins_in_its_transaction_or_the_case_does_not() -> None:
    def fails(turn: object) -> None:
        raise CaseError("no")

    with pytest.raises(CaseError):
        opened(then=fails)
    assert not Case.objects.exists()


def test_what_is_said_later_leaves_the_rest_as_it_is() -> None:
    story = Story()
    with story.turn() as hand:
        intake.describe(hand, demand_text="退我一万二", complained_unit=story.bank.sister_outlet)
    case = story.again()
    assert case.reveal("demand_text", purpose="test") == "退我一万二"
    assert case.reveal("narrative", purpose="test").startswith("卡在我手里")
    assert case.complained_unit == story.bank.sister_outlet
    assert story.facts()[-1] == "case.described"


def test_customer_and_card_are_entered_once() -> None:
    story = Story()
    other = intake.find_or_add_customer(name="赵六", phone="13700137000")
    with story.turn() as hand, pytest.raises(CaseError) as refused:
        intake.describe(hand, customer=other)
    assert refused.value.field == "customer"


# who complains --------------------------------------------------------------------------------------------------------


def test_the_same_phone_and_name_are_the_same_customer_however_they_are_typed() -> None:
    one = intake.find_or_add_customer(name="王 小明", phone="138 0013 8000")
    assert intake.find_or_add_customer(name="王小明", phone="+86 138-0013-8000") == one
    assert intake.find_or_add_customer(name="王大明", phone="13800138000") != one


def test_the_identity_number_decides_and_completes_the_file() -> None:
    one = intake.find_or_add_customer(name="王小明", identity_number="11010519491231002x")
    again = intake.find_or_add_customer(name="王小明", phone="13800138000", identity_number="11010519491231002X")
    assert again == one
    assert Customer.objects.get(pk=one.pk).reveal("phone", purpose="test") == "13800138000"
    assert again.phone_masked == "138****8000"


def test_nothing_in_clear_is_stored_of_a_customer() -> None:
    intake.find_or_add_customer(name="王小明", phone="13800138000", identity_number="11010519491231002X")
    row = Customer.objects.values().get()
    shown = " ".join(str(bytes(value) if isinstance(value, memoryview) else value) for value in row.values())
    for secret in ("王小明", "13800138000", "11010519491231002X"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "王", "phone": "call me"}, "phone"),
        ({"name": "王", "phone": "1" * 19}, "phone"),
        ({"name": "王", "identity_number": "'; DROP TABLE"}, "identity_number"),
        ({"name": "王", "kind": "robot"}, "kind"),
    ],
)
def test_a_customer_that_cannot_be_is_refused(values: dict[str, str], field: str) -> None:
    with pytest.raises(CaseError) as refused:
        intake.find_or_add_customer(**values)
    assert refused.value.field == field


# the card -------------------------------------------------------------------------------------------------------------


def card(**changes: object) -> Card:
    return intake.find_or_add_card(
        **{"token": "tok_1", "first_six": "622126", "last_four": "1234", "kind": "debit", **changes}
    )


def test_a_token_is_one_card() -> None:
    customer = intake.find_or_add_customer(name="王小明", phone="13800138000")
    assert card() == card(customer=customer)
    assert Card.objects.get().customer == customer


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"token": "6221261234567897"}, "token"),
        ({"token": "a b"}, "token"),
        ({"token": "x" * 65}, "token"),
        ({"first_six": "62212"}, "last_four"),
        ({"last_four": "12345"}, "last_four"),
        ({"last_four": "１２３４"}, "last_four"),
        ({"kind": "gold"}, "kind"),
    ],
)
def test_a_card_that_cannot_be_is_refused(changes: dict[str, str], field: str) -> None:
    with pytest.raises(CaseError) as refused:
        card(**changes)
    assert refused.value.field == field
    assert not Card.objects.exists()


def test_a_known_token_with_other_digits_is_refused() -> None:
    card()
    with pytest.raises(CaseError):
        card(last_four="4321")
