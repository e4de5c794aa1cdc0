"""The call: whatever is typed, the case opens whole or not at all, and the sentence stands at the field."""

from typing import Any

import pytest
from django import forms

from accounts.roles import Role
from cases import gateways
from cases.gateways.memory import MemoryBank
from cases.models import Case, Customer
from record import journal
from record.models import Order
from tests.desk import bad
from tests.desk.at_work import moment
from tests.desk.looking import Page, everything, nothing_changes
from tests.factories import PostFactory

pytestmark = pytest.mark.django_db

CALL = {
    "name": "李四",
    "phone": "138 0013 8000",
    "first_six": "622126",
    "last_four": "4417",
    "card_kind": "credit",
    "caller_check": "REC-1",
}
COMPLAINT = CALL | {
    "stop": "now",
    "kind": "card_fraud",
    "channel": "phone",
    "received_at": moment(minutes=5),
    "customer_kind": "person",
    "demand": "refund",
    "demand_text": "退钱",
    "narrative": "卡在身边，钱在国外没了。",
    "severity": "3",
}
PAGES = {"/stop-loss/": CALL, "/new/": COMPLAINT}
# What fields of their own kind must refuse.
DIGITS = ("", "12345", "1234567", "abcdef", "６２２１２６", "²²²²²²", "٦٢٢١٢٦", "a\0b", "-12345", "1e5", bad.CARD)
PHONE = ("", "---", "abc", "1" * 25, "+", "12", "１３８x", "a\0b", "😀", "' OR 1=1 --", bad.CARD, "138;0013")


def refused(answer: Any, names: Any, about: object) -> Page:
    page = Page(answer)
    assert page.status == 422, (page.status, about)
    assert [name for name in names if not page.error_at(name)] == [], about
    return page


@pytest.mark.parametrize("url", PAGES)
def test_bad_answers_are_refused_at_their_fields_and_nothing_is_saved(url, staff, browser):
    inside = browser(staff.agent)
    fields: dict[str, forms.Field] = inside.get(url).context["form"].fields
    good = PAGES[url]

    with nothing_changes(url):
        for answers in bad.rounds(fields):
            page = refused(inside.post(url, good | answers), answers, {k: v[:40] for k, v in answers.items()})
            for field, typed in answers.items():
                if not isinstance(fields[field], forms.ChoiceField) and "\0" not in typed:
                    assert page.values[field][0].strip() == typed.strip(), field
        for field, values in (("first_six", DIGITS), ("last_four", DIGITS), ("phone", PHONE)):
            for value in values:
                refused(inside.post(url, good | {field: value}), [field], (field, value))
        for field in (field for field in good if field != "demand_text"):
            refused(inside.post(url, bad.without(good, field)), [field], f"{field} missing")
            refused(inside.post(url, good | {field: [good[field], ""]}), [field], f"{field} twice")
        for body, kind in (("{}", "application/json"), ("a=b", "text/plain"), ("", "")):
            assert inside.post(url, body, content_type=kind).status_code == 422, kind


@pytest.mark.parametrize("url", PAGES)
def test_a_good_call_opens_one_case_with_its_stop_ordered(url, staff, browser):
    answer = browser(staff.agent).post(url, PAGES[url])

    case = Case.objects.get()
    assert answer.status_code == (200 if url == "/stop-loss/" else 302)
    assert [order.operation for order in Order.objects.filter(subject=case.uuid).order_by("id")] == [
        "stop_card",
        "hold_account",
    ]
    assert journal.verify(case.stream) is None
    if url == "/stop-loss/":
        assert case.reference in answer.content.decode()


@pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.SUPERVISOR, Role.FRAUD, Role.OUTLET_HEAD])
def test_every_post_that_may_stop_a_loss_does(role, staff, browser):
    """The first step waits for an agent; a stop waits for nobody."""
    answer = browser(staff.people[role]).post("/stop-loss/", CALL)

    assert answer.status_code == 200, Page(answer).texts
    assert Order.objects.filter(operation="stop_card").count() == 1


def test_the_case_is_handled_where_the_post_is_that_takes_the_call(staff, browser):
    """Somebody who pays at the head office and takes calls at the outlet takes this one at the outlet."""
    PostFactory.create(user=staff.accounts_maker, role=Role.AGENT, branch=staff.bank.outlet)

    assert browser(staff.accounts_maker).post("/new/", COMPLAINT).status_code == 302

    case = Case.objects.get()
    assert case.handling_unit == staff.bank.outlet
    assert journal.entries(case.stream).first().actor_role == Role.AGENT


def test_a_customer_who_was_warned_and_refuses_keeps_his_card(staff, browser):
    inside = browser(staff.agent)
    refusal = COMPLAINT | {"stop": "refused", "warned": "on", "decline": "客户人在境外，还要用卡。"}

    with nothing_changes():
        refused(inside.post("/new/", bad.without(refusal, "warned")), ["warned"], "not warned")
        page = refused(inside.post("/new/", bad.without(refusal, "last_four")), ["last_four"], "which card")
        assert page.values["decline"] == ["客户人在境外，还要用卡。"]
        assert "checked" in page.source[page.source.index('value="refused"') :][:80]
        refused(inside.post("/new/", bad.without(refusal, "decline")), ["decline"], "no reason")
        refused(inside.post("/new/", refusal | {"decline": f"卡号 {bad.CARD}"}), ["decline"], "a card number")
    opened = inside.post("/new/", refusal, follow=True)

    case = Case.objects.get()
    assert (str(case.card), case.stop_declined_at is not None) == ("6221 26** **** 4417", True)
    assert [order.operation for order in Order.objects.filter(subject=case.uuid).order_by("operation")] == [
        "hold_account",
        "list_transactions",
    ]
    told = journal.entries(case.stream).get(kind="control.refused")
    assert told.data == {"warned": True}
    assert journal.reveal(told, "reason", purpose="test") == "客户人在境外，还要用卡。"
    assert "未挂失" in opened.content.decode()


