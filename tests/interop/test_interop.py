"""Tools of others read what we write: pm4py our logs, bpmn-moddle our flows, LibreOffice our workbook."""

import csv
import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import AuthorityLimit
from accounts.models.authority import LimitKind
from accounts.roles import Role
from cases.actions import exports
from cases.exports import ocel, xes
from record import clock
from tests.cases.exports.bundles import asked, made
from tests.journey import Journey, Staff
from tests.workflows import roads
from tests.workflows.walker import DOORS
from workflows import verbs
from workflows.flows import FLOWS

pytestmark = pytest.mark.django_db
BASE = Path(settings.BASE_DIR)
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TOOLS = BASE / ".venv-interop"
CSV_OF_EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def sent_back(staff: Staff) -> Journey:
    """The proposal was returned once and refused once before it was approved."""
    journey = Journey.begin(staff)
    for answer in (verbs.send_back, verbs.refuse):
        roads.until(journey, "approve")
        answer(journey.task("approve").uuid, user=roads.whose(journey, "approve"), reason="请补充依据")
    return journey


def in_writing(staff: Staff) -> Journey:
    """The letter was drafted, sent back by whoever checks it, and drafted again."""
    journey = roads.until(Journey.begin(staff), "draft_letter")
    roads.does(journey, "draft_letter", way="written")
    verbs.send_back(journey.task("check_letter").uuid, user=staff.compliance, reason="请补充依据")
    return roads.does(journey, "draft_letter", way="written")


def silent(staff: Staff, time: clock.Hand, *, answered: bool) -> Journey:
    """The card system did not answer in time: it did late, or a person stopped the card by hand."""
    journey = roads.until(Journey.begin(staff), "order_stop")
    with roads.silent():
        roads.limit_passes(journey, "order_stop", time)
    if answered:
        assert roads.bank_says(journey, "stop_card")
    return journey


def sat_upon(staff: Staff) -> Journey:
    """The panel did not adopt the first decision."""
    alone = {"kind": LimitKind.LIABILITY, "amount": Decimal(1), "valid_from": date(2000, 1, 1)}
    AuthorityLimit(role=Role.LIABILITY, **alone).save()
    journey = roads.until(Journey.begin(staff), "decide")
    roads.does(journey, "decide")
    for step in ("vote_consumer", "vote_legal", "vote_risk", "vote_business"):
        roads.does(journey, step, vote="against", reason="真卡核验不足")
    return journey


def withdrawn(staff: Staff) -> Journey:
    """Taken back by the customer while the card's transactions were traced."""
    journey = roads.until(Journey.begin(staff), "trace")
    verbs.withdraw(journey.case, user=staff.agent, reason="已与家人核实", means="REC-77")
    return journey


@dataclass
class Made:
    """The unpacked export, and the number of the case that left the drawn roads."""

    folder: Path
    left: str
    cases: int


def finished(staff: Staff, time: clock.Hand) -> Iterator[Journey]:
    """Card-fraud cases, each to its end; the one that was withdrawn first."""
    yield roads.to_the_end(withdrawn(staff))
    for door in DOORS.values():
        yield roads.to_the_end(door(staff))
    for begun in (sent_back(staff), in_writing(staff)):
        yield roads.to_the_end(begun)
    for answered in (True, False):
        yield roads.to_the_end(silent(staff, time, answered=answered))
    with roads.by_hand():
        yield roads.to_the_end(Journey.begin(staff))
    yield roads.to_the_end(sat_upon(staff))


