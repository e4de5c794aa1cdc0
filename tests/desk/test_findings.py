"""Findings of an audit: who reads and answers them, how they go on, and what the re-check comes to."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.permissions import Verb, may_somewhere
from accounts.roles import Role
from cases.actions import audit_sheets, rectification
from cases.errors import CaseError, NotAllowed, SomeoneWasFirst
from cases.models import AuditFinding, Rectification
from record import clock
from record.models import Entry
from tests.desk.complaint_ledger import a_case
from tests.desk.costs import HOME, LIST, cost
from tests.desk.looking import Page
from tests.desk.samples import all_met, answered, drawn, found, marked
from tests.factories import person

pytestmark = pytest.mark.django_db
ANSWER = {"done": "已补发告知，并组织培训", "proof": "GZ-2026-118"}
State, Outcome = AuditFinding.State, Rectification.Outcome


@pytest.fixture
def case(staff):
    """A complaint the outlet handled."""
    return a_case(staff)


# who may ----------------------------------------------------------------------------------------------------------------

ANSWERS = {Role.OUTLET_HEAD, Role.TIER2_HEAD, Role.TIER1_HEAD, Role.CARD_CENTRE_HEAD, Role.SERVICE_MANAGER}
READS = ANSWERS | {Role.CONSUMER_PROTECTION, Role.AUDITOR}


@pytest.mark.parametrize("role", list(Role))
def test_who_reads_and_answers_a_finding_of_the_outlet(role, case, staff, browser):
    finding, user = found(staff), staff.people[role]
    assert may_somewhere(user, Verb.ANSWER_FINDING) == (role in ANSWERS)
    inside, page = browser(user), f"/finding/{finding.uuid}/"
    reads = AuditFinding.objects.visible_to(user).exists()
    assert reads <= (role in READS)
    assert inside.get(page).status_code == (200 if reads else 404)
    answer = inside.post(page, ANSWER)
    wanted = 404 if not reads else 302 if role in ANSWERS else 409 if role == Role.AUDITOR else 403
    assert answer.status_code == wanted


def test_a_unit_reads_its_own_and_no_others(case, staff, browser):
    finding = found(staff)
    for place, status in ((staff.bank.outlet, 200), (staff.bank.sister_outlet, 404), (staff.bank.other_outlet, 404)):
        head = person(Role.OUTLET_HEAD, place)
        inside = browser(head)
        assert inside.get(f"/finding/{finding.uuid}/").status_code == status
        assert (case.reference in inside.get("/ledgers/findings/").content.decode()) == (status == 200)
        assert (f"/finding/{finding.uuid}/" in Page(inside.get("/")).links) == (status == 200)


# how it goes on ---------------------------------------------------------------------------------------------------------

# state, act, what comes of it: the whole table of docs/decisions/0047
ROWS = [
    (State.OPEN, "answer", State.ANSWERED),
    (State.OPEN, Outcome.CLOSED, SomeoneWasFirst),
    (State.OPEN, Outcome.AGAIN, SomeoneWasFirst),
    (State.OPEN, Outcome.WITHDRAWN, SomeoneWasFirst),
    (State.ANSWERED, "answer", SomeoneWasFirst),
    (State.ANSWERED, Outcome.CLOSED, State.CLOSED),
    (State.ANSWERED, Outcome.AGAIN, State.OPEN),
    (State.ANSWERED, Outcome.WITHDRAWN, State.WITHDRAWN),
    (State.CLOSED, "answer", SomeoneWasFirst),
    *((State.CLOSED, outcome, SomeoneWasFirst) for outcome in Outcome),
    (State.WITHDRAWN, "answer", SomeoneWasFirst),
    *((State.WITHDRAWN, outcome, SomeoneWasFirst) for outcome in Outcome),
]


def standing_at(state, staff) -> AuditFinding:
    """A finding that has come so far."""
    if state == State.OPEN:
        return found(staff)
    finding = answered(staff)
    ends = {State.CLOSED: Outcome.CLOSED, State.WITHDRAWN: Outcome.WITHDRAWN}
    if state in ends:
        rectification.check(finding=finding, user=staff.auditor, outcome=ends[state], note="已核对")
    return finding


@pytest.mark.parametrize(("state", "act", "leads_to"), ROWS)
def test_each_row_of_the_table(state, act, leads_to, case, staff):
    finding = standing_at(state, staff)

    def does():
        if act == "answer":
            return rectification.answer(finding=finding, user=staff.outlet_head, **ANSWER)
        return rectification.check(finding=finding, user=staff.auditor, outcome=act, note="已核对")

    if isinstance(leads_to, type):
        with pytest.raises(leads_to):
            does()
        return
    assert does().state == leads_to
    finding.refresh_from_db()
    assert finding.state == leads_to
    assert (finding.ended_at is None) == finding.is_open


@pytest.mark.parametrize(("severity", "days"), [("minor", 30), ("serious", 15), ("grave", 7)])
def test_the_time_to_put_it_right_follows_from_how_grave_it_is(severity, days, case, staff, time):
    finding = found(staff, severity)
    assert finding.due_at - clock.now() > timedelta(days=days)
    assert finding.due_at - clock.now() <= timedelta(days=days + 1)


def test_sent_back_it_has_a_further_round_with_a_time_of_its_own(case, staff, time):
    finding = answered(staff)
    first = finding.due_at
    time.advance(days=3)
    rectification.check(finding=finding, user=staff.auditor, outcome=Outcome.AGAIN, note="佐证不足")
    finding.refresh_from_db()
    assert [row.number for row in finding.rounds.all()] == [1, 2]
    assert finding.due_at == finding.rounds.last().due_at > first
    rectification.answer(finding=finding, user=staff.outlet_head, **ANSWER)
    rectification.check(finding=finding, user=staff.auditor, outcome=Outcome.CLOSED)
    told = [entry.kind for entry in Entry.objects.filter(stream=finding.sheet.sample.stream).order_by("number")]
    ways = ["audit.finding_answered", "audit.finding_again", "audit.finding_answered", "audit.finding_closed"]
    assert told[-4:] == ways
    assert Entry.objects.filter(stream=case.stream, kind="case.finding_closed").count() == 1


@pytest.mark.parametrize(
    ("severity", "wrong", "field"),
    [
        ("serious", {"done": ""}, "done"),
        ("serious", {"done": "。"}, "done"),
        ("serious", {"proof": ""}, "proof"),
        ("grave", {}, "consequences"),
        ("grave", {"consequences": "..."}, "consequences"),
    ],
)
def test_an_answer_says_what_was_done_and_how_one_sees_it(severity, wrong, field, case, staff):
    finding = found(staff, severity)
    with pytest.raises(CaseError) as refused:
        rectification.answer(finding=finding, user=staff.outlet_head, **{**ANSWER, **wrong})
    assert refused.value.field == field


@pytest.mark.parametrize("outcome", [Outcome.AGAIN, Outcome.WITHDRAWN])
def test_what_is_not_closed_says_why(outcome, case, staff):
    finding = answered(staff)
    with pytest.raises(CaseError) as refused:
        rectification.check(finding=finding, user=staff.auditor, outcome=outcome)
    assert refused.value.field == "note"


@pytest.mark.beside_history("an auditor who answered for a unit before he became one")
def test_nobody_checks_what_he_answered_himself(case, staff):
    finding = answered(staff)
    step = finding.rounds.get()
    step.answered_by = staff.auditor
    step.save()
    with pytest.raises(NotAllowed):
        rectification.check(finding=finding, user=staff.auditor, outcome=Outcome.CLOSED)
    step.checked_by = staff.auditor
    with pytest.raises(IntegrityError), transaction.atomic():
        step.save()


# what is told -----------------------------------------------------------------------------------------------------------


def test_what_was_found_and_answered_is_sealed_on_record_and_read_on_the_page(case, staff, browser):
    finding = answered(staff, "grave")
    bodies = " ".join(entry.body for entry in Entry.objects.all())
    page = browser(staff.consumer_protection).get(f"/finding/{finding.uuid}/").content.decode()
    for text in ("延期未告知投诉人", "已补发延期告知", "对经办人谈话提醒"):
        assert text not in bodies
        assert text in page
    looks = Entry.objects.filter(kind="case.read", actor_number=staff.consumer_protection.staff_number)
    assert looks.get().data["reference"] == case.reference


def test_the_findings_of_a_sheet_go_to_the_unit_that_is_named(case, staff, browser):
    sheet = drawn(staff.auditor).sheets.select_related("sample", "case").get()
    finding = marked(sheet, staff.auditor, unit=staff.bank.other_outlet)
    assert finding.unit == staff.bank.other_outlet
    head = person(Role.OUTLET_HEAD, staff.bank.other_outlet)
    assert browser(head).get(f"/finding/{finding.uuid}/").status_code == 200
    assert browser(staff.outlet_head).get(f"/finding/{finding.uuid}/").status_code == 404


@pytest.mark.parametrize(
    ("key", "given", "field"),
    [
        ("process.limits", ("", "", ""), "process.limits"),
        ("process.limits", ("unmet", "", ""), "process.limits.remark"),
        ("process.limits", ("partly", "。", ""), "process.limits.remark"),
        ("process.limits", ("met", "好", "minor"), "process.limits.severity"),
        ("process.limits", ("unmet", "未告知", "huge"), "process.limits.severity"),
    ],
)
def test_a_sheet_with_something_missing_is_not_signed(key, given, field, case, staff):
    sheet = drawn(staff.auditor).sheets.select_related("sample", "case").get()
    with pytest.raises(CaseError) as refused:
        audit_sheets.sign(sheet=sheet, user=staff.auditor, given={**all_met(sheet), key: audit_sheets.Given(*given)})
    assert refused.value.field == field
    sheet.refresh_from_db()
    assert not sheet.is_signed


# on desks ---------------------------------------------------------------------------------------------------------------


def test_a_head_answers_from_his_desk_and_the_auditor_checks_from_his(case, staff, browser):
    finding = found(staff)
    head, page = browser(staff.outlet_head), f"/finding/{finding.uuid}/"
    home = head.get("/").content.decode()
    assert "检查发现，待整改" in home
    assert "剩" in home[home.index("检查发现，待整改") :]
    assert head.post(page, {"done": "", "proof": ""}).status_code == 422
    assert head.post(page, ANSWER).url == page
    assert "检查发现，待整改" not in head.get("/").content.decode()

    auditor = browser(staff.auditor)
    assert page in Page(auditor.get("/")).links
    assert auditor.post(page, {"outcome": "again", "note": ""}).status_code == 422
    auditor.post(page, {"outcome": "again", "note": "佐证不足"})
    assert "佐证不足" in head.get(page).content.decode()
    assert page in Page(head.get("/")).links


def test_what_is_late_says_so_first(case, staff, browser, time):
    finding = found(staff)
    time.advance(days=17)
    rows = browser(staff.outlet_head).get("/ledgers/findings/").content.decode()
    assert "超时" in rows[rows.index("data-row") :]
    rectification.answer(finding=finding, user=staff.outlet_head, **ANSWER)
    assert "超时回复" in browser(staff.auditor).get(f"/finding/{finding.uuid}/").content.decode()


def test_desks_and_ledger_cost_the_same_with_more_findings(case, staff, browser):
    inside, auditor = browser(staff.outlet_head), browser(staff.auditor)

    def costs() -> list[int]:
        ledger = "/ledgers/findings/"
        return [cost(inside, "/"), cost(inside, ledger), cost(auditor, "/"), cost(auditor, f"{ledger}?state=answered")]

    found(staff)
    answered(staff)
    before = costs()
    for _ in range(3):
        found(staff)
        answered(staff)
    assert costs() == before
    assert before[0] <= HOME
    assert max(before[1:]) <= LIST


def test_the_ledger_is_narrowed_and_taken_along(case, staff, browser):
    finding = found(staff, "grave")
    answered(staff, "minor")
    inside = browser(staff.consumer_protection)
    for asked, n in (({}, 2), ({"severity": "grave"}, 1), ({"state": "answered"}, 1), ({"state": "ended"}, 0)):
        assert inside.get("/ledgers/findings/", asked).content.decode().count("data-row") == n, asked
    assert finding.due_at < clock.now() + timedelta(days=9)
    taken = inside.get("/ledgers/findings/", {"as": "csv"})
    assert case.reference in b"".join(taken.streaming_content).decode()
    assert browser(staff.agent).get("/ledgers/findings/").status_code == 403
