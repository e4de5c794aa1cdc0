"""Exports by another program: what it may ask, what it is told, and what nobody gets."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases.actions import exports
from cases.models import Export
from record import clock, keys
from record.journal import system
from record.models import Entry
from tests.desk.addresses import patterns
from tests.desk.at_work import Desk
from tests.desk.complaint_ledger import a_case
from tests.desk.costs import cost
from tests.desk.looking import nothing_changes
from tests.desk.test_export_pages import asked, ready
from tests.factories import UserFactory
from workflows.desk.audit import names

pytestmark = pytest.mark.django_db
State = Export.State
EXPORTS = "/api/v1/exports/"


def sends(client: Client, path: str, body: Any = None) -> Any:
    return client.post(path, json.dumps(body or {}), content_type="application/json")


def wanted(*cases: Any, **more: Any) -> dict[str, Any]:
    return {"cases": [case.reference for case in cases], "purpose": "现场检查", "formats": ["csv"], **more}


def test_a_program_asks_follows_and_takes_an_export(staff, browser):
    # given an auditor's program, signed in as he is
    case, program = Desk.at("approve", staff).case, browser(staff.auditor)

    # when it asks for one case by its number
    made = sends(program, EXPORTS, wanted(case, language="en"))

    # then it is told where to look
    assert made.status_code == 201
    export = Export.objects.get()
    assert made.headers["Location"] == f"{EXPORTS}{export.uuid}/"
    told = made.json()
    assert (told["uuid"], told["state"], told["file"]) == (str(export.uuid), "queued", None)
    assert (export.scope, export.language, export.asked_by) == ({"cases": [str(case.uuid)]}, "en", staff.auditor)
    entry = Entry.objects.get(stream=export.stream)
    assert (entry.kind, entry.actor_number) == ("export.asked", staff.auditor.staff_number)

    # and once it is made, takes the file, which is on record first
    ready(export)
    told = program.get(made.headers["Location"]).json()
    assert (told["state"], told["cases"], told["entries"], told["seal"]) == ("ready", 1, 12, 3)
    taken = program.get(told["file"])
    assert (taken.status_code, b"".join(taken.streaming_content)) == (200, b"PK")
    assert taken.headers["Cache-Control"] == "no-store"
    assert Entry.objects.filter(stream=export.stream, kind="export.downloaded").exists()
    assert "现场检查" not in made.content.decode(), "what for is sealed"


def test_a_list_is_asked_for_with_its_filters_and_a_strange_one_is_no_export_of_everything(staff, browser):
    a_case(staff, 1, channel="app")
    program = browser(staff.auditor)
    of_list = {"list": "complaints", "filters": {"channel": "app"}, "purpose": "现场检查"}

    made = sends(program, EXPORTS, of_list)
    assert made.status_code == 201, made.json()
    assert Export.objects.get().scope == {"list": "complaints", "filters": {"channel": "app"}}

    for filters in ({"chanel": "app"}, {"channel": "nothing"}):
        refused = sends(program, EXPORTS, {**of_list, "filters": filters})
        assert (refused.status_code, list(refused.json())) == (422, ["filters"])
    assert Export.objects.count() == 1


def test_a_list_that_is_not_open_to_him_is_no_way_round(staff, browser):
    a_case(staff, 1)
    refused = sends(browser(staff.supervisor), EXPORTS, {"list": names.SEARCH, "purpose": "现场检查"})
    assert (refused.status_code, Export.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"purpose": ""}, "purpose"),
        ({"purpose": "123"}, "purpose"),
        ({"formats": ["no"]}, "formats"),
        ({"cases": []}, "cases"),
        ({"list": "complaints"}, "cases"),
        ({"cases": ["26-9999999-9"]}, "cases"),
        ({"cases": [str(uuid4())]}, "cases"),
        ({"language": "fr"}, "language"),
        ({"clear": "perhaps"}, "clear"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_asked_for(staff, browser, change, field):
    case, program = Desk.at("approve", staff).case, browser(staff.auditor)

    refused = sends(program, EXPORTS, {**wanted(case), **change})

    assert (refused.status_code, list(refused.json())) == (422, [field])
    assert Export.objects.count() == 0


def test_no_json_is_told_so(staff, browser):
    program = browser(staff.auditor)
    assert program.post(EXPORTS, "no json", content_type="application/json").status_code == 400
    assert program.post(EXPORTS, {"purpose": "现场检查"}).status_code == 415


def test_values_in_clear_wait_for_a_second_person(staff, browser):
    case = Desk.at("approve", staff).case
    told = sends(browser(staff.auditor), EXPORTS, wanted(case, clear=True)).json()
    assert told["state"] == "waiting"


def test_cancelled_once_and_once_more(staff, browser):
    program, export = browser(staff.auditor), asked(staff.auditor, Desk.at("approve", staff).case)
    for _turn in range(2):
        answer = sends(program, f"{EXPORTS}{export.uuid}/cancel/")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert Entry.objects.filter(stream=export.stream, kind="export.cancelled").count() == 1
    gone = program.get(f"{EXPORTS}{export.uuid}/file/")
    assert (gone.status_code, list(gone.json())) == (422, ["detail"])


def test_mine_come_newest_first_page_by_page_in_as_many_queries_for_many(staff, browser, monkeypatch):
    monkeypatch.setattr("workflows.api.exports.AT_ONCE", 2)
    case, program = Desk.at("approve", staff).case, browser(staff.auditor)
    made = [str(asked(staff.auditor, case).uuid) for _ in range(5)]
    asked(staff.supervisor, case)

    page, seen = program.get(EXPORTS).json(), []
    seen += page["exports"]
    while page["older"]:
        page = program.get(page["older"]).json()
        seen += page["exports"]

    assert [one["uuid"] for one in seen] == made[::-1]
    assert cost(program, EXPORTS) <= 8


def test_an_erased_purpose_stands_in_nobodys_way(staff, browser):
    export = asked(staff.auditor, Desk.at("approve", staff).case)
    keys.destroy(export.person_key, why="test", actor=system("test"))
    assert browser(staff.auditor).get(f"{EXPORTS}{export.uuid}/").status_code == 200


# who gets what ----------------------------------------------------------------------------------------------------------

# (GET, POST with JSON) of each address, about somebody else's export
STRANGERS = {
    "api_exports": {"agent": (403, 403), "no_post": (403, 403), "administrator": (403, 403), "auditor": (200, 422)},
    "api_export": {"agent": (403, 403), "no_post": (403, 403), "administrator": (403, 403), "auditor": (404, 405)},
    "api_cancel_export": {
        "agent": (403, 403),
        "no_post": (403, 403),
        "administrator": (403, 403),
        "auditor": (405, 404),
    },
    "api_export_file": {"agent": (403, 403), "no_post": (403, 403), "administrator": (403, 403), "auditor": (404, 405)},
}


def address(name: str, export: Export) -> str:
    return reverse(name, args=[] if name == "api_exports" else [export.uuid])


@pytest.mark.parametrize("who", ["agent", "no_post", "administrator", "auditor"])
def test_a_stranger_gets_nothing_and_changes_nothing(staff, browser, who):
    export = ready(asked(staff.supervisor, Desk.at("approve", staff).case))
    program = browser(UserFactory() if who == "no_post" else staff.people[who])
    with nothing_changes(who):
        for name, answers in STRANGERS.items():
            path = address(name, export)
            assert (program.get(path).status_code, sends(program, path).status_code) == answers[who], name


def test_nobody_without_a_session_and_no_form_of_another_site(staff):
    export = ready(asked(staff.auditor, Desk.at("approve", staff).case))
    nobody, forged = Client(), Client(enforce_csrf_checks=True)
    forged.force_login(staff.auditor)
    for name in STRANGERS:
        path = address(name, export)
        assert {nobody.get(path).status_code, sends(nobody, path).status_code} == {403}, name
    assert sends(forged, EXPORTS, {"list": "complaints", "purpose": "现场检查"}).status_code == 403
    assert Export.objects.count() == 1


def test_a_post_that_ended_takes_nothing(staff, browser):
    export = ready(asked(staff.auditor, Desk.at("approve", staff).case))
    program = browser(staff.auditor)
    post = staff.auditor.posts.get()
    post.until = clock.now()
    post.save()
    assert program.get(f"{EXPORTS}{export.uuid}/file/").status_code == 403
    assert exports.path_of(export).exists()


def test_every_address_for_programs_is_in_the_table():
    assert {name.rpartition(":")[2] for name, _ in patterns() if ":" not in name and name.startswith("api_")} == {
        *STRANGERS
    }