def test_a_card_the_customer_cannot_name_goes_to_the_trace_without_an_order(staff, browser):
    inside = browser(staff.agent)
    unknown = COMPLAINT | {"stop": "unknown", "decline": "卡在家里，晚上回电。", "first_six": "", "last_four": ""}

    with nothing_changes():
        refused(inside.post("/new/", unknown | {"last_four": "4417"}), ["last_four"], "digits that would be lost")
        refused(inside.post("/new/", bad.without(unknown, "decline")), ["decline"], "no reason")
        refused(inside.post("/new/", bad.without(unknown, "caller_check")), ["caller_check"], "no caller check")
    assert inside.post("/new/", unknown).status_code == 302

    case = Case.objects.get()
    assert (case.card, sorted(one.flow_task.name for one in case.tasks.open().filter(role="fraud"))) == (
        None,
        ["keep_evidence", "trace"],
    )
    assert case.business_first.local_code == "B_CARD_CREDIT_FRAUD", "the kind of card is known"
    assert not Order.objects.exists()
    assert journal.entries(case.stream).filter(kind="control.declined").exists()


@pytest.mark.parametrize("other", [{"stop": "now"}, {"stop": "refused", "kind": "general"}])
def test_a_reason_that_would_be_kept_nowhere_is_refused_where_it_was_typed(other, staff, browser):
    inside = browser(staff.agent)
    with nothing_changes():
        answers = COMPLAINT | {"decline": "客户改变主意。", "warned": "on"} | other
        refused(inside.post("/new/", answers), ["decline"], other)


def test_a_warning_that_made_the_customer_agree_is_no_fault(staff, browser):
    assert browser(staff.agent).post("/new/", COMPLAINT | {"warned": "on"}).status_code == 302

    assert Order.objects.filter(operation="stop_card").count() == 1


def test_odd_but_good_writing_is_kept_and_shown_as_writing(staff, browser):
    inside = browser(staff.agent)
    odd = {"narrative": bad.ODD, "demand_text": bad.ODD, "name": "O'Brien <b>张</b> 😀"}

    answer = inside.post("/new/", COMPLAINT | odd)

    page = Page(inside.get(answer.url))
    assert (page.status, page.blocked) == (200, [])
    assert "<script>alert" not in page.source
    assert "<b>张" not in page.source
    assert "<b>" not in Page(inside.get("/complaints/")).source


def test_an_agent_or_heir_has_his_own_fields(staff, browser):
    inside = browser(staff.agent)
    with nothing_changes():
        refused(inside.post("/new/", COMPLAINT | {"represented_by": "heir"}), ["representative_name"], "no name")
        refused(inside.post("/new/", COMPLAINT | {"representative_name": "王五"}), ["represented_by"], "no kind")
        heir = COMPLAINT | {"represented_by": "heir", "representative_name": "王五", "representative_phone": "abc"}
        page = refused(inside.post("/new/", heir), ["representative_phone"], "his phone")
        assert not page.error_at("phone")


@pytest.mark.parametrize("url", PAGES)
def test_a_card_the_card_system_does_not_know_is_told_at_the_digits(url, staff, browser):
    class Unknown(MemoryBank):
        def find_card(self, **digits: str) -> gateways.Finding:
            return gateways.Finding("not_found")

    inside = browser(staff.agent)
    with gateways.using(card=Unknown(None)), nothing_changes(url):  # type: ignore[arg-type]
        refused(inside.post(url, PAGES[url]), ["last_four"], "unknown card")


def test_a_failure_half_way_leaves_nothing(staff, browser, monkeypatch):
    """The customer, the card and the key are made before the case; an error then takes them along."""
    inside = browser(staff.agent)
    inside.raise_request_exception = False

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("workflows.verbs.start_with", broken)
    before = everything()

    assert inside.post("/new/", COMPLAINT).status_code == 500

    assert everything() == before
    assert not Customer.objects.exists()


def test_the_same_caller_twice_is_one_customer_and_two_cases_when_the_second_is_opened_on_purpose(staff, browser):
    inside = browser(staff.agent)
    on_purpose = {"second": "1", "why_second": "另一笔交易，客户要求分开处理"}

    for phone, more in (("13800138000", {}), ("+86 138-0013-8000", on_purpose)):
        assert inside.post("/new/", COMPLAINT | {"phone": phone} | more).status_code == 302

    assert (Customer.objects.count(), Case.objects.count()) == (1, 2)


def test_without_an_interface_the_page_says_to_stop_the_card_by_hand(staff, browser):
    with gateways.using(card=None):
        page = Page(browser(staff.agent).post("/stop-loss/", CALL))

    assert page.status == 200
    assert "r-note--bad" in page.source
    assert not Order.objects.exclude(operation="hold_account").exists(), "only the core ledger hears of it"
