"""Event logs of an export: what their formats demand, what the journal says, nothing about a person, and no more."""

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from cases.actions import exports
from cases.exports import ocel, xes
from cases.exports.bundle import Bundle
from cases.exports.events import Event, Source
from cases.models import Case, Export
from record import clock
from record.models import Entry
from tests.cases.exports.bundles import asked, made, verified
from tests.desk.at_work import Desk
from tests.desk.test_strangers import SECRETS
from tests.journey import Staff
from workflows.desk.export_events import TRANSITIONS
from workflows.models import StepTask

pytestmark = pytest.mark.django_db(transaction=True)
XES = "{http://www.xes-standard.org/}"
BOTH = ("xes", "ocel")
LIFECYCLE = {"schedule", "assign", "reassign", "start", "withdraw", "complete", "unknown"}


def read(export: Export, name: str) -> bytes:
    with zipfile.ZipFile(exports.path_of(export)) as bundle:
        return bundle.read(name)


def values(element: ElementTree.Element) -> dict[str, str]:
    return {child.attrib["key"]: child.attrib["value"] for child in element if "key" in child.attrib}


def traces(export: Export) -> dict[str, list[dict[str, str]]]:
    """Number of the case → its events."""
    log = ElementTree.fromstring(read(export, xes.NAME))
    return {
        values(trace)["concept:name"]: [values(event) for event in trace.findall(f"{XES}event")]
        for trace in log.findall(f"{XES}trace")
    }


def facts(case: Case) -> list[Entry]:
    return list(Entry.objects.filter(stream=case.stream, kind__in=TRANSITIONS).order_by("number"))


def test_a_log_in_xes_declares_what_it_uses_and_every_event_has_what_it_promises(staff: Staff) -> None:
    export = made(asked(staff.auditor, Desk.at("approve", staff).case, formats=BOTH))
    assert verified(exports.path_of(export))[0] == 0
    log = ElementTree.fromstring(read(export, xes.NAME))
    assert (log.tag, log.attrib["xes.version"]) == (f"{XES}log", "1849.2016")
    prefixes = {one.attrib["prefix"] for one in log.findall(f"{XES}extension")}
    assert prefixes == {"concept", "time", "lifecycle", "org"}
    promised = {one.attrib["scope"]: set(values(one)) for one in log.findall(f"{XES}global")}
    assert all(one.attrib["name"].isidentifier() for one in log.findall(f"{XES}classifier"))
    keys = {key for one in log.findall(f"{XES}classifier") for key in one.attrib["keys"].split()}
    assert keys <= promised["event"]
    for trace in log.findall(f"{XES}trace"):
        assert promised["trace"] <= set(values(trace))
        for event in trace.findall(f"{XES}event"):
            told = values(event)
            assert promised["event"] <= set(told)
            assert told["lifecycle:transition"] in LIFECYCLE
            assert {key.split(":")[0] for key in told if ":" in key} <= prefixes
            assert datetime.fromisoformat(told["time:timestamp"]).utcoffset() is not None


def test_events_are_those_of_the_journal_one_for_one(staff: Staff) -> None:
    cases = [Desk.at(step, staff).case for step in ("approve", "trace")]
    export = made(asked(staff.auditor, *cases, formats=BOTH))
    found = traces(export)
    assert set(found) == {case.reference for case in cases}
    for case in cases:
        told = [(event["entry"], event["kind"], event["org:resource"]) for event in found[case.reference]]
        assert told == [(str(entry.number), entry.kind, entry.actor_number) for entry in facts(case)]
        done = StepTask.objects.human().filter(case=case, status="DONE").values_list("uuid", flat=True)
        complete = [one for one in found[case.reference] if one["lifecycle:transition"] == "complete"]
        steps = {one["concept:instance"] for one in complete if one["kind"].startswith("step.")}
        assert {str(uuid) for uuid in done} <= steps
        assert all(one["flow"] == "CardFraudFlow" for one in complete if one["kind"].startswith("step."))
    manifest = json.loads(read(export, "manifest.json"))
    rows = {one["name"]: one.get("rows") for one in manifest["files"]}
    assert rows[xes.NAME] == sum(map(len, found.values()))
    assert rows[ocel.NAME] == len(json.loads(read(export, ocel.NAME))["events"])


