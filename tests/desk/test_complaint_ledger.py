"""投诉台账: whose complaints, in which columns and words, by which filters, and what leaves as a file."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest

from accounts.roles import Role
from cases.actions import law_clock, people
from cases.actions.turn import turn
from cases.models import Case, Deadline, RepeatCall
from knowledge.models import TaxonomyCode
from record import clock
from record.models import Entry
from tests.desk.at_work import Desk
from tests.desk.complaint_ledger import LEDGER, REFERENCE, a_case, limit, shown, words_of
from tests.desk.looking import Page
from tests.desk.sheets import sheet
from tests.desk.test_lists import ODD
from tests.factories import PostFactory, UserFactory, person
from workflows.desk import complaints
from workflows.desk.complaint_facts import HEADS, Row, with_facts
from workflows.desk.complaint_filter import days_of
from workflows.verbs import late as late_calls

pytestmark = pytest.mark.django_db

# Who sees what ----------------------------------------------------------------------------------------------------------


def test_everybody_who_may_see_complaints_has_one_way_to_all_ledgers(staff, browser):
    for role, user in staff.people.items():
        inside = browser(user)
        may = role != Role.ADMINISTRATOR
        assert ('href="/ledgers/"' in inside.get("/").content.decode()) == may, role
        answer = inside.get("/ledgers/")
        assert (answer.status_code, answer.headers.get("Location")) == ((302, LEDGER) if may else (403, None)), role
        assert inside.get(LEDGER).status_code == (200 if may else 403), role


@pytest.mark.parametrize(("post", "opens"), [("outlet_head", True), ("auditor", True), ("agent", False)])
def test_the_tabs_are_the_ledgers_one_may_open_and_no_others(post, opens, staff, browser):
    inside = browser(staff.people[post])
    for address in (LEDGER, "/stops/", "/ledgers/inquiries/"):
        links = Page(inside.get(address)).links
        tabs = [link for link in links if link.startswith(("/ledgers/", "/stops/", "/credit-records/"))]
        assert {"/ledgers/complaints/", "/stops/", "/ledgers/chargebacks/", "/ledgers/advances/"} <= set(tabs)
        assert ("/credit-records/" in tabs) is opens
        for tab in tabs:
            assert inside.get(tab).status_code == (302 if tab == "/ledgers/" else 200), tab


def test_the_rows_are_the_complaints_one_may_see_and_those_one_takes_part_in(staff, browser):
    here, there = a_case(staff, 1), a_case(staff, 2, handling_unit=staff.bank.other_outlet)
    sister = a_case(staff, 3, handling_unit=staff.bank.sister_outlet)
    agent = browser(staff.agent)

    assert shown(agent) == [here.reference]
    with turn(there, user=staff.consumer_protection) as hand:
        people.take_part(hand, user=staff.agent, part="assist")
    assert shown(agent) == [here.reference, there.reference]
    assert shown(browser(staff.tier2_head)) == [here.reference, sister.reference]
    assert shown(browser(staff.auditor)) == [here.reference, there.reference, sister.reference]


def test_the_parts_a_list_is_read_in_are_together_what_one_may_see(staff):
    for unit in (staff.bank.outlet, staff.bank.sister_outlet, staff.bank.other_outlet, staff.bank.head_office):
        for days in (1, 2):
            a_case(staff, days, handling_unit=unit)
    joined = Case.objects.filter(handling_unit=staff.bank.other_outlet).first()
    two_posts = person(Role.AGENT, staff.bank.other_outlet)
    PostFactory.create(user=two_posts, role=Role.OUTLET_HEAD, branch=staff.bank.sister_outlet)
    with turn(joined, user=staff.consumer_protection) as hand:
        people.take_part(hand, user=staff.supervisor, part="assist")

    gone = UserFactory.create(branch=staff.bank.outlet, is_active=False)
    for user in (*staff.people.values(), two_posts, gone, UserFactory.create(branch=staff.bank.outlet)):
        parts = Case.objects.visible_by_branch(user)
        together = {pk for part in parts for pk in part.values_list("pk", flat=True)}
        assert together == set(Case.objects.visible_to(user).values_list("pk", flat=True)), user


# What a row says --------------------------------------------------------------------------------------------------------


def test_a_new_complaint_is_told_from_what_is_on_record(staff):
    desk = Desk.at("trace", staff)
    said = words_of(desk.case)

    assert said["编号"] == desk.case.reference
    assert (said["渠道"], said["来源"], said["监管转办"]) == ("电话", "客户", "")
    assert (said["诉求"], said["结果"], said["办结时间"]) == ("退款", "", "None")
    assert said["主办"] == staff.agent.display_name
    assert (said["业务类别"], said["投诉原因"], said["有责"], said["满意"], said["整改"]) == ("", "", "", "", "")
    assert re.match(r"2\d{3}-\d\d-\d\d 24:00$", said["办理时限"])


def test_a_complaint_that_was_paid_in_full_is_told_with_its_end(staff):
    desk = Desk.at("archive", staff)
    said = words_of(desk.case)

    assert said["结果"].startswith("全额赔付：")
    assert said["结果"].endswith(f"{desk.case.disputed_total:,.2f}")
    assert (said["有责"], said["满意"]) == ("无责", "满意")
    assert said["整改"] in ("需要", "不需要")
    kept = Case.objects.get(pk=desk.case.pk)
    assert (said["业务类别"], said["投诉原因"]) == (kept.business_final.name, kept.cause_final.name)


def test_letters_and_calls_that_come_again_stand_in_their_columns(staff):
    desk = Desk.at("trace", staff)
    for source, number in (("mayor", "12345-1"), ("nfra", "12378-7")):
        with turn(desk.case, user=staff.consumer_protection) as hand:
            law_clock.join_referral(hand, source=source, number=number, received_at=hand.now)
        said = words_of(desk.case)
        assert said["监管转办"] == ("是" if source == "nfra" else "")
    assert "12345" in said["来源"]
    assert "12378" in said["来源"]
    for _ in range(2):
        late_calls.add_call(desk.case, user=staff.agent, channel="phone", note="催问", happened_at=clock.now(), said={})
    assert words_of(desk.case)["重复"] == "再次来电 2 次"


def test_what_was_not_handled_withdrawn_or_not_paid_says_so(staff):
    now = clock.now()
    for fields, result in (
        ({}, ""),
        ({"told_at": now}, "未赔付"),
        ({"told_at": now, "withdrawn_at": now}, "已撤回"),
        ({"withdrawn_at": now, "unhandled_at": now}, "不予办理（无授权）"),
        ({"channel": "regulator"}, ""),
    ):
        case = a_case(staff, **fields)
        assert words_of(case)["结果"] == result
    assert words_of(case)["监管转办"] == "是"


def test_a_clock_that_stands_is_not_late_and_an_agreed_day_leads(staff):
    late, stands, agreed = (a_case(staff, 20) for _ in range(3))
    past = clock.now() - timedelta(days=1)
    limit(late, past)
    span = limit(stands, past).spans.get()
    span.ended_at = past - timedelta(days=1)
    span.save()
    stands.deadlines.get().spans.create(counts=False, began_at=span.ended_at, why="appraisal")
    limit(agreed, past, overridden_at=past)
    limit(agreed, clock.now() + timedelta(days=3), kind="agreed", key="agreed")

    rows = {case.pk: Row(case) for case in with_facts(Case.objects.all())}

    assert [rows[case.pk].limit["is_late"] for case in (late, stands, agreed)] == [True, False, False]
    assert rows[stands.pk].limit["paused"] is not None
    assert rows[agreed.pk].limit["kind"] == "agreed"
    assert rows[late.pk].limit_in_words.endswith(str(Deadline.Outcome.MISSED.label))


# Filters ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(staff) -> dict[str, Case]:
    """One complaint for each filter, all at one outlet."""
    codes = {code.local_code: code for code in TaxonomyCode.objects.all()}
    made = {
        "plain": a_case(staff, 1),
        "regulator": a_case(staff, 2, channel="regulator"),
        "letter": a_case(staff, 3),
        "again": a_case(staff, 4),
        "late": a_case(staff, 5),
        "closed": a_case(staff, 6, state="done", done_at=clock.now()),
        "against": a_case(staff, 7, complained_unit=staff.bank.other_outlet),
        "class": a_case(staff, 8, business_first=codes["B_CARD_DEBIT_USE"], cause_first=codes["C_PROCESS"]),
        "final": a_case(
            staff, 9, business_first=codes["B_CARD_DEBIT_USE"], business_final=codes["B_CARD_CREDIT_FRAUD"]
        ),
        "led": a_case(staff, 10),
    }
    limit(made["late"], clock.now() - timedelta(hours=1))
    limit(made["plain"], clock.now() + timedelta(hours=1))
    with turn(made["letter"], user=staff.consumer_protection) as hand:
        law_clock.join_referral(hand, source="pboc", number="12363-1", received_at=hand.now)
    RepeatCall(case=made["again"], second=made["plain"], by=staff.agent, happened_at=clock.now()).save()
    with turn(made["led"], user=staff.consumer_protection) as hand:
        people.take_part(hand, user=staff.fraud, part="lead")
    return made


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({"state": "open"}, "plain regulator letter again late against class final led"),
        ({"state": "closed"}, "closed"),
        ({"state": "late"}, "late"),
        ({"channel": "regulator"}, "regulator"),
        ({"regulator": "yes"}, "regulator letter"),
        ({"regulator": "no", "state": "late"}, "late"),
        ({"repeated": "yes"}, "plain again"),
        ({"repeated": "no", "regulator": "yes"}, "regulator letter"),
        ({"business": "B_CARD_DEBIT_USE"}, "class"),
        ({"business": "B_CARD_CREDIT_FRAUD"}, "final"),
        ({"business": "B_CARD_DEBIT"}, "class"),
        ({"business": "B_CARD"}, "class final"),
        ({"cause": "C_PROCESS"}, "class"),
    ],
    ids=str,
)
def test_each_filter_leaves_its_complaints(asked, left, mixed, staff, browser):
    wanted = [mixed[name].reference for name in left.split()]
    assert shown(browser(staff.supervisor), **asked) == wanted


def test_a_unit_is_asked_for_with_those_below_and_a_handler_by_his_number(mixed, staff, browser):
    inside, bank = browser(staff.supervisor), staff.bank
    for unit, left in (
        (bank.other_outlet, ["against"]),
        (bank.other_tier1, ["against"]),
        (bank.outlet, []),
        (bank.head_office, ["against"]),
    ):
        assert shown(inside, unit=unit.code) == [mixed[name].reference for name in left], unit
    assert shown(inside, lead=staff.fraud.staff_number) == [mixed["led"].reference]
    assert shown(inside, lead="nobody-9") == []
    # the list below the field names those within reach, and the unit asked for
    assert f'<option value="{bank.outlet.code}">' in inside.get(LEDGER).content.decode()
    page = inside.get(LEDGER, {"unit": bank.tier1.code}).content.decode()
    assert f'<option value="{bank.tier2.code}">' in page
    # and the field says which unit its code is
    assert re.search(rf'id="id_unit_helptext">{bank.tier1.label}<', page)


def test_days_are_the_banks_and_both_belong_to_the_period(staff, browser):
    zone = ZoneInfo("Asia/Shanghai")
    with clock.at(datetime(2026, 11, 24, 9, 0, tzinfo=zone)):
        cases = {
            name: a_case(staff, received_at=datetime(*at, tzinfo=zone))
            for name, at in {
                "last": (2026, 10, 31, 23, 59, 59),
                "first": (2026, 11, 1, 0, 0),
                "early": (2026, 11, 23, 0, 0),
                "night": (2026, 11, 23, 23, 59),
                "today": (2026, 11, 24, 0, 0),
            }.items()
        }
        inside = browser(staff.supervisor)

        def left(**asked: str) -> list[str]:
            found = shown(inside, **asked)
            return [name for name, case in cases.items() if case.reference in found]

        assert left(since="2026-11-23", until="2026-11-23") == ["early", "night"]
        assert left(since="2026-11-24") == ["today"]
        assert left(period="month") == ["first", "early", "night", "today"]
        assert left(period="last_month") == ["last"]
        assert left(period="quarter", until="2026-10-31") == ["last"]
        assert left(period="year") == list(cases)


@pytest.mark.parametrize(
    ("period", "today", "first", "last"),
    [
        ("month", "2026-02-10", "2026-02-01", "2026-02-28"),
        ("last_month", "2026-01-31", "2025-12-01", "2025-12-31"),
        ("last_month", "2024-03-31", "2024-02-01", "2024-02-29"),
        ("quarter", "2026-01-01", "2026-01-01", "2026-03-31"),
        ("quarter", "2026-05-31", "2026-04-01", "2026-06-30"),
        ("quarter", "2026-12-31", "2026-10-01", "2026-12-31"),
        ("year", "2026-06-30", "2026-01-01", "2026-12-31"),
    ],
)
def test_periods_begin_and_end_with_their_days(period, today, first, last):
    found = days_of(period, date.fromisoformat(today))
    assert found == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("unit", "NOWHERE"),
        ("unit", "张三"),
        ("lead", "张 三"),
        ("since", "yesterday"),
        ("until", "9999-12-31"),
        ("state", "gone"),
        ("business", "B_NONE"),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field_and_nothing_is_listed(name, typed, mixed, staff, browser):
    answer = browser(staff.supervisor).get(LEDGER, {name: typed})
    page = Page(answer)

    assert page.status == 422
    assert page.error_at(name)
    assert REFERENCE.findall(page.source) == []
    assert not any("as=csv" in link for link in page.links)
    assert browser(staff.supervisor).get(LEDGER, {name: typed, "as": "csv"}).status_code == 422


def test_a_period_that_ends_before_it_begins_is_told(staff, browser):
    page = Page(browser(staff.supervisor).get(LEDGER, {"since": "2026-11-02", "until": "2026-11-01"}))
    assert page.error_at("until")


def test_whatever_is_typed_into_the_address_is_no_error(staff, browser):
    inside = browser(staff.supervisor)
    for odd in ODD:
        for name in ("after", "period", "since", "unit", "lead", "cause", "as"):
            assert inside.get(LEDGER, {name: odd}).status_code in (200, 422), (name, odd)


def test_the_form_keeps_names_out_of_the_address(staff, browser):
    """A browser sends nothing but a number of a handler; a unit found by its name is asked for by its code."""
    inside, outlet = browser(staff.supervisor), staff.bank.outlet
    (tag,) = re.findall(r'<input[^>]*name="lead"[^>]*>', inside.get(LEDGER).content.decode())
    pattern = re.search(r'pattern="([^"]+)"', tag)[1]
    assert re.fullmatch(pattern, "B0511")
    assert not re.fullmatch(pattern, "张三")

    for more in ({}, {"as": "csv"}):
        answer = inside.get(LEDGER, {"unit": outlet.name, "state": "open", **more})
        assert answer.status_code == 302
        assert f"unit={outlet.code}" in answer.url
        assert outlet.name not in unquote(answer.url)
        assert ("as=csv" in answer.url) == bool(more)


def test_the_units_offered_are_those_within_reach_and_a_name_of_several_asks_for_the_number(staff, browser):
    bank = staff.bank
    listed = browser(staff.auditor).get(LEDGER).content.decode()
    for branch in (bank.outlet, bank.sister_outlet, bank.other_outlet):
        assert f'<option value="{branch.code}">' in listed
    assert f'<option value="{bank.other_outlet.code}">' not in browser(staff.agent).get(LEDGER).content.decode()

    for branch in (bank.outlet, bank.sister_outlet):
        branch.name = "人民路支行"
        branch.save()
    page = Page(browser(staff.auditor).get(LEDGER, {"unit": "人民路支行"}))
    assert (page.status, page.error_at("unit")) == (422, True)
    assert "还不能提交" not in page.source


# The file ---------------------------------------------------------------------------------------------------------------


def test_the_file_holds_all_rows_of_the_filter_in_the_columns_of_the_ledger(mixed, staff, browser, monkeypatch):
    monkeypatch.setattr(complaints, "PAGE", 2)
    inside = browser(staff.supervisor)

    heads, rows, mark = sheet(inside, LEDGER, state="open")

    assert heads == [str(head) for head in HEADS]
    assert len(heads) == 18
    assert [row[0] for row in rows] == [case.reference for name, case in mixed.items() if name != "closed"]
    assert staff.supervisor.staff_number in mark
    assert str(len(rows)) in mark
    told = Entry.objects.get(kind="ledger.exported")
    assert told.actor_number == staff.supervisor.staff_number
    assert told.data == {"ledger": "complaints", "count": len(rows), "filters": {"state": "open"}}


def test_sealed_words_are_read_by_no_row_and_stand_in_no_file(staff, browser):
    desk = Desk.at("trace", staff)
    _heads, rows, _mark = sheet(browser(staff.consumer_protection), LEDGER)
    assert desk.case.reference in rows[0]
    assert not any("境外" in cell or "张" in cell for cell in rows[0])
    deferred = with_facts(Case.objects.all()).get().get_deferred_fields()
    assert {"narrative", "demand_text"} <= deferred
