"""定级: what was proposed, by which signs, and what the person chose stand in the case's journal; his words do not."""

from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from cases.actions import intake, triage
from cases.actions.turn import turn
from cases.errors import CaseError
from cases.models import Case, Customer
from knowledge import signs
from record import journal, keys
from record.models import Entry
from tests.cases.desk import a_case, somebody
from tests.cases.stories import Story

pytestmark = pytest.mark.django_db


def confirmed(
    case: Case, text: str, severity: int, *, user: User | None = None, record: str = "", **said: Any
) -> Entry:
    """The fact told of it."""
    proposal = signs.propose(text, care=said.get("care", ()), record=record)
    with turn(case, user=user or somebody(), role=Role.AGENT) as hand:
        triage.confirm(hand, proposal=proposal, severity=severity, **said)
    case.refresh_from_db()
    return journal.entries(case.stream).filter(kind="case.triaged").latest("number")


def a_customers_case(care: str = "") -> Case:
    case = Story().again()
    assert case.customer is not None
    case.customer.care = care
    case.customer.save()
    return case


def test_what_was_proposed_by_which_signs_and_what_was_chosen_is_told() -> None:
    case = a_case()

    fact = confirmed(case, "多次反映，我要跳楼", 2)

    assert case.severity == Case.Severity.RAISED
    assert fact.data == {
        "proposed": 1,
        "chosen": 2,
        "signs": ["harm", "again"],
        "proposed_kind": "",
        "chosen_kind": "card_fraud",
    }
    assert "跳楼" not in fact.body
    assert "多次" not in fact.body
    assert [row.severity for row in case.history.order_by("history_id")] == [None, 2]
    assert journal.verify(case.stream) is None


def test_nothing_found_and_nothing_raised_is_told_too() -> None:
    fact = confirmed(a_case(), "卡在身边。", 3)
    assert (fact.data["proposed"], fact.data["chosen"], fact.data["signs"]) == (3, 3, [])


def test_that_signs_spoke_for_another_flow_is_told_with_those_that_did() -> None:
    case = a_case(kind=Case.Kind.GENERAL)
    confirmed(case, "多次盗刷，还收年费", 2)
    assert journal.entries(case.stream).get(kind="case.flow_kept").data == {"signs": ["stolen"], "kind": "card_fraud"}

    agreed = a_case()
    confirmed(agreed, "多次盗刷，还收年费", 2)
    assert not journal.entries(agreed.stream).filter(kind="case.flow_kept").exists()


def test_what_is_known_of_himself_is_told_sealed_and_goes_into_his_record() -> None:
    """In clear stands that he needs care, as every list says; what kind of it falls with his key."""
    case = a_customers_case()

    fact = confirmed(case, "多次反映", 2, care=["disabled"])

    assert fact.data["signs"] == ["again", "care"]
    assert "disabled" not in "".join(journal.entries(case.stream).values_list("body", flat=True))
    assert journal.reveal(fact, "care", purpose="test") == "disabled"
    customer = Customer.objects.get(pk=case.customer_id)
    assert (customer.care, customer.care_record(purpose="test")) == ("care", "disabled")


def test_what_it_was_is_gone_with_his_key_and_that_there_was_something_stays() -> None:
    case = a_customers_case()
    confirmed(case, "", 2, care=["elderly"])
    customer = Customer.objects.get(pk=case.customer_id)
    keys.destroy(customer.uuid, why="asked to be forgotten", actor=journal.system("test"))
    customer = Customer.objects.get(pk=case.customer_id)
    assert customer.care_record(purpose="test") == "care"


def test_a_record_keeps_what_it_has_and_nothing_is_saved_for_nothing() -> None:
    case = a_customers_case("老年客户")
    assert case.customer is not None
    rows = case.customer.history.count()

    fact = confirmed(case, "", 2, care=["elderly"], record="老年客户")

    assert journal.reveal(fact, "care", purpose="test") == "elderly"
    case.customer.refresh_from_db()
    assert (case.customer.care, case.customer.history.count()) == ("老年客户", rows)


def test_a_call_that_came_again_raises_and_never_lowers_and_writes_no_record() -> None:
    case = a_customers_case()
    confirmed(case, "", 2)

    assert confirmed(case, "", 3, care=["elderly"], call_again=True).data["chosen"] == 3
    assert case.severity == 2
    assert Customer.objects.get(pk=case.customer_id).care == ""
    confirmed(case, "", 1, call_again=True)
    assert case.severity == 1
    confirmed(case, "", 3)
    assert case.severity == 3, "whoever reads the whole case may think less of it"


def test_a_call_that_came_again_gives_a_case_without_one_its_severity() -> None:
    case = a_case()
    confirmed(case, "", 3, call_again=True)
    assert case.severity == 3


def test_it_opens_with_the_case_or_not_at_all() -> None:
    story = Story()

    def then(hand: Any) -> None:
        triage.confirm(hand, proposal=signs.propose("多次"), severity=9)

    before = Case.objects.count()
    with pytest.raises(CaseError) as error:
        intake.open_case(
            user=story.who(Role.AGENT),
            role=Role.AGENT,
            kind=Case.Kind.GENERAL,
            channel=Case.Channel.PHONE,
            received_at=story.case.received_at,
            handling_unit=story.bank.outlet,
            then=then,
        )
    assert error.value.field == "severity"
    assert Case.objects.count() == before


def test_no_program_confirms_anything() -> None:
    """PIPL art. 24: nothing is decided by a machine alone."""
    with pytest.raises(CaseError), turn(a_case(), cause="test") as hand:
        triage.confirm(hand, proposal=signs.propose(""), severity=3)


@pytest.mark.parametrize("state", ["done", "archived"])
def test_a_completed_case_is_not_triaged(state: str) -> None:
    case = a_case(state=state)
    with pytest.raises(CaseError):
        confirmed(case, "", 1)


def test_a_sign_names_a_kind_of_complaint_that_exists() -> None:
    assert {sign.kind for sign in signs.table().values() if sign.kind} == set(Case.Kind.values)
