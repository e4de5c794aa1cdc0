"""Exports on the pages: asked for from a case and from the ledger, followed, agreed to by another person, taken."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.roles import Role
from cases.actions import exports
from cases.exports.scope import found
from cases.models import Export
from record import clock
from record.models import Entry
from tests.desk.at_work import Desk
from tests.desk.complaint_ledger import LEDGER, a_case
from tests.desk.costs import LIST, cost
from tests.desk.looking import Page
from tests.factories import person
from workflows.desk import export_lists, exports as desk
from workflows.desk.audit import names

pytestmark = pytest.mark.django_db
State = Export.State
ASK, LISTED, PURPOSE = "/exports/new/", "/exports/", "现场检查，沪银保监 2026-12 号通知"
ANSWERS = {"purpose": PURPOSE, "formats": ["csv"], "language": "en"}


def asked(user: Any, case: Any, **more: Any) -> Export:
    wanted = {"purpose": PURPOSE, "language": "zh-hans", "formats": ["csv"], "scope": {"cases": [str(case.uuid)]}}
    return exports.ask(user=user, **{**wanted, **more})


def ready(export: Export) -> Export:
    """As the worker leaves it; that it does is tested where workers are."""
    path = exports.path_of(export)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PK")
    export.state, export.cases, export.entries, export.seal_number = State.READY, 1, 12, 3
    export.size, export.expires_at, export.ended_at = 2, clock.now() + timedelta(days=7), clock.now()
    export.save()
    return export


def test_one_case_is_exported_from_its_page(staff, browser):
    case, inside = Desk.at("approve", staff).case, browser(staff.supervisor)
    link, *papers = [one for one in Page(inside.get(f"/case/{case.uuid}/")).links if one.startswith(ASK)]
    assert papers == [f"{link}&format=dossier", f"{link}&format=proof"]
    assert [Page(inside.get(one)).ticked["formats"] for one in papers] == [["dossier"], ["proof"]]
    assert Page(inside.get(f"{link}&format=nothing")).ticked["formats"] == ["csv", "xlsx"]
    page = inside.get(link).content.decode()
    assert case.reference in page

    answer = inside.post(link, ANSWERS)

    assert answer.status_code == 302
    export = Export.objects.get()
    assert (export.scope, export.state) == ({"cases": [str(case.uuid)]}, State.QUEUED)
    assert (export.language, export.formats, export.asked_by) == ("en", ["csv"], staff.supervisor)
    assert export.reveal("purpose", purpose="test") == PURPOSE
    told = Entry.objects.get(stream=export.stream)
    assert (told.kind, told.actor_number) == ("export.asked", staff.supervisor.staff_number)
    assert PURPOSE not in told.body


def test_what_the_ledger_shows_is_exported_with_its_filters(staff, browser):
    for days, channel in ((1, "app"), (2, "phone"), (3, "app")):
        a_case(staff, days, channel=channel)
    inside = browser(staff.supervisor)
    (link,) = [one for one in Page(inside.get(LEDGER, {"channel": "app"})).links if one.startswith(ASK)]
    assert "渠道: 手机银行" in inside.get(link).content.decode().replace("：", ": ")

    inside.post(link, ANSWERS)

    scope = Export.objects.get().scope
    assert scope == {"list": "complaints", "filters": {"channel": "app"}}
    assert export_lists.cases_of(staff.supervisor, scope["filters"]).count() == 2


def test_what_the_auditor_found_is_exported_with_his_filters(staff, browser):
    a_case(staff, 1)
    a_case(staff, 2, withdrawn_at=clock.now())
    inside = browser(staff.auditor)
    asked = {"course": "withdrawn", "period": "year"}
    (link,) = [one for one in Page(inside.get("/audit/search/", asked)).links if one.startswith(ASK)]
    page = inside.get(link).content.decode()
    assert "全行工单检索" in page
    assert "撤回" in page

    inside.post(link, ANSWERS)

    scope = Export.objects.get().scope
    assert scope == {"list": names.SEARCH, "filters": asked}
    assert found(staff.auditor, scope).count() == 1


def test_the_auditors_filters_are_no_way_round_for_others(staff, browser):
    """Who took a part in which complaint is asked by the auditor alone; a supervisor exports by the ledger's filters."""
    a_case(staff, 1)
    answer = browser(staff.supervisor).get(ASK, {"list": names.SEARCH})
    assert answer.status_code == 403
    assert not found(staff.supervisor, {"list": names.SEARCH, "filters": {}})


def test_who_may_not_export_has_no_button(staff, browser):
    case, inside = Desk.at("trace", staff).case, browser(staff.fraud)
    for address in (f"/case/{case.uuid}/", LEDGER):
        assert not [one for one in Page(inside.get(address)).links if one.startswith(ASK)]
    assert inside.get(ASK).status_code == 403


