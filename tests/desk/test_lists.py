"""Lists and the search: pages by keyset without a number in any address, and whatever is typed into the address."""

from datetime import timedelta

import pytest

from accounts.models import User
from record import clock
from record.models import Entry
from tests.desk.at_work import Desk
from tests.desk.looking import Page, nothing_changes
from tests.factories.cases import CaseFactory
from tests.journey import Journey
from workflows import verbs
from workflows.desk import find, worklists
from workflows.models import StepTask

pytestmark = pytest.mark.django_db

ODD = (
    "", "7", "-1", "²", "٣", "9" * 40, "9" * 5000, "1e5", "NaN", "\0", "%00", "😀", "\u202e", "' OR 1=1 --",
    "<script>alert(1)</script>", "../../etc/passwd", "00000000-0000-0000-0000-000000000000", "{}", "a=b&c", "_", "_1",
    "0001-01-01T00:00:00+14:00_7", "9999-12-31T23:59:59-14:00_7", "2026-01-01T00:00:00+23:59_7", "2026-01-01_7",
    "2026-01-01T00:00:00+00:00_00000000-0000-0000-0000-000000000000",
    "0001-01-01T00:00:00+14:00_00000000-0000-0000-0000-000000000000",
    "9999-12-31T23:59:59-14:00_00000000-0000-0000-0000-000000000000",
    "2026-01-01T00:00:00+23:59_00000000-0000-0000-0000-000000000000",
)  # fmt: skip


def older(page: Page) -> str:
    """The address of the next page, as it stands on this one."""
    return next((link for link in page.links if link.startswith(("?before=", "?after="))), "")


def read_through(inside, start: str) -> list[str]:
    """The cases of all pages, in order; every address without a number of a row."""
    found, address = [], start
    while address:
        page = Page(inside.get(address))
        assert page.status == 200
        found += [link for link in page.links if link.startswith("/case/")]
        address = older(page) and start + older(page)
    return found


def test_the_list_of_complaints_is_read_page_by_page_each_once(staff, browser, monkeypatch):
    monkeypatch.setattr(find, "PAGE", 3)
    cases = [CaseFactory.create(handling_unit=staff.bank.outlet) for _ in range(8)]

    read = read_through(browser(staff.agent), "/complaints/")

    assert read == [f"/case/{case.uuid}/" for case in reversed(cases)]


def test_a_place_in_the_list_tells_nothing_of_what_lies_elsewhere(staff, browser):
    mine = CaseFactory.create(handling_unit=staff.bank.outlet)
    theirs = CaseFactory.create(handling_unit=staff.bank.other_outlet)

    page = Page(browser(staff.agent).get(f"/complaints/?before={theirs.uuid}"))

    assert page.status == 200
    assert str(mine.uuid) not in page.source


def test_my_work_is_read_page_by_page_each_once_in_the_order_of_time_left(staff, browser, monkeypatch):
    monkeypatch.setattr(worklists, "PAGE", 3)
    monkeypatch.setattr(worklists.mine, "__kwdefaults__", {"size": 3})
    for _ in range(7):
        verbs.claim(Journey.begin(staff).task("stop_loss").uuid, user=staff.agent)
    # some due at the very same moment: the place is the step then
    same = clock.now() + timedelta(hours=5)
    steps = StepTask.objects.human()
    for task in steps.order_by("pk")[2:6]:
        task.due_at = same
        task.save(update_fields=["due_at"])

    read = read_through(browser(staff.agent), "/")

    expected = steps.order_by("due_at", "pk").values_list("case__uuid", flat=True)
    assert list(dict.fromkeys(read)) == [f"/case/{uuid}/" for uuid in expected]


def test_no_value_in_an_address_is_an_error(staff, browser):
    desk = Desk.at("decide", staff)
    inside = browser(desk.person)
    with nothing_changes():
        for path, values in {
            "/": ODD,
            "/complaints/": ODD,
            "/find/": ODD[:3],
            f"/case/{desk.case.uuid}/": ODD[:3],
            desk.url: ODD[:3],
        }.items():
            for value in values:
                asked = dict.fromkeys(("after", "before", "all", "q", "page", "next", value or "x"), value)
                assert inside.get(path, asked).status_code == 200, (path, value)
        for value in ODD[::4]:
            twice = {"before": [desk.case.uuid, value, value], "after": [value, ""], "before[]": "1"}
            assert inside.get("/complaints/", twice).status_code == 200


def test_a_phone_or_the_end_of_a_card_finds_the_case_however_it_is_written(staff, browser):
    case = Journey.begin(staff).case
    inside = browser(staff.agent)
    for typed in ("13816262207", "138 1626 2207", "+86 138-1626-2207", "１３８１６２６２２０７", "4417", "４４１７"):
        assert f"/case/{case.uuid}/" in Page(inside.post("/find/", {"q": typed})).links, typed


def test_a_reference_opens_its_case_and_nobody_elses(staff, browser):
    case = Journey.begin(staff).case
    stranger = User.objects.get(pk=staff.agent.pk)
    there = CaseFactory.create(handling_unit=staff.bank.other_outlet)

    inside = browser(stranger)

    assert inside.post("/find/", {"q": f"  {case.reference} "}).url == f"/case/{case.uuid}/"
    assert inside.post("/find/", {"q": there.reference}).status_code == 200
    assert str(there.uuid) not in inside.post("/find/", {"q": there.reference}).content.decode()


def test_a_reference_is_found_without_its_check_digit_and_a_misheard_one_is_told(staff, browser):
    case = Journey.begin(staff).case
    inside, short = browser(staff.agent), case.reference[:-2]
    for typed in (short, f" {short}- ", short.replace("-", "")):
        assert inside.post("/find/", {"q": typed}).url == f"/case/{case.uuid}/", typed

    wrong = f"{short}-{(int(case.reference[-1]) + 1) % 10}"
    assert "校验码不符" in inside.post("/find/", {"q": wrong}).content.decode()
    assert "校验码不符" not in inside.post("/find/", {"q": "13816262207"}).content.decode()


def test_nothing_typed_into_the_search_is_an_error_or_finds_everything(staff, browser):
    case = Journey.begin(staff).case
    inside = browser(staff.agent)

    with nothing_changes():
        for typed in [{}, *({"q": value} for value in (*ODD, "x" * 1_000_000, "张三", "0")), {"q": ["1", ""]}]:
            page = Page(inside.post("/find/", typed))
            assert page.status == 200
            assert f"/case/{case.uuid}/" not in page.links, typed
    page = Page(inside.post("/find/", {"q": "²²²²"}))  # the end of a card, which nobody has; that it was sought is told
    assert page.status == 200
    assert f"/case/{case.uuid}/" not in page.links
    assert Entry.objects.get(kind="caller.looked_up").data["cases"] == []
