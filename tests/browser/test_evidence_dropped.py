"""Evidence dropped on a step's panel: progress, a refusal in words, a lost session, and what is typed beside it stays."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Locator, expect

from cases.models import Evidence
from tests.browser.seats import Seat, Seats
from tests.desk.at_work import Desk
from tests.desk.test_case_answers import PDF
from tests.fixtures.browser import NARROW, WIDE

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]

DROP = """(panel, files) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name));
  for (const kind of ["dragover", "drop"]) {
    panel.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""


def drops(seat: Seat, *files: tuple[str, str]) -> Locator:
    """Drag files over the evidence panel and let go; what the panel says."""
    seat.page.locator("#evidence").evaluate(DROP, list(files))
    seat.page.locator("#evidence_kind").select_option(index=1)
    return seat.page.locator("[data-upload-said]")


def on_file(desk: Desk) -> int:
    return Evidence.objects.filter(case=desk.case).exclude(digest_clear="").count()


def test_files_are_dropped_on_a_step_and_what_is_typed_there_stays(seats: Seats) -> None:
    # given a liability officer half through his form
    desk = Desk.at("decide", seats.staff)
    officer = seats.seat(desk.person).comes_in().opens(desk.url)
    typed = officer.page.locator("[name^=reason_]").first
    typed.fill("写到一半")

    # when he drops two files on the panel and sends them
    drops(officer, ("pos.pdf", PDF.decode()), ("login.txt", "06:01 登录"))
    officer.keeps("99-evidence-dropped").at_width(NARROW).keeps("99-evidence-dropped").at_width(WIDE)
    officer.presses("存入案卷")

    # then both are on file, the list shows them, and his words still stand there
    expect(officer.page.locator("[data-upload-said]")).to_have_text("已存入案卷。")
    assert on_file(desk) == 2
    expect(typed).to_have_value("写到一半")
    officer.keeps("99-evidence-on-file")


def test_of_several_the_bad_one_is_told_and_stays_chosen(seats: Seats) -> None:
    desk = Desk.at("decide", seats.staff)
    officer = seats.seat(desk.person).comes_in().opens(desk.url)
    drops(officer, ("pos.pdf", PDF.decode()), ("run.exe", "MZ"), ("login.txt", "06:01 登录"))
    officer.presses("存入案卷")

    expect(officer.page.locator("[data-upload-said]")).to_contain_text("文件")
    officer.is_refused(422).keeps("99-evidence-refused")
    assert on_file(desk) == 1
    left = officer.page.locator("#evidence input[type=file]").evaluate("f => [...f.files].map(one => one.name)")
    assert left == ["run.exe", "login.txt"]
    expect(officer.page.locator("#evidence_kind")).not_to_have_value("")

    # and what is wrong is not said any more of another file
    drops(officer, ("login.txt", "06:01 登录"))
    expect(officer.page.locator("[data-upload-said]")).to_have_text("")


def test_what_it_is_is_never_chosen_beforehand_unless_the_step_waits_for_it(seats: Seats) -> None:
    desk = Desk.at("decide", seats.staff)
    officer = seats.seat(desk.person).comes_in().opens(desk.url)
    expect(officer.page.locator("#evidence_kind")).to_have_value("")
    officer.page.locator("#evidence").evaluate(DROP, [("pos.pdf", PDF.decode())])
    officer.presses("存入案卷")
    expect(officer.page.locator("[data-upload-said]")).to_contain_text("证据种类")
    officer.is_refused(422)
    assert on_file(desk) == 0


def test_with_the_session_lost_he_is_told_and_the_file_stays_chosen(seats: Seats) -> None:
    desk = Desk.at("decide", seats.staff)
    officer = seats.seat(desk.person).comes_in().opens(desk.url)
    said = drops(officer, ("pos.pdf", PDF.decode()))
    Session.objects.all().delete()

    officer.presses("存入案卷")

    expect(said).to_have_text("登录已超时。请在新窗口重新登录，再重新上传。")
    assert on_file(desk) == 0
    assert officer.page.locator("#evidence input[type=file]").evaluate("f => f.files.length") == 1


def test_a_slow_upload_shows_how_far_it_is_and_can_be_stopped(seats: Seats) -> None:
    desk = Desk.at("decide", seats.staff)
    officer = seats.seat(desk.person).comes_in().opens(desk.url)
    wire = officer.page.context.new_cdp_session(officer.page)
    wire.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
    wire.send("Network.emulateNetworkConditions", slow)
    said = drops(officer, ("big.txt", "字" * 1_000_000))

    officer.presses("存入案卷")
    expect(said).to_contain_text("正在上传 big.txt")
    officer.keeps("99-evidence-sending")
    officer.presses("停止上传")

    expect(said).to_have_text("已停止：big.txt 未存入案卷。")
    assert on_file(desk) == 0


def test_before_anything_is_sent_there_is_nothing_to_stop(seats: Seats) -> None:
    desk = Desk.at("decide", seats.staff)
    officer = seats.seat(desk.person).comes_in().opens(desk.url)
    drops(officer, ("pos.pdf", PDF.decode()))
    officer.has_no_button("停止上传")
    expect(officer.page.locator("#evidence progress")).to_be_hidden()
