"""Erasure on the pages: proposed with a look at who is kept, agreed to by another person, followed, taken as a file."""

from datetime import timedelta
from typing import Any

import pytest

from cases.actions import erasing, erasure
from cases.models import ErasureBatch
from record import clock
from record.models import Entry
from tests.cases.erasure.past import ENDED, KEPT_UNTIL, REASON, House, outcomes
from tests.desk.costs import LIST, cost
from tests.desk.looking import Page

pytestmark = pytest.mark.django_db
State = ErasureBatch.State
LISTED, NEW = "/erasures/", "/erasures/new/"


@pytest.fixture
def house(staff) -> House:
    return House(staff.bank, staff.consumer_protection, staff.compliance)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def at(batch: ErasureBatch) -> str:
    return f"/erasure/{batch.uuid}/"


def test_the_proposal_shows_who_is_due_who_is_kept_and_by_which_rules(house, staff, browser):
    due, held = house.file(), house.file()
    house.hold(held)
    inside = browser(staff.consumer_protection)
    assert NEW in Page(inside.get(LISTED)).links

    page = text(inside.get(NEW))

    assert due.reference in page
    assert f"{held.reference}：涉诉留存" in page
    assert "10 年" in page
    assert "未经核实" in page
    assert inside.post(NEW, {"reason": ""}).status_code == 422
    answer = inside.post(NEW, {"reason": REASON})
    batch = ErasureBatch.objects.get()
    assert answer["Location"] == at(batch)
    assert (batch.total, batch.left_out) == (1, {"hold": 1})


def test_another_person_finds_it_at_home_reads_why_and_agrees(house, staff, browser):
    case = house.file()
    batch, second = house.proposed(), browser(staff.compliance)
    assert "销毁批次" in text(second.get("/"))
    page = text(second.get(at(batch)))
    assert REASON in page
    assert case.reference in page

    assert second.post(at(batch), {"act": "approve"}).status_code == 422
    second.post(at(batch), {"act": "approve", "looked": "on"})
    erasing.run()

    batch.refresh_from_db()
    assert (batch.state, batch.answered_by, outcomes(batch)) == (State.DONE, staff.compliance, ["erased"])
    assert "已销毁" in text(second.get(at(batch)))


def test_who_proposed_it_has_no_button_to_agree_and_takes_it_back(house, staff, browser):
    house.file()
    batch, inside = house.proposed(), browser(staff.consumer_protection)
    assert 'value="approve"' not in text(inside.get(at(batch)))
    assert inside.post(at(batch), {"act": "approve", "looked": "on"}).status_code == 403
    inside.get(f"{at(batch)}take-back/")
    batch.refresh_from_db()
    assert batch.state == State.WAITING
    inside.post(f"{at(batch)}take-back/")
    batch.refresh_from_db()
    assert batch.state == State.WITHDRAWN


def test_a_refusal_needs_its_reason_and_shows_it(house, staff, browser):
    house.file()
    batch, second = house.proposed(), browser(staff.compliance)
    assert second.post(at(batch), {"act": "refuse", "reason": ""}).status_code == 422
    second.post(at(batch), {"act": "refuse", "reason": "名单须重新鉴定"})
    assert "名单须重新鉴定" in text(browser(staff.consumer_protection).get(at(batch)))
    told = Entry.objects.get(stream=batch.stream, kind="erasure.refused")
    assert "名单" not in told.body


def test_whoever_was_second_reads_who_was_first(house, staff, browser):
    house.file()
    batch, second = house.proposed(), browser(staff.compliance)
    erasure.take_back(batch=batch, user=staff.consumer_protection)
    assert second.post(at(batch), {"act": "approve", "looked": "on"}).status_code in (403, 409)


def test_the_page_follows_it_while_it_is_carried_out(house, staff, browser):
    for _ in range(4):
        house.file()
    batch, inside = house.agreed(), browser(staff.compliance)
    assert f'data-awaits="{at(batch)}state/"' in text(inside.get(at(batch)))
    erasing.one(batch.items.first())
    assert inside.get(f"{at(batch)}state/").json() == {
        "waits": True,
        "tone": "good",
        "percent": 25,
        "words": "1 人，共 4 人",
    }
    erasing.run()
    assert inside.get(f"{at(batch)}state/").json()["waits"] is False


