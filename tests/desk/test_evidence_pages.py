"""Files and clear text go to who may see the case, each looking on record; nobody else learns that they are there."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Role
from cases.actions import evidence
from cases.actions.turn import turn
from cases.models import Evidence
from cases.storage import store
from record import clock, journal
from record.models import Stream
from tests.desk.at_work import Desk
from tests.desk.looking import Page, nothing_changes
from tests.desk.test_case_answers import PDF
from tests.factories import person

pytestmark = pytest.mark.django_db

NAME, PHONE, SAID = "张三", "13816262207", "两笔境外交易不是本人所为"


@pytest.fixture
def desk(staff) -> Desk:
    return Desk.at("decide", staff)


@pytest.fixture
def file(desk) -> Evidence:
    with turn(desk.case, user=desk.journey.staff.fraud) as hand:
        return evidence.add_file(hand, kind="caller_check", upload=SimpleUploadedFile("张三的回单.pdf", PDF))


def looked_at(user) -> list[tuple[str, dict]]:
    """What the person's access streams tell, beside that he opened the case (tests/desk/test_who_looked.py)."""
    streams = Stream.objects.filter(key__startswith=f"access:{user.uuid}:").values_list("key", flat=True)
    return [(entry.kind, entry.data) for key in streams for entry in journal.entries(key).exclude(kind="case.read")]


def test_a_file_comes_as_it_was_as_an_attachment_and_is_on_record(file, desk, browser):
    answer = browser(desk.person).get(f"/evidence/{file.uuid}/")

    assert answer.content == PDF
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == f'attachment; filename="{file.uuid}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    [(kind, data)] = looked_at(desk.person)
    assert kind == "evidence.read"
    assert data == {
        "case": str(desk.case.uuid),
        "reference": desk.case.reference,
        "evidence": str(file.uuid),
        "purpose": "download",
    }


def test_the_auditor_reads_a_file_and_is_on_record_too(file, staff, browser):
    assert browser(staff.auditor).get(f"/evidence/{file.uuid}/").content == PDF
    assert [kind for kind, _data in looked_at(staff.auditor)] == ["evidence.read"]


@pytest.mark.parametrize("role", [Role.AGENT, Role.OUTLET_HEAD, Role.ADMINISTRATOR])
def test_another_branch_learns_nothing_of_a_file(role, file, staff, browser):
    there = browser(person(role, staff.bank.other_outlet))
    with nothing_changes():
        assert there.get(f"/evidence/{file.uuid}/").status_code == 404


def test_a_number_is_no_file(desk, browser):
    reference = desk.case.evidence.get(kind="caller_check")
    inside = browser(desk.person)
    with nothing_changes():
        assert inside.get(f"/evidence/{reference.uuid}/").status_code == 404


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_file_that_is_not_what_it_was_is_told_and_not_given_out(harm, file, desk, browser):
    name = file.stored_at
    data = store().get(name)
    store().drop(name)
    if harm == "changed":
        store().put(file.uuid, data[:-1] + bytes([data[-1] ^ 1]))

    page = Page(browser(desk.person).get(f"/evidence/{file.uuid}/"))

    assert page.status == 409
    assert "审计岗" in page.source or "管理员" in page.source
    assert "%PDF" not in page.source


def test_the_name_of_a_file_stands_on_no_page(file, desk, browser):
    inside = browser(desk.person)
    for url in (f"/case/{desk.case.uuid}/history/", desk.url):
        assert "回单" not in Page(inside.get(url)).source, url


def test_nothing_is_in_clear_before_a_reason_was_given(desk, staff, browser):
    inside = browser(desk.person)
    with nothing_changes():
        for url in (
            "/",
            "/complaints/",
            desk.url,
            f"/case/{desk.case.uuid}/history/",
            f"/case/{desk.case.uuid}/clear/",
        ):
            source = Page(inside.get(url)).source
            assert [word for word in (NAME, PHONE, SAID) if word in source] == [], url
            # a reason in the address is no reason
            assert PHONE not in Page(inside.get(f"/case/{desk.case.uuid}/clear/?reason=x")).source
        for typed in ({}, {"reason": ""}, {"reason": "  "}, {"reason": "a\0b"}, {"reason": "x" * 501}):
            page = Page(inside.post(f"/case/{desk.case.uuid}/clear/", typed))
            assert page.status == 422
            assert page.error_at("reason")
            assert PHONE not in page.source


