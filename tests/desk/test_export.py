"""A file of any ledger: all rows, written one by one, recorded before the first, with nothing a spreadsheet would run."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import CreditCorrection
from record import clock
from record.models import Entry
from tests.desk.at_work import Desk
from tests.desk.complaint_ledger import LEDGER, a_case
from tests.desk.sheets import sheet
from tests.desk.test_stop_pages import ControlFactory
from tests.workflows.beside import opens
from workflows.desk import complaints, credit_list, export, ledger_bar, ledgers, stop_ledger
from workflows.flows import InquiryFlow

pytestmark = pytest.mark.django_db


def rows_of_each(staff: Any) -> dict[str, int]:
    """How many rows the ledgers have: more than a page of one row."""
    desks = [Desk.at("correct_credit_record", staff, claimed=False) for _ in range(3)]
    for desk in desks:
        opens(desk.journey, InquiryFlow)
        ControlFactory.create(case=desk.case, card=None, kind="account_control", ordered_by="bank", account="=1+1")
    stops = sum(desk.case.controls.count() for desk in desks)
    return {"complaints": 3, "inquiries": 3, "stops": stops, "credit-records": 3, "chargebacks": 0}


def test_every_ledger_gives_all_its_rows_and_is_told_of(staff, browser, monkeypatch):
    for module in (complaints, credit_list, ledgers, stop_ledger):
        monkeypatch.setattr(module, "PAGE", 1)
    inside, me = browser(staff.consumer_protection), staff.consumer_protection
    for which, number in rows_of_each(staff).items():
        taken = sheet(inside, ledger_bar.address(which))

        assert len(taken.rows) == number, which
        assert f"{me.staff_number} {me.display_name}" in taken.mark
        assert f"共 {number} 行" in taken.mark
        assert not any(cell.startswith(export.FORMULA) for row in taken.rows for cell in row), which
        told = Entry.objects.filter(kind="ledger.exported").latest("recorded_at", "number")
        assert (told.data["ledger"], told.data["count"], told.actor_number) == (which, number, me.staff_number)
        assert told.stream.startswith(f"access:{me.uuid}:")
    assert CreditCorrection.objects.count() == 0


def test_who_took_it_is_on_record_even_when_the_download_breaks_off(staff, browser):
    a_case(staff)
    answer = browser(staff.supervisor).get(LEDGER, {"as": "csv", "state": "open"})
    assert answer.streaming  # and not a line of it is asked for

    assert Entry.objects.get(kind="ledger.exported").data["filters"] == {"state": "open"}


def test_rows_are_read_as_they_leave_and_not_one_question_a_row(staff, browser, monkeypatch):
    monkeypatch.setattr(export, "CHUNK", 2)
    for days in range(1, 8):
        a_case(staff, days)
    inside, asked = browser(staff.supervisor), []
    for _ in range(2):
        answer = inside.get(LEDGER, {"as": "csv"})
        lines = iter(answer.streaming_content)
        assert next(lines) == b"\xef\xbb\xbf"
        assert b"99-" not in next(lines), "heads first"
        assert b"99-" in next(lines)
        with CaptureQueriesContext(connection) as rest:
            assert sum(b"99-" in line for line in lines) in (6, 13)
        asked.append(len(rest))
        for days in range(1, 8):
            a_case(staff, days)
    assert asked[0] == asked[1]


def test_a_file_is_kept_by_no_cache_and_named_after_its_ledger_and_the_bank_s_day(staff, browser):
    with clock.at(datetime(2026, 11, 24, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai"))):
        answer = browser(staff.supervisor).get("/stops/", {"as": "csv"})
    assert answer["Content-Disposition"] == 'attachment; filename="stops-2026-11-24.csv"'
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("address", "asked", "words"),
    [
        (LEDGER, {"state": "open", "channel": "app"}, "筛选条件：状态：处理中 · 渠道：手机银行"),
        ("/stops/", {"kind": "oral_loss"}, "类别：临时挂失"),
        ("/ledgers/inquiries/", {"state": "ended"}, "状态：已结束"),
        ("/credit-records/", {"state": "waiting"}, "筛选条件：状态："),
        (LEDGER, {}, "未筛选。"),
    ],
)
def test_the_last_line_of_a_file_and_the_printed_page_say_by_which_filter(address, asked, words, staff, browser):
    inside = browser(staff.consumer_protection)

    paper = inside.get(address, asked).content.decode().replace(": ", "：")

    assert words in sheet(inside, address, **asked).mark.replace(": ", "：")
    assert words in paper.partition('class="r-print"')[2].partition("</p>")[0]


def test_a_printed_page_that_is_a_part_says_how_many_rows_it_has(staff, browser, monkeypatch):
    monkeypatch.setattr(complaints, "PAGE", 2)
    for days in range(1, 4):
        a_case(staff, days)
    inside = browser(staff.supervisor)
    assert "本页为其中 2 行。" in inside.get(LEDGER).content.decode()
    assert "本页为其中" not in inside.get(LEDGER, {"channel": "app"}).content.decode()


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("=1+1", "'=1+1"),
        ("+86 138", "'+86 138"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\n=1", "'\n=1"),
        ("  =1", "'  =1"),
        ("＝1＋1", "'＝1＋1"),
        ("a=1", "a=1"),
        ("12,345.00", "12,345.00"),
        (None, ""),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_run_is_only_told(cell, told):
    assert export.plain(cell) == told


def test_moments_are_the_banks():
    with timezone.override("Asia/Shanghai"):
        assert export.plain(datetime(2026, 11, 24, 16, 30, 5, tzinfo=UTC)) == "2026-11-25 00:30:05"
