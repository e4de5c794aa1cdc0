"""处理轨迹 as a page: every entry with who and when, what it changed, a filter by kind and person, page by page."""

import re

import pytest
from django.urls import reverse

from record import journal, kinds
from tests.desk.at_work import Desk
from tests.desk.costs import CASE, cost
from tests.desk.looking import Page
from workflows.desk import case_history
from workflows.desk.case_history import GROUPS, OTHER, group_of

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r'id="e(\d+)"')


def shown(inside, case, **asked: str) -> Page:
    """One page of the history."""
    return Page(inside.get(reverse("admin:case_history", args=[case.uuid]), asked))


def numbers(page: Page) -> list[int]:
    """The entries on it, in their order."""
    return [int(number) for number in NUMBER.findall(page.source)]


def test_every_entry_stands_there_newest_first_with_what_it_changed(staff, browser, monkeypatch):
    monkeypatch.setattr(case_history, "PAGE", 1000)
    desk = Desk.at("approve", staff)
    page = shown(browser(staff.auditor), desk.case)

    told = journal.entries(desk.case.stream).order_by("-number")
    assert numbers(page) == [entry.number for entry in told]
    assert all(entry.hash in page.source for entry in told)
    change = page.source.partition("责任判定")[2]
    assert "银行承担" in change
    assert page.source.index("事情经过") > page.source.index("银行承担")  # the registration is the oldest
    assert "已加密封存" in page.source


def test_an_entry_about_evidence_leads_to_its_row_on_the_case_page(staff, browser):
    desk, inside = Desk.at("approve", staff), browser(staff.auditor)
    case_page = reverse("admin:case", args=[desk.case.uuid])
    links = [link for link in shown(inside, desk.case, what="proof").links if link.startswith(f"{case_page}#evidence-")]
    rows = {f"{case_page}#evidence-{uuid}" for uuid in desk.case.evidence.values_list("uuid", flat=True)}
    assert rows
    assert set(links) == rows
    source = inside.get(case_page).content.decode()
    assert all(f'id="{link.partition("#")[2]}"' in source for link in rows)


@pytest.mark.parametrize("what", [*GROUPS, OTHER])
def test_each_group_has_its_own_entries_and_together_they_are_all(what, staff, browser):
    desk, inside = Desk.at("tell", staff), browser(staff.fraud)
    told = {entry.number: group_of(entry.kind) for entry in journal.entries(desk.case.stream)}
    assert sorted(numbers(shown(inside, desk.case, what=what))) == [
        n for n, group in sorted(told.items()) if group == what
    ]


def test_entries_of_one_person_and_of_nobody(staff, browser):
    desk, inside = Desk.at("decide", staff), browser(staff.auditor)
    mine = journal.entries(desk.case.stream).filter(actor_number=staff.fraud.staff_number)
    assert sorted(numbers(shown(inside, desk.case, by=staff.fraud.staff_number))) == [one.number for one in mine]
    nobody = shown(inside, desk.case, by="nobody")
    assert nobody.status == 200
    assert "没有符合条件的处理轨迹" in nobody.source
    assert reverse("admin:case_history", args=[desk.case.uuid]) in nobody.links


def test_it_is_read_page_by_page_and_each_page_costs_the_same(staff, browser, monkeypatch):
    monkeypatch.setattr(case_history, "PAGE", 10)
    desk, inside = Desk.at("archive", staff), browser(staff.auditor)
    there, found, before = journal.entries(desk.case.stream).count(), [], ""
    while True:
        page = shown(inside, desk.case, **({"older_than": before} if before else {}))
        found += numbers(page)
        if not (further := next((link for link in page.links if "older_than=" in link), "")):
            break
        assert cost(inside, further) <= CASE
        before = further.rpartition("=")[2]
    assert found == list(range(there, 0, -1))


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 30, "\0", "1e3"])
def test_a_place_that_is_none_is_the_beginning(odd, staff, browser):
    desk = Desk.at("trace", staff)
    page = shown(browser(staff.fraud), desk.case, older_than=odd, what=odd, by=odd if odd != "\0" else "")
    assert page.status == 200


def test_only_who_may_read_the_past_is_led_to_it(staff, browser):
    desk = Desk.at("trace", staff)
    past = reverse("admin:as_of", args=[desk.case.uuid])
    assert any(link.startswith(past) for link in shown(browser(staff.auditor), desk.case).links)
    assert not any(link.startswith(past) for link in shown(browser(staff.fraud), desk.case).links)


def test_every_kind_that_is_told_of_a_case_belongs_to_a_group():
    people = ("user.", "post.", "absence.", "branch.", "limit.", "view.", "login.")
    elsewhere = (*people, "policy.", "taxonomy.", "keys.", "seal.", "seal_key.", "database.")
    # in streams of their own
    own = ("risk.", "ledger.", "import.", "caller.", "export.", "cases.", "words.", "sample.", "audit.", "erasure.")
    of_tests = ("lab.",)
    left = {name for name in kinds._kinds if group_of(name) == OTHER}
    assert {name for name in left if not name.startswith((*elsewhere, *own, *of_tests))} == set()