def test_clear_text_is_shown_once_with_the_reason_on_record_sealed(desk, browser):
    inside = browser(desk.person)

    answer = inside.post(f"/case/{desk.case.uuid}/clear/", {"reason": "核对来电人身份"})

    page = Page(answer)
    assert page.status == 200
    assert all(word in page.source for word in (NAME, PHONE, SAID))
    assert "no-store" in answer["Cache-Control"]
    [(kind, data)] = looked_at(desk.person)
    assert kind == "case.shown_in_clear"
    assert "核对" not in str(data)
    # looking once opens no other page
    assert PHONE not in Page(inside.get(f"/case/{desk.case.uuid}/")).source


@pytest.mark.parametrize("role", ["tier2_head", "tier1_head", "card_centre_head"])
def test_upper_heads_see_masked_values_only(role, desk, staff, browser):
    head = browser(staff.people[role])
    with nothing_changes():
        assert head.get(f"/case/{desk.case.uuid}/").status_code == 200
        answer = head.post(f"/case/{desk.case.uuid}/clear/", {"reason": "想看看"})
        assert answer.status_code == 403
        assert PHONE not in answer.content.decode()


def test_each_reader_has_a_stream_of_his_own_that_verifies(file, desk, staff, browser):
    for user in (desk.person, staff.auditor):
        inside = browser(user)
        inside.get(f"/evidence/{file.uuid}/")
        inside.post(f"/case/{desk.case.uuid}/clear/", {"reason": "核对"})

    today = clock.now().astimezone().date()
    streams = Stream.objects.filter(key__startswith="access:").values_list("key", flat=True)
    assert len(streams) == 2, today
    assert [journal.verify(key) for key in streams] == [None, None]


def test_from_the_panel_of_a_step_it_is_put_on_file_without_leaving_the_page(desk, browser):
    inside, json = browser(desk.person), {"Accept": "application/json"}
    url = f"/case/{desk.case.uuid}/evidence/add/"
    assert f'action="{url}"' in inside.get(desk.url).content.decode()

    upload = SimpleUploadedFile("回单.pdf", PDF)
    answer = inside.post(url, {"kind": "caller_check", "upload": upload}, headers=json)

    assert (answer.status_code, answer.json()) == (201, {})
    assert Evidence.objects.filter(case=desk.case).exclude(digest_clear="").count() == 1


def test_what_is_wrong_with_it_is_answered_in_words(desk, browser):
    inside, json = browser(desk.person), {"Accept": "application/json"}
    with nothing_changes():
        answer = inside.post(f"/case/{desk.case.uuid}/evidence/add/", {"kind": "caller_check"}, headers=json)
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert problem.startswith("文件")


def test_who_may_not_add_gets_no_json_and_no_form(desk, staff, browser):
    inside, json = browser(staff.auditor), {"Accept": "application/json"}
    assert "data-upload" not in inside.get(f"/case/{desk.case.uuid}/").content.decode()
    with nothing_changes():
        answer = inside.post(f"/case/{desk.case.uuid}/evidence/add/", {"kind": "caller_check"}, headers=json)
    assert answer.status_code == 403
    assert answer["Content-Type"].startswith("text/html")


def test_what_was_asked_for_and_is_not_here_counts_down_beside_the_step(staff, browser):
    desk = Desk.at("trace", staff)
    shown = browser(desk.person).get(desk.url).content.decode()
    panel = shown[shown.index('id="evidence"') :]

    item = desk.case.evidence_items.open().first()
    assert "已提出、尚未取得" in panel
    assert item.get_kind_display() in panel
    assert re.search("剩|明日", panel)


def test_the_panel_proposes_what_the_step_still_needs(staff, browser):
    desk = Desk.at("stop_by_hand", staff)
    page = browser(desk.person).get(desk.url).content.decode()
    assert '<option value="stop_receipt" selected>' in page
