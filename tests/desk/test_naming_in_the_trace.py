"""客户指认 in the trace: what the customer named is marked there, answered one by one, and needs its paper."""

import pytest
from django.urls import reverse

from cases.actions import transactions
from cases.actions.turn import turn
from tests.cases.stories import ROW
from tests.desk.at_work import Desk, moment
from tests.desk.looking import Page, nothing_changes
from tests.desk.naming import by_word, page_of, ticks
from tests.workflows.roads import to_the_end

pytestmark = pytest.mark.django_db


# the trace ------------------------------------------------------------------------------------------------------------


def test_the_trace_marks_what_he_names_and_answers_each_of_it(staff, browser):
    desk = Desk.at("trace", staff)
    one, two, *_rest = desk.case.transactions.order_by("-booked_at")
    browser(staff.agent).post(page_of(desk.case), ticks(one, two))
    fraud = browser(staff.fraud)

    page = Page(fraud.get(desk.url))
    assert page.source.count("客户指认</span>") == 2
    found = {f"type_{one.uuid.hex}": "counterfeit", "seen": page.values["seen"][0]}
    with nothing_changes():
        refused = Page(fraud.post(desk.url, found))
    assert refused.status == 422
    assert refused.error_at(f"type_{two.uuid.hex}")

    assert fraud.post(desk.url, found | {f"type_{two.uuid.hex}": "not_disputed"}).status_code == 302
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.is_disputed, two.is_disputed, two.is_named) == (True, False, True)
    case_page = browser(staff.agent).get(reverse("admin:case", args=[desk.case.uuid])).content.decode()
    assert "经追溯不列为争议" in case_page


def test_what_he_names_while_the_trace_stands_open_is_not_answered_unread(staff, browser):
    desk = Desk.at("trace", staff)
    fraud, one = browser(staff.fraud), desk.case.transactions.latest("booked_at")
    seen = Page(fraud.get(desk.url)).values["seen"][0]
    browser(staff.agent).post(page_of(desk.case), by_word())

    found = {f"type_{one.uuid.hex}": "counterfeit", "seen": seen}
    with nothing_changes():
        page = Page(fraud.post(desk.url, found))

    assert page.status == 422
    assert "打开本页后客户指认有变化" in page.source
    assert page.source.count("客户指认</span>") == 1
    noted = desk.case.transactions.get(amount="500.00")
    assert page.values["seen"] == [noted.uuid.hex]


def test_what_rests_on_his_word_alone_needs_the_paper_it_stands_on(staff, browser):
    desk = Desk.at("trace", staff)
    browser(staff.agent).post(page_of(desk.case), by_word())
    noted, fraud = desk.case.transactions.get(amount="500.00"), browser(staff.fraud)

    found = {f"type_{noted.uuid.hex}": "counterfeit"}
    assert Page(fraud.post(desk.url, found)).error_at("source")
    assert fraud.post(desk.url, found | {"source": "STMT-2026-11"}).status_code == 302
    assert str(desk.journey.again().disputed_total) == "500.00"
    to_the_end(desk.journey)


def test_one_he_names_in_another_currency_stands_beside_the_sum(staff, browser):
    desk = Desk.at("trace", staff)
    with turn(desk.case, cause="test") as hand:
        abroad = {"id": "T-USD", "booked_at": moment(hours=4), "amount": "80.00", **ROW, "currency": "USD"}
        (row,) = transactions.transactions_listed(
            hand, rows=[abroad | {"billed_amount": "80.00", "billed_currency": "USD"}]
        )
    inside = browser(staff.agent)
    inside.post(page_of(desk.case), ticks(row))
    page = inside.get(reverse("admin:case", args=[desk.case.uuid])).content.decode()
    assert "USD 80.00" in page
    assert "¥ 0.00" in page
    assert "其中 1 笔为外币，未计入合计" in page

    # the trace puts it by: its sum in yuan is typed from the statement, as before
    yuan = {"booked_at": moment(hours=4), "amount": "576.00", "channel": "online", "type": "online"}
    found = {f"hand_1_{name}": value for name, value in yuan.items()} | {"source": "STMT-1"}
    answer = browser(staff.fraud).post(desk.url, found | {f"type_{row.uuid.hex}": "not_disputed"})
    assert answer.status_code == 302
