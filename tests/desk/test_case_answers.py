"""What is kept in a case: evidence, contacts, promises, reasons. Bad answers stand at their field, nothing is saved."""

from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.models import Evidence, Promise
from record import journal
from tests.desk import bad
from tests.desk.at_work import Desk, moment
from tests.desk.looking import Page, nothing_changes

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"

GOOD: dict[str, dict[str, str]] = {
    "add_evidence": {"kind": "caller_check", "reference": "REC-9", "happened_at": moment(hours=1)},
    "add_contact": {
        "direction": "in",
        "channel": "phone",
        "happened_at": moment(hours=1),
        "note": "来电催办",
        "reached": "on",
        "what": "回电",
        "due_at": moment(hours=-20),
    },
    "add_promise": {"what": "明天上午回电", "due_at": moment(hours=-20)},
    "declare_interest": {"reason": "客户是我表兄"},
    "describe": {"demand": "refund", "narrative": "卡在身边，钱在国外没了。", "complained_unit": "", "severity": "3"},
    "show_in_clear": {"reason": "核对来电人"},
    "withdraw": {"reason": "客户撤诉", "means": "REC-8"},
    "join": {"part": "assist", "staff_number": ""},
    "reassign": {"to": "", "why": "休假"},
    "hand_over": {"to": "", "why": "下班"},
    "cancel_step": {"why": "录错"},
}
STEP_PAGES = ("reassign", "hand_over", "cancel_step")


@pytest.fixture
def decided(staff, browser) -> Desk:
    """A case at the liability decision, in its person's hand."""
    return Desk.at("decide", staff)


def address(name: str, desk: Desk) -> str:
    return reverse(f"admin:{name}", args=[desk.task.uuid if name in STEP_PAGES else desk.case.uuid])


def doer(name: str, desk: Desk) -> Any:
    """Somebody who may do this."""
    people = desk.journey.staff.people
    return people["liability" if name == "hand_over" else "consumer_protection" if name != "describe" else "agent"]


def refused(answer: Any, names: Any, about: object) -> Page:
    page = Page(answer)
    assert page.status == 422, (page.status, about)
    assert [name for name in names if not page.error_at(name)] == [], about
    return page


@pytest.mark.parametrize("name", sorted(GOOD))
def test_bad_answers_are_refused_at_their_fields_and_nothing_is_saved(name, decided, browser):
    inside, url = browser(doer(name, decided)), address(name, decided)
    shown = inside.get(url)
    assert shown.status_code == 200
    fields: dict[str, forms.Field] = shown.context["form"].fields

    with nothing_changes(name):
        for answers in bad.rounds(fields):
            page = refused(inside.post(url, GOOD[name] | answers), answers, {k: v[:40] for k, v in answers.items()})
            for field, typed in answers.items():
                if not isinstance(fields[field], forms.ChoiceField) and "\0" not in typed:
                    assert page.values[field][0].strip() == typed.strip(), field
        for field in [field for field in fields if fields[field].required]:
            refused(inside.post(url, bad.without(GOOD[name], field)), [field], f"{field} missing")
            refused(inside.post(url, GOOD[name] | {field: [GOOD[name][field], ""]}), [field], f"{field} twice")
        for body, kind in (("{}", "application/json"), ("a=b", "text/plain"), (b"\xff\xfe", "image/png"), ("", "")):
            assert inside.post(url, body, content_type=kind).status_code == 422, kind
        assert inside.post(url).status_code == 422


@pytest.mark.parametrize("name", ["add_contact", "add_promise", "declare_interest", "describe", "withdraw"])
def test_odd_but_good_writing_is_kept_and_shown_as_writing(name, decided, staff, browser):
    inside, url = browser(doer(name, decided)), address(name, decided)
    fields = inside.get(url).context["form"].fields
    odd = {field: bad.ODD for field in fields if bad.is_writing(fields[field])}

    assert inside.post(url, GOOD[name] | odd).status_code == 302

    assert journal.verify(decided.case.stream) is None
    for person in ("consumer_protection", "auditor"):
        page = Page(browser(staff.people[person]).get(f"/case/{decided.case.uuid}/history/"))
        assert (page.status, page.blocked) == (200, [])
        assert "<script>alert" not in page.source


def test_a_file_or_a_number_and_not_both(decided, browser):
    inside, url = browser(doer("add_evidence", decided)), address("add_evidence", decided)
    kind = {"kind": "caller_check"}
    with nothing_changes():
        refused(inside.post(url, kind), ["upload"], "neither")
        both = {**kind, "reference": "REC-9", "upload": SimpleUploadedFile("a.pdf", PDF)}
        refused(inside.post(url, both), ["upload"], "both")


