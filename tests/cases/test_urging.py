"""催办: counted on the case, said to those named, over when the bank has spoken to the customer; never a new case."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from cases.actions import clear, contacts, urging
from cases.actions.turn import turn
from cases.errors import CaseError
from cases.models import Case, Deadline, Notice, Urge
from record import clock, journal
from tests.cases.desk import a_case, somebody
from tests.desk import bad

pytestmark = pytest.mark.django_db


def urged(case: Case, *, user: User | None = None, **said: Any) -> Urge:
    with turn(case, user=user or somebody(), role=Role.AGENT) as hand:
        return urging.urge(hand, **{"channel": "phone", **said})


def test_it_is_kept_with_who_called_how_and_when_and_counted_on_the_case() -> None:
    case, agent, earlier = a_case(), somebody(), clock.now() - timedelta(hours=2)

    made = urged(case, user=agent, channel="outlet", caller="heir", happened_at=earlier, note="很着急")
    urged(case)

    case.refresh_from_db()
    assert case.urged == 2
    assert (made.by, made.channel, made.caller, made.happened_at) == (agent, "outlet", "heir", earlier)
    assert made.recorded_at > earlier
    assert made.reveal("note", purpose="test") == "很着急"
    assert [row.urged for row in case.history.order_by("history_id")] == [None, 1, 2]


def test_the_journal_tells_which_time_it_was_and_who_was_told_and_no_word_of_his() -> None:
    case, holder = a_case(), somebody()
    holder.display_name = "李可"
    holder.save()
    urged(case, to=[holder], note="很着急")

    fact = journal.entries(case.stream).get(kind="customer.urged")
    assert (fact.data["number"], fact.data["to"]) == (1, ["李可"])
    assert "很着急" not in fact.body


def test_each_of_those_named_finds_one_notice_each_time() -> None:
    case, holders = a_case(), [somebody(), somebody()]
    urged(case, to=holders)
    urged(case, to=holders[:1])

    told = Notice.objects.filter(case=case, kind="urged").values_list("to", flat=True)
    assert sorted(told) == sorted([holders[0].pk, holders[0].pk, holders[1].pk])


def test_the_notices_are_over_when_the_bank_reaches_the_customer_and_not_before() -> None:
    case, holder = a_case(), somebody()
    urged(case, to=[holder])
    waiting = Notice.objects.filter(case=case, kind="urged", seen_at=None)

    with turn(case, user=holder) as hand:
        contacts.add_contact(hand, direction="in", channel="phone", note="又来电")
        contacts.add_contact(hand, direction="out", channel="phone", reached=False)
    assert waiting.count() == 1

    with turn(case, user=holder) as hand:
        contacts.add_contact(hand, direction="out", channel="phone", note="已说明进度")
    assert waiting.count() == 0


def test_other_alarms_of_the_case_stay_when_he_was_reached() -> None:
    case, holder = a_case(), somebody()
    urged(case, to=[holder])
    Notice.objects.create(case=case, level=0, kind="unstopped", to=holder)

    with turn(case, user=holder) as hand:
        contacts.add_contact(hand, direction="out", channel="phone", note="已说明进度")

    assert Notice.objects.get(seen_at=None).kind == "unstopped"


def test_no_limit_begins_or_ends_with_it() -> None:
    """He learned nothing new: when he has to hear from the bank next does not move."""
    case = a_case()
    with turn(case, user=somebody()) as hand:
        contacts.add_contact(hand, direction="out", channel="phone", note="已说明后续安排")
    before = list(Deadline.objects.values())
    assert before

    urged(case)

    assert list(Deadline.objects.values()) == before


def test_a_second_press_within_one_call_counts_once_and_a_colleagues_call_counts() -> None:
    case, agent, noon = a_case(), somebody(), clock.now()
    with clock.at(noon) as hand:
        urged(case, user=agent)
        hand.advance(minutes=5)
        with pytest.raises(CaseError, match="刚登记过"):
            urged(case, user=agent)
        urged(case, user=somebody())
        hand.advance(seconds=1)
        urged(case, user=agent)

    case.refresh_from_db()
    assert case.urged == 3


@pytest.mark.parametrize("state", ["done", "archived"])
def test_a_completed_case_is_not_urged_and_the_sentence_names_what_to_do(state: str) -> None:
    case = a_case(state=state)
    with pytest.raises(CaseError, match="不满意"):
        urged(case)
    assert not Urge.objects.exists()


def test_after_the_telling_he_may_still_ask_where_the_money_is() -> None:
    assert urged(a_case(state="told", told_at=clock.now())).pk


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"caller": "neighbour"}, "caller"),
        ({"happened_at": clock.now() + timedelta(days=900)}, "happened_at"),
        ({"note": f"卡号 {bad.CARD}"}, "note"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(said: dict[str, Any], field: str) -> None:
    case = a_case()
    with pytest.raises(CaseError) as error:
        urged(case, **said)
    assert error.value.field == field
    case.refresh_from_db()
    assert case.urged is None


def test_no_program_takes_a_call() -> None:
    with pytest.raises(CaseError), turn(a_case(), cause="test") as hand:
        urging.urge(hand, channel="phone")


def test_what_he_said_is_read_where_all_his_words_are() -> None:
    case = a_case()
    urged(case, note="很着急")
    urged(case)

    shown = clear.show(case, user=somebody(), reason="回访核对")

    assert [text for label, text in shown if label == "催办"] == ["很着急"]