@pytest.fixture(scope="session")
def export(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    evidence_root: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Made:
    """An export of finished cases."""
    folder = tmp_path_factory.mktemp("interop")
    with django_db_blocker.unblock():
        try:
            with clock.at(NOON) as time:
                staff = Staff.hired()
                cases = [journey.case for journey in finished(staff, time)]
                export = made(asked(staff.auditor, *cases, formats=("xes", "ocel", "csv", "xlsx")))
            assert export.state == "ready", export.failure
            zipfile.ZipFile(exports.path_of(export)).extractall(folder)
        finally:
            call_command("flush", verbosity=0, interactive=False)
    return Made(folder, cases[0].reference, len(cases))


@pytest.fixture(scope="session")
def flows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every flow as BPMN."""
    folder = tmp_path_factory.mktemp("bpmn")
    written = {flow.__name__: folder / f"{flow.__name__}.bpmn" for flow in FLOWS}
    for name, path in written.items():
        call_command("flow_bpmn", name, language="zh-hans", out=path)
    return written


@pytest.fixture(scope="session")
def said(export: Made, flows: dict[str, Path]) -> dict[str, Any]:
    """What pm4py makes of the logs and the flow, in an environment of its own."""
    command = [TOOLS / "bin" / "python", "-m", "interop.replay"]
    command += [export.folder / xes.NAME, export.folder / ocel.NAME, flows["CardFraudFlow"]]
    done = subprocess.run(command, cwd=BASE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_every_finished_case_replays_on_the_bpmn_of_its_flow(said: dict[str, Any], export: Made) -> None:
    steps = {name for events in said["cases"].values() for name in events}
    assert {"stop_by_hand", "vote_risk", "panel_minutes", "seal_letter", "pay_by_hand", "offer_stop"} <= steps
    fits = {name: fit for name, fit in said["fitness"].items() if name != export.left}
    assert len(fits) == export.cases - 1
    assert fits == dict.fromkeys(fits, 1.0)


def test_a_case_that_left_the_drawn_roads_does_not(said: dict[str, Any], export: Made) -> None:
    assert said["fitness"][export.left] < 1


def test_a_case_out_of_which_an_event_was_taken_does_not(said: dict[str, Any]) -> None:
    assert set(said["removed"]) == {"stop_loss", "decide", "approve", "close"}
    wrong = [(step, found) for step, found in said["removed"].items() if max(found.values()) >= 1]
    assert wrong == []


def test_a_case_in_which_two_events_were_swapped_does_not(said: dict[str, Any]) -> None:
    assert len(said["swapped"]) == 3
    wrong = [(pair, found) for pair, found in said["swapped"].items() if max(found.values()) >= 1]
    assert wrong == []


def test_pm4py_reads_the_objects_and_what_events_did_to_them(said: dict[str, Any], export: Made) -> None:
    log = json.loads((export.folder / ocel.NAME).read_bytes())
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


def test_pandas_reads_every_table_whole_with_its_chinese(export: Made) -> None:
    command = [TOOLS / "bin" / "python", "-m", "interop.tables", export.folder / "tables"]
    done = subprocess.run(command, cwd=BASE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    read: dict[str, list[list[str]]] = json.loads(done.stdout)
    files = json.loads((export.folder / "manifest.json").read_bytes())["files"]
    told = {one["name"].removeprefix("tables/"): one["rows"] for one in files if one["name"].startswith("tables/")}
    assert {name: len(table) - 1 for name, table in read.items()} == told
    assert read == {name: rows(export.folder / "tables" / name) for name in read}
    assert export.left in {row[0] for row in read["cases.csv"]}
    assert "投诉" in json.dumps(read["journal.csv"], ensure_ascii=False)


def test_libreoffice_opens_the_workbook_and_finds_every_row(export: Made, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("not run: LibreOffice is not here")
    command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", CSV_OF_EVERY_SHEET, "--outdir", tmp_path, export.folder / "tables.xlsx"]
    subprocess.run(command, capture_output=True, check=True, timeout=300)
    for table in sorted((export.folder / "tables").glob("*.csv")):
        ours, theirs = (rows(path) for path in (table, tmp_path / f"tables-{table.name}"))
        assert len(theirs) == len(ours), table.name
        assert [row[0] for row in theirs] == [row[0] for row in ours], table.name


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))