def bad_files() -> dict[str, SimpleUploadedFile]:
    """Files that may not become evidence."""
    return {
        "empty": SimpleUploadedFile("a.pdf", b""),
        "program": SimpleUploadedFile("a.exe", b"MZ\x90\x00"),
        "no ending": SimpleUploadedFile("scan", PDF),
        "other ending": SimpleUploadedFile("a.png", PDF),
        "no text": SimpleUploadedFile("a.txt", b"\x00\x01\x02"),
        "card in text": SimpleUploadedFile("a.csv", f"卡号,{bad.CARD}".encode()),
        "card in name": SimpleUploadedFile(f"{bad.CARD}.pdf", PDF),
        "HTML": SimpleUploadedFile("a.html", b"<script>alert(1)</script>", content_type="application/pdf"),
        "SVG": SimpleUploadedFile("a.svg", b"<svg onload='alert(1)'/>", content_type="image/png"),
        "zip as document": SimpleUploadedFile("a.docx", b"PK\x03\x04"),
        "name too long": SimpleUploadedFile("长" * 250 + ".pdf", PDF),
        "dots": SimpleUploadedFile("....pdf", b""),
        "hidden ending": SimpleUploadedFile("a.pdf.exe", PDF),
        "right to left": SimpleUploadedFile("a\u202efdp.exe", PDF),
    }


def test_bad_files_are_refused_at_the_field(decided, browser, settings):
    inside, url = browser(doer("add_evidence", decided)), address("add_evidence", decided)
    with nothing_changes():
        for about, file in bad_files().items():
            refused(inside.post(url, {"kind": "caller_check", "upload": file}), ["upload"], about)
        settings.REDRESS = {**settings.REDRESS, "EVIDENCE_MAX_BYTES": len(PDF) - 1}
        refused(
            inside.post(url, {"kind": "caller_check", "upload": SimpleUploadedFile("a.pdf", PDF)}), ["upload"], "large"
        )
        refused(inside.post(url, {"kind": "caller_check", "upload": "not a file"}), ["upload"], "text for a file")


@pytest.mark.parametrize(
    "name", ["回单.pdf", "C:\\fakepath\\回单.pdf", "../../../etc/passwd.pdf", "%2e%2e.pdf", "😀'\".pdf", "a b  c.PDF"]
)
def test_a_file_with_any_good_name_is_kept_outside_of_every_path(name, decided, browser):
    inside, url = browser(doer("add_evidence", decided)), address("add_evidence", decided)

    answer = inside.post(url, {"kind": "caller_check", "upload": SimpleUploadedFile(name, PDF)})

    assert answer.status_code == 302, Page(answer).texts
    kept = Evidence.objects.filter(case=decided.case).exclude(digest_clear="").get()
    assert kept.stored_at.count("/") == 2
    assert "passwd" not in kept.stored_at


def test_a_contact_without_a_word_counts_only_when_nobody_was_reached(decided, browser):
    inside, url = browser(doer("add_contact", decided)), address("add_contact", decided)
    silent = GOOD["add_contact"] | {"note": ""}
    with nothing_changes():
        refused(inside.post(url, silent), ["note"], "reached and nothing said")

    assert inside.post(url, bad.without(silent, "reached")).status_code == 302


def test_a_promise_is_kept_by_who_may_promise_once(decided, staff, browser):
    inside, auditor = browser(doer("add_promise", decided)), browser(staff.auditor)
    inside.post(address("add_promise", decided), GOOD["add_promise"])
    url = f"/promise/{Promise.objects.get().uuid}/kept/"
    with nothing_changes():
        assert auditor.get(url).url == inside.get(url).url == f"/case/{decided.case.uuid}/"
        assert auditor.post(url).status_code == 403

    assert inside.post(url).status_code == 302
    assert Promise.objects.get().kept_at is not None
    with nothing_changes():
        again = Page(inside.post(url))
    assert again.status == 409
    assert again.texts["h1"]


def test_declaring_an_interest_twice_is_told_and_keeps_what_was_typed(decided, browser):
    inside, url = browser(doer("declare_interest", decided)), address("declare_interest", decided)
    assert inside.post(url, GOOD["declare_interest"]).status_code == 302

    with nothing_changes():
        page = Page(inside.post(url, GOOD["declare_interest"]))

    assert page.status == 422
    assert page.values["reason"] == [GOOD["declare_interest"]["reason"]]


@pytest.mark.parametrize("who", ["administrator", "auditor", "nobody"])
def test_nobody_is_put_on_a_case_who_has_no_part_in_complaints(who, decided, staff, browser):
    number = "s99999" if who == "nobody" else staff.people[who].staff_number
    inside, url = browser(doer("join", decided)), address("join", decided)

    with nothing_changes():
        refused(inside.post(url, {"part": "assist", "staff_number": number}), ["staff_number"], who)

    assert inside.post(url, {"part": "assist", "staff_number": staff.compliance.staff_number}).status_code == 302


def test_a_step_is_passed_on_to_a_colleague_of_the_post_only(decided, staff, browser):
    inside, url = browser(doer("reassign", decided)), address("reassign", decided)
    with nothing_changes():
        for to in (staff.agent, staff.fraud, staff.liability):
            refused(inside.post(url, {"to": str(to.uuid), "why": "休假"}), ["to"], to)