def test_an_event_log_in_ocel_names_types_and_objects_and_points_to_nothing_else(staff: Staff) -> None:
    case = Desk.at("approve", staff).case
    log = json.loads(read(made(asked(staff.auditor, case, formats=("ocel",))), ocel.NAME))
    objects = {one["id"]: one["type"] for one in log["objects"]}
    assert len(objects) == len(log["objects"])
    declared = {one["name"]: {item["name"] for item in one["attributes"]} for one in log["objectTypes"]}
    assert set(objects.values()) == {"case", "step", "transaction", "proposal", "money"} < set(declared)
    for one in log["objects"]:
        assert {item["name"] for item in one["attributes"]} <= declared[one["type"]]
        assert {to["objectId"] for to in one.get("relationships", ())} <= set(objects)
    types = {one["name"] for one in log["eventTypes"]}
    assert len({one["id"] for one in log["events"]}) == len(log["events"])
    for event in log["events"]:
        assert event["type"] in types
        points = [to["objectId"] for to in event["relationships"]]
        assert points[0] == f"case:{case.uuid}"
        assert set(points) <= set(objects)
    touched = {objects[to["objectId"]] for event in log["events"] for to in event["relationships"]}
    assert touched == {"case", "step", "transaction", "proposal", "money"}


@pytest.mark.parametrize("clear", [False, True])
def test_nothing_about_a_person_stands_in_either_log_though_clear_values_were_agreed_to(
    clear: bool, staff: Staff
) -> None:
    desk = Desk.at("approve", staff)
    export = asked(staff.auditor, desk.case, formats=BOTH, clear=clear)
    if clear:
        exports.approve(export=export, user=staff.compliance)
    made(export)
    case = desk.case
    sealed = [
        case.reveal("narrative", purpose="test"),
        *(case.customer.reveal(one, purpose="test") for one in ("name", "phone")),
    ]
    masked = [case.customer.name_masked, case.customer.phone_masked]
    people = [user.display_name for user in staff.people.values()]
    for name in (xes.NAME, ocel.NAME):
        body = read(export, name).decode()
        assert [word for word in (*SECRETS, *sealed, *masked, *people) if word in body] == []
        assert staff.fraud.staff_number in body


def test_the_same_cases_under_the_same_seal_give_the_same_bytes(staff: Staff, tmp_path: Path) -> None:
    case = Desk.at("approve", staff).case
    one, other = (made(asked(staff.auditor, case, formats=BOTH)) for _ in range(2))
    for name in (xes.NAME, ocel.NAME):
        assert read(one, name) == read(other, name)


@pytest.mark.parametrize(("language", "title"), [("en", "Transaction trace"), ("zh-hans", "交易追溯")])
def test_titles_are_in_the_language_asked_for_and_names_are_not(language: str, title: str, staff: Staff) -> None:
    case = Desk.at("approve", staff).case
    export = made(asked(staff.auditor, case, formats=BOTH, language=language))
    told = {(one["concept:name"], one["title"]) for one in traces(export)[case.reference]}
    assert ("trace", title) in told
    events = json.loads(read(export, ocel.NAME))["events"]
    said = {item["value"] for event in events for item in event["attributes"] if item["name"] == "title"}
    assert "trace" in {event["type"] for event in events}
    assert title in said


def test_a_title_with_marks_of_xml_and_signs_xml_cannot_hold_is_escaped(staff: Staff, tmp_path: Path) -> None:
    case, title = Desk.at("trace", staff).case, 'A & B <"C"> \x00\x1b \ud800'
    event = Event(1, "step.completed", "trace", title, clock.now(), "complete", "0001", "fraud")
    source = Source(lambda scope, ids, everything: iter([(case, iter([event]))]), lambda ids: iter(()))

    class Once:
        def chunks(self) -> Any:
            yield [case.pk]

    bundle = Bundle(tmp_path / "log.zip", clock.now())
    xes.writer(source)(Once(), bundle)  # type: ignore[arg-type]  # it asks for nothing but chunks
    bundle.close()
    with zipfile.ZipFile(tmp_path / "log.zip") as file:
        log = ElementTree.parse(io.BytesIO(file.read(xes.NAME)))
    (told,) = (values(one) for one in log.iter(f"{XES}event"))
    assert told["title"] == 'A & B <"C"> \ufffd\ufffd \ufffd'
    assert datetime.fromisoformat(told["time:timestamp"]).utcoffset() == timezone.localtime(event.at).utcoffset()
