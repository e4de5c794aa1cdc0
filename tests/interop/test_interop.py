"""Tools of others read what we write: pm4py our logs, bpmn-moddle our flows, LibreOffice our workbook."""

import csv
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from cases.actions import exports
from cases.exports import ocel, xes
from tests.cases.exports.bundles import asked, made
from tests.journey import Journey, Staff
from tests.workflows import roads
from tests.workflows.walker import DOORS
from workflows import verbs
from workflows.flows import FLOWS

pytestmark = pytest.mark.django_db
BASE = Path(settings.BASE_DIR)
TOOLS = BASE / ".venv-interop"
CSV_OF_EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def sent_back(staff: Staff) -> Journey:
    """The proposal was returned once and refused once before it was approved."""
    journey = Journey.begin(staff)
    for answer in (verbs.send_back, verbs.refuse):
        roads.until(journey, "approve")
        answer(journey.task("approve").uuid, user=roads.whose(journey, "approve"), reason="请补充依据")
    return journey


@pytest.fixture(scope="session")
def bundle(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    evidence_root: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """An export of finished card-fraud cases: through every door, sent back, and all by hand."""
    folder = tmp_path_factory.mktemp("interop")
    with django_db_blocker.unblock():
        try:
            staff = Staff.hired()
            journeys = [roads.to_the_end(door(staff)) for door in DOORS.values()]
            journeys.append(roads.to_the_end(sent_back(staff)))
            with roads.by_hand():
                journeys.append(roads.to_the_end(Journey.begin(staff)))
            cases = [journey.case for journey in journeys]
            export = made(asked(staff.auditor, *cases, formats=("xes", "ocel", "csv", "xlsx")))
            assert export.state == "ready", export.failure
            zipfile.ZipFile(exports.path_of(export)).extractall(folder)
        finally:
            call_command("flush", verbosity=0, interactive=False)
    return folder


@pytest.fixture(scope="session")
def flows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every flow as BPMN."""
    folder = tmp_path_factory.mktemp("bpmn")
    written = {flow.__name__: folder / f"{flow.__name__}.bpmn" for flow in FLOWS}
    for name, path in written.items():
        call_command("flow_bpmn", name, language="zh-hans", out=path)
    return written


@pytest.fixture(scope="session")
def said(bundle: Path, flows: dict[str, Path]) -> dict[str, Any]:
    """What pm4py makes of the logs and the flow, in an environment of its own."""
    command = [TOOLS / "bin" / "python", "-m", "interop.replay"]
    command += [bundle / xes.NAME, bundle / ocel.NAME, flows["CardFraudFlow"]]
    done = subprocess.run(command, cwd=BASE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_every_finished_case_replays_on_the_bpmn_of_its_flow(said: dict[str, Any]) -> None:
    assert len(said["cases"]) == len(DOORS) + 2
    assert all(len(events) > 20 for events in said["cases"].values())
    assert said["fitness"] == dict.fromkeys(said["cases"], 1.0)


def test_a_case_out_of_which_an_event_was_taken_does_not(said: dict[str, Any]) -> None:
    assert set(said["removed"]) == {"stop_loss", "decide", "approve", "close"}
    wrong = [(step, found) for step, found in said["removed"].items() if max(found.values()) >= 1]
    assert wrong == []


def test_a_case_in_which_two_events_were_swapped_does_not(said: dict[str, Any]) -> None:
    assert len(said["swapped"]) == 3
    wrong = [(pair, found) for pair, found in said["swapped"].items() if max(found.values()) >= 1]
    assert wrong == []


def test_pm4py_reads_the_objects_and_what_events_did_to_them(said: dict[str, Any], bundle: Path) -> None:
    log = json.loads((bundle / ocel.NAME).read_bytes())
    assert said["ocel"]["events"] == len(log["events"])
    assert said["ocel"]["objects"] == len(log["objects"])
    assert set(said["ocel"]["types"]) == set(ocel.ATTRIBUTES)
    assert said["ocel"]["relations"] == sum(len(event["relationships"]) for event in log["events"])


def test_every_flow_opens_in_bpmn_moddle_without_a_warning(flows: dict[str, Path]) -> None:
    if shutil.which("node") is None or not (TOOLS / "node_modules" / "bpmn-moddle").exists():
        pytest.skip("not run: node with bpmn-moddle is not here")
    script = (BASE / "interop" / "open_bpmn.mjs").read_text(encoding="utf-8")
    command = ["node", "--input-type=module", "-e", script, *flows.values()]
    done = subprocess.run(command, cwd=TOOLS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    opened = json.loads(done.stdout)
    assert set(opened) == {str(path) for path in flows.values()}
    for one in opened.values():
        assert one["warnings"] == []
        assert one["drawn"] == one["elements"] > 5


def test_libreoffice_opens_the_workbook_and_finds_every_row(bundle: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("not run: LibreOffice is not here")
    command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", CSV_OF_EVERY_SHEET, "--outdir", tmp_path, bundle / "tables.xlsx"]
    subprocess.run(command, capture_output=True, check=True, timeout=300)
    for table in sorted((bundle / "tables").glob("*.csv")):
        ours, theirs = (rows(path) for path in (table, tmp_path / f"tables-{table.name}"))
        assert len(theirs) == len(ours), table.name
        assert [row[0] for row in theirs] == [row[0] for row in ours], table.name


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))
