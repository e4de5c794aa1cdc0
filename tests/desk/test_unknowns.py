"""Cases that know less than others: erased, imported, without a card, with a limit whose rule is gone. All pages open."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.actions import contacts, evidence
from cases.actions.imports import take_over
from cases.actions.turn import turn
from cases.intake.incoming import Incoming
from cases.models import Case, Deadline
from knowledge.models import TaxonomyCode
from record import clock, journal, keys
from record.journal import SYSTEM
from tests.desk.at_work import Desk, moment
from tests.desk.looking import Page, nothing_changes
from tests.desk.test_case_answers import GOOD, PDF
from tests.factories.cases import CaseFactory

pytestmark = pytest.mark.django_db


def erase(case: Case) -> None:
    """Everything sealed of this person is gone for good."""
    subject = case.customer.person_key.subject if case.customer else case.person_key.subject
    assert keys.destroy(subject, why="客户要求", actor=SYSTEM)


@pytest.mark.parametrize("step", ["trace", "decide", "approve", "tell", "close"])
def test_an_erased_customers_case_opens_and_says_so(step, staff, browser):
    # given a case with texts, a file and a promise, whose customer was erased
    desk = Desk.at(step, staff)
    if desk.journey.again().state in (Case.State.OPEN, Case.State.TOLD):
        with turn(desk.case, user=desk.person) as hand:
            contacts.promise(hand, what="明天上午回电", due_at=clock.now().replace(hour=23, minute=59, second=59))
    with turn(desk.case, user=desk.person) as hand:
        file = evidence.add_file(hand, kind="caller_check", upload=SimpleUploadedFile("a.pdf", PDF))
    url, answers = desk.url, desk.answers()
    erase(desk.case)
    inside = browser(desk.person)

    # when its pages are opened, they come, and nothing of the person stands on them
    for path in ("/", "/complaints/", f"/case/{desk.case.uuid}/history/", url):
        page = Page(inside.get(path))
        assert page.status == 200, path
        assert "张*" not in page.source, path

    # and what would write about the person, or read his file, says that he was erased
    for answer in (inside.get(f"/evidence/{file.uuid}/"), inside.post(url, answers)):
        assert answer.status_code in (302, 409, 422), (path, answer.status_code)
        if answer.status_code == 409:
            assert Page(answer).counted["h1"] == 1
    assert journal.verify(desk.case.stream) is None


@pytest.mark.parametrize("name", ["add_evidence", "add_contact", "add_promise", "declare_interest", "show_in_clear"])
def test_nothing_is_half_written_about_an_erased_customer(name, staff, browser):
    desk = Desk.at("decide", staff)
    erase(desk.case)
    inside = browser(staff.consumer_protection)
    path = {"add_evidence": "evidence/add", "add_contact": "contact", "add_promise": "promise"}.get(
        name, {"declare_interest": "interest", "show_in_clear": "clear"}.get(name)
    )
    url = f"/case/{desk.case.uuid}/{path}/"
    assert inside.get(url).status_code == 200
    file = {"kind": "caller_check", "upload": SimpleUploadedFile("a.pdf", PDF)}

    with nothing_changes(name):
        page = Page(inside.post(url, file if name == "add_evidence" else GOOD[name]))

    assert page.status == 409
    assert page.counted["h1"] == 1


@pytest.fixture
def imported(staff) -> Case:
    """A card fraud another system received: no customer, no card, no amount."""
    incoming = Incoming(
        source="cfpb",
        external_id="7",
        kind=Case.Kind.CARD_FRAUD,
        channel=Case.Channel.WEB,
        received_at=clock.now(),
        narrative="Somebody used my card.",
        facets={},
        told={},
        personal={},
    )
    codes = {code.local_code: code for code in TaxonomyCode.objects.all()}
    return take_over(incoming, unit=staff.bank.outlet, codes=codes, user=None, role="", cause="import_complaints")


def test_an_imported_case_says_what_is_not_known_on_every_page(imported, staff, browser):
    inside = browser(staff.agent)
    task = imported.tasks.human().get()

    for path in ("/", "/complaints/", f"/case/{imported.uuid}/", f"/step/{task.uuid}/"):
        assert Page(inside.get(path)).status == 200, path

    assert "未知" in Page(inside.get("/complaints/")).source
    page = Page(inside.get(f"/case/{imported.uuid}/")).source
    assert "导入" in page
    assert "待定" not in page.partition('id="demand"')[2]
    assert "。、" not in page
    assert inside.post(f"/case/{imported.uuid}/clear/", {"reason": "核对"}).status_code == 200


def test_an_imported_case_goes_on_without_a_card(imported, staff, browser):
    """The stop is declined because the card is not known; the trace types what is on paper."""
    inside = browser(staff.agent)
    stop = imported.tasks.human().get()
    inside.post(f"/step/{stop.uuid}/claim/")
    with nothing_changes():
        page = Page(inside.post(f"/step/{stop.uuid}/", {"caller_check": "REC-1"}))
        assert (page.status, page.error_at("decline")) == (422, True)
    assert inside.post(f"/step/{stop.uuid}/", {"caller_check": "REC-1", "decline": "卡号未知"}).status_code == 302

    trace = next(one for one in imported.tasks.open() if one.flow_task.name == "trace")
    inside = browser(staff.fraud)
    inside.post(f"/step/{trace.uuid}/claim/")
    line = {"booked_at": moment(hours=5), "amount": "1e2", "merchant": "ATM", "channel": "atm", "type": "counterfeit"}
    typed = {f"hand_1_{name}": value for name, value in line.items()}
    with nothing_changes():
        for name in ("booked_at", "amount", "channel", "type"):
            page = Page(inside.post(f"/step/{trace.uuid}/", typed | {"source": "S-1", f"hand_1_{name}": ""}))
            assert (page.status, page.error_at(f"hand_1_{name}")) == (422, True), name
        assert Page(inside.post(f"/step/{trace.uuid}/", typed)).error_at("source")
    assert inside.post(f"/step/{trace.uuid}/", typed | {"source": "S-1"}).status_code == 302
    assert str(Case.objects.get(pk=imported.pk).disputed_total) == "100.00"
    for path in (f"/case/{imported.uuid}/", *(f"/step/{one.uuid}/" for one in imported.tasks.open().human())):
        assert Page(inside.get(path)).status == 200


def test_a_case_without_a_flow_opens(staff, browser):
    case = CaseFactory.create(kind=Case.Kind.GENERAL, handling_unit=staff.bank.outlet)
    for user in (staff.agent, staff.auditor, staff.consumer_protection):
        assert Page(browser(user).get(f"/case/{case.uuid}/history/")).status == 200


def test_a_limit_whose_rule_is_gone_is_shown_by_its_key(staff, browser):
    desk = Desk.at("decide", staff)
    Deadline.objects.filter(case=desk.case).update(key="gone.with_a_release", policy_version="never@9")
    for path in (f"/case/{desk.case.uuid}/", desk.url):
        page = Page(browser(desk.person).get(path))
        assert (page.status, "gone.with_a_release" in page.source) == (200, True)