@pytest.mark.parametrize(
    ("change", "words"),
    [({"purpose": ""}, "用途"), ({"formats": []}, "除处理轨迹外"), ({"purpose": "6222021234567890128"}, "用途")],
)
def test_what_is_missing_is_told_and_nothing_is_asked_for(change, words, staff, browser):
    a_case(staff)
    answer = browser(staff.supervisor).post(ASK, {**ANSWERS, **change})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Export.objects.count() == 0


def test_the_page_tells_how_far_it_is_and_asks_until_it_is_there(staff, browser):
    export, inside = asked(staff.supervisor, a_case(staff)), browser(staff.supervisor)
    page = inside.get(LISTED).content.decode()
    assert 'data-awaits="/exports/state/"' in page
    assert inside.get("/exports/state/").json()["waits"] is True

    Export.objects.filter(pk=export.pk).update(state=State.RUNNING, done=9, total=20)
    told = inside.get("/exports/state/").json()
    assert (told["waits"], told["percent"], told["words"]) == (True, 45, "制作中：45%")

    export.refresh_from_db()
    ready(export)
    assert inside.get("/exports/state/").json() == {"waits": False, "tone": "good", "words": "已制成", "percent": 100}
    assert f"/export/{export.uuid}/file/" in inside.get(LISTED).content.decode()
    assert "制作中或可取" in inside.get("/").content.decode()


def test_the_file_is_handed_to_whoever_asked_and_the_taking_is_on_record(staff, browser):
    export = ready(asked(staff.supervisor, a_case(staff)))
    address = f"/export/{export.uuid}/file/"
    assert browser(staff.auditor).get(address).status_code == 404

    answer = browser(staff.supervisor).get(address)

    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content) == b"PK"
    assert f"redress-{export.uuid}.zip" in answer["Content-Disposition"]
    told = Entry.objects.get(stream=export.stream, kind="export.downloaded")
    assert told.actor_number == staff.supervisor.staff_number
    assert Entry.objects.get(kind="cases.exported").data["taken"] is True


def test_a_file_that_is_gone_is_said_to_be_gone(staff, browser):
    export = ready(asked(staff.supervisor, a_case(staff)))
    Path(settings.REDRESS["EXPORT_ROOT"], export.file).unlink()
    assert browser(staff.supervisor).get(f"/export/{export.uuid}/file/").status_code == 409


def test_it_is_cancelled_by_a_post_of_whoever_asked(staff, browser):
    export = asked(staff.supervisor, a_case(staff))
    address = f"/export/{export.uuid}/cancel/"
    assert browser(staff.auditor).post(address).status_code == 404
    browser(staff.supervisor).get(address)
    export.refresh_from_db()
    assert export.state == State.QUEUED
    browser(staff.supervisor).post(address)
    export.refresh_from_db()
    assert export.state == State.CANCELLED


def test_values_in_clear_wait_for_another_person_who_reads_what_for(staff, browser):
    export = asked(staff.supervisor, a_case(staff), clear=True)
    address = f"/export/{export.uuid}/answer/"
    assert browser(staff.supervisor).get(address).status_code == 404
    second = browser(staff.tier2_head)
    assert "待我同意" in second.get("/").content.decode()
    assert address in second.get(LISTED).content.decode()
    assert PURPOSE in second.get(address).content.decode()

    assert second.post(address, {"act": "refuse", "reason": ""}).status_code == 422
    second.post(address, {"act": "approve"})

    export.refresh_from_db()
    assert (export.state, export.answered_by) == (State.QUEUED, staff.tier2_head)


def test_a_refusal_has_its_reason_on_record_sealed(staff, browser):
    export = asked(staff.supervisor, a_case(staff), clear=True)
    browser(staff.compliance).post(f"/export/{export.uuid}/answer/", {"act": "refuse", "reason": "用途不明"})
    export.refresh_from_db()
    assert export.state == State.REFUSED
    told = Entry.objects.get(stream=export.stream, kind="export.refused")
    assert "用途不明" not in told.body


def test_older_ones_are_on_a_further_page(staff, browser, monkeypatch):
    monkeypatch.setattr(desk, "SHOWN", 2)
    case, inside = a_case(staff), browser(staff.supervisor)
    wanted = [f"/export/{asked(staff.supervisor, case).uuid}/cancel/" for _ in range(5)][::-1]
    found, address = [], LISTED
    while address:
        page = Page(inside.get(address))
        found += [one for one in wanted if one in page.source]
        address = next((f"{LISTED}{one}" for one in page.links if "after=" in one), "")
    assert found == wanted


def test_the_page_costs_no_more_with_more_on_it(staff, browser):
    me = person(Role.COMPLIANCE, staff.bank.head_office)
    inside, case = browser(me), a_case(staff)
    for _ in range(2):
        asked(me, case)
        asked(staff.supervisor, case, clear=True)
    before = cost(inside, LISTED)
    for _ in range(5):
        asked(me, case)
        asked(staff.supervisor, case, clear=True)
    assert cost(inside, LISTED) == before <= LIST