def test_the_report_is_a_file_that_says_of_each_what_became_of_him(house, staff, browser):
    erased, held = house.file(), house.file()
    batch = house.agreed()
    house.report(held)
    erasing.run()

    answer = browser(staff.auditor).get(f"{at(batch)}report/")

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1].startswith(f"1,{erased.reference},已销毁,")
    assert lines[2].startswith(f"2,{held.reference},保留,{held.reference}：")
    assert batch.number in lines[3]
    assert Entry.objects.get(kind="ledger.exported").data["filters"] == {"batch": batch.number}


def test_a_person_who_asks_is_told_by_which_article_the_bank_has_to_keep_him(house, staff, browser):
    customer = house.customer(identity_number="310101199001011234")
    case, inside = house.file(customer), browser(staff.consumer_protection)
    address = f"/case/{case.uuid}/erase/"
    assert address in Page(inside.get(f"/case/{case.uuid}/")).links
    answers = {"reason": "本人来函要求删除，身份已核实", "relation_ended_on": "2020-01-01"}

    refused = inside.post(address, answers)

    assert refused.status_code == 422
    assert "反洗钱法" in text(refused)
    assert "34" in text(refused)
    assert not ErasureBatch.objects.exists()
    inside.post(address, {**answers, "relation_ended_on": "2015-01-01"})
    assert ErasureBatch.objects.get().kind == "request"


def test_every_page_of_an_erased_person_opens_and_says_since_when_and_by_which_batch(house, staff, browser):
    customer = house.customer()
    case, visit = house.file(customer), house.visit()
    batch = house.erased()
    inside = browser(staff.auditor)

    page = text(inside.get(f"/case/{case.uuid}/"))

    assert f"由销毁批次 {batch.number} 销毁" in page
    assert "已清除" in page
    for path in (
        *("/complaints/", "/ledgers/complaints/", f"/case/{case.uuid}/history/", f"/find/?q={case.reference}"),
        *(f"/audit/files/?case={case.reference}", "/audit/search/", "/receptions/", f"/reception/{visit.uuid}/"),
    ):
        answer = inside.get(path, follow=True)
        assert answer.status_code == 200, path
        for gone in ("王", "李*", "138****8000"):
            assert gone not in text(answer), (path, gone)
    assert batch.number in text(inside.get(f"/case/{case.uuid}/history/"))


def test_pages_cost_no_more_with_more_on_them(house, staff, browser):
    inside = browser(staff.compliance)
    house.file()
    batch = house.agreed()
    erasing.run()
    before = cost(inside, LISTED), cost(inside, at(batch))
    for _ in range(5):
        for _ in range(3):
            house.file()
        batch = house.agreed()
    erasing.run()
    assert (cost(inside, LISTED), cost(inside, at(batch))) == before
    assert max(before) <= LIST


def test_long_lists_go_on_on_further_pages(house, staff, browser, monkeypatch):
    from workflows.desk import erasure as desk

    monkeypatch.setattr(desk, "SHOWN", 2)
    inside, numbers = browser(staff.compliance), []
    for _ in range(3):
        for _ in range(3):
            house.file()
        numbers.append(house.agreed().number)
        erasing.run()
    first = Page(inside.get(LISTED))
    assert numbers[0] not in first.source
    older = next(link for link in first.links if "before=" in link)
    assert numbers[0] in Page(inside.get(f"{LISTED}{older}")).source
    batch = ErasureBatch.objects.first()
    further = next(link for link in Page(inside.get(at(batch))).links if "after=" in link)
    assert batch.items.last().cases[0] in text(inside.get(f"{at(batch)}{further}"))


@pytest.mark.parametrize("wrong", ["?before=x", "?before=99999999999999999999", "?after=-1", "?after=zz"])
def test_an_address_nobody_wrote_opens_the_first_page(wrong, house, staff, browser):
    house.file()
    batch = house.proposed()
    assert browser(staff.compliance).get(f"{LISTED}{wrong}").status_code == 200
    assert browser(staff.compliance).get(f"{at(batch)}{wrong}").status_code == 200


def test_the_years_are_over_on_the_day_the_page_says(house, staff, browser):
    new = house.file(done_at=ENDED + timedelta(days=1), archived_at=ENDED + timedelta(days=1))
    inside = browser(staff.consumer_protection)
    with clock.at(KEPT_UNTIL):
        page = text(inside.get(NEW))
    assert f"{new.reference}：保存期未满，至 2026-05-06" in page
