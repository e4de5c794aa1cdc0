"""A bundle from the asking to the auditor's own computer: whole, counted right, masked, and what it says is proved."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from cases.actions import exports
from cases.exports import copied, formats, run, tables
from cases.exports.cells import FORMULA, cell
from cases.exports.sheets import SHEETS
from cases.kinds_general import LOOKED_INTO
from cases.models import Case, Deadline, Export, MoneyEntry
from cases.models.export import LANGUAGES
from record.journal import Fact, append
from record.models import Entry
from tests.cases.exports.bundles import asked, made, verified
from tests.desk.at_work import Desk
from tests.desk.complaint_ledger import LEDGER
from tests.factories.cases import CaseFactory
from tests.journey import Staff
from workflows.models import StepTask

pytestmark = pytest.mark.django_db(transaction=True)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def table(path: Path, name: str) -> list[list[str]]:
    """The rows of a table without its heads, read by a reader that trusts nothing."""
    with zipfile.ZipFile(path) as bundle:
        data = bundle.read(f"tables/{name}.csv")
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))[1:]


def manifest(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as bundle:
        told: dict[str, Any] = json.loads(bundle.read("manifest.json"))
    return told


def text(path: Path) -> str:
    """Everything that stands in any file of it."""
    with zipfile.ZipFile(path) as bundle:
        return "".join(bundle.read(name).decode("utf-8", "replace") for name in bundle.namelist() if "xlsx" not in name)


def test_one_case_becomes_a_bundle_that_verifies_without_us(staff: Staff) -> None:
    case = Desk.at("approve", staff).case

    export = made(asked(staff.auditor, case))

    path = exports.path_of(export)
    assert export.state == Export.State.READY, export.failure
    code, outcome = verified(path)
    assert (code, outcome["found"]) == (0, [])
    assert (outcome["entries"], outcome["seal"]) == (export.entries, export.seal_number)
    assert path.stat().st_mode & 0o777 == 0o600
    told = Entry.objects.filter(stream=export.stream).order_by("number").values_list("kind", flat=True)
    assert list(told) == ["export.asked", "export.begun", "export.made"]
    looked = Entry.objects.get(kind="cases.exported").data
    assert (looked["export"], looked["cases"]) == (str(export.uuid), 1)


def test_who_took_a_case_away_is_told_of_each_however_many_went_along(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "AT_ONCE", 2)
    cases = [CaseFactory(handling_unit=staff.bank.outlet) for _case in range(5)]
    export = made(asked(staff.auditor, *cases, formats=("csv",)))
    told = [entry.data for entry in Entry.objects.filter(kind="case.exported").order_by("id")]
    assert [one["case"] for one in told] == [str(case.uuid) for case in cases]
    assert {one["export"] for one in told} == {str(export.uuid)}


def test_the_journal_as_it_is_kept_is_one_table_with_nothing_a_spreadsheet_would_reckon_with(staff: Staff) -> None:
    # given two complaints, and a handler whose name is a formula
    staff.fraud.display_name = "=HYPERLINK(1)"
    staff.fraud.save()
    first, second = (Desk.at(step, staff).case for step in ("approve", "trace"))

    # when their journal leaves the house as one table
    export = made(asked(staff.auditor, first, second, formats=("entries",)))

    # then every entry stands there as it is kept, in its order, and the name is only told
    path = exports.path_of(export)
    rows = table(path, "entries")
    kept = Entry.objects.filter(stream__in=[first.stream, second.stream]).order_by("stream", "number")
    reference = {case.stream: case.reference for case in (first, second)}
    assert [(row[0], int(row[1]), row[2], row[9], row[10]) for row in rows] == [
        (reference[one.stream], one.number, one.kind, one.body, one.hash) for one in kept
    ]
    names = {row[6] for row in rows if row[5] == staff.fraud.staff_number}
    assert names == {"'=HYPERLINK(1)"}
    (told,) = [one for one in manifest(path)["files"] if one["name"] == "tables/entries.csv"]
    assert told["rows"] == len(rows)
    assert verified(path)[0] == 0


@pytest.mark.parametrize("sign", FORMULA)
def test_the_database_guards_the_same_signs_as_every_other_table(sign: str) -> None:
    with connection.cursor() as cursor:
        for text in (f"{sign}1", f"  {sign}1", f"1{sign}", ""):
            cursor.execute("SELECT ltrim(%s, ' ') ~ %s", [text, copied.formula()])
            assert cursor.fetchone() == (cell(text) != text,), text


def test_what_the_export_says_is_what_the_screen_and_sql_say(staff: Staff, browser: Any) -> None:
    for step in ("approve", "trace", "decide"):
        Desk.at(step, staff, claimed=False)
    me = staff.supervisor
    page = browser(me).get(LEDGER).content.decode()

    export = made(asked(me, scope={"list": "complaints", "filters": {}}))

    path, told = exports.path_of(export), {}
    told = {one["name"]: one.get("rows") for one in manifest(path)["files"]}
    counts = {
        "cases": Case.objects.count(),
        "steps": StepTask.objects.human().count(),
        "journal": Entry.objects.filter(stream__startswith="case:").count(),
        "deadlines": Deadline.objects.count(),
        "money": MoneyEntry.objects.count(),
    }
    assert {name: told[f"tables/{name}.csv"] for name in counts} == counts
    assert {name: len(table(path, name)) for name in counts} == counts
    assert told["tables.xlsx"] == sum(len(table(path, name)) for name in SHEETS)
    assert counts["cases"] == manifest(path)["counts"]["cases"] == export.cases == 3
    count = page.partition("<h1>")[2].partition("r-quiet")[2].partition("<")[0]
    assert [int(number) for number in re.findall("[0-9]+", count)] == [export.cases]
    assert all(reference in page for reference, *_rest in table(path, "cases"))


def test_the_workbook_holds_the_same_rows_as_text_alone(staff: Staff, tmp_path: Path) -> None:
    export = made(asked(staff.auditor, Desk.at("approve", staff).case))
    with zipfile.ZipFile(exports.path_of(export)) as bundle:
        book = zipfile.ZipFile(io.BytesIO(bundle.read("tables.xlsx")))
    for number, name in enumerate(SHEETS, 1):
        sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
        cells = list(sheet.iter(f"{SHEET}c"))
        assert {one.get("t") for one in cells} <= {"inlineStr"}, name
        assert sheet.find(f".//{SHEET}f") is None
        first = ["".join(row.itertext()) for row in list(sheet.iter(f"{SHEET}row"))[1:]]
        assert first == ["".join(row) for row in table(exports.path_of(export), name)]


def test_a_full_sheet_goes_on_in_a_further_one(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 5)
    export = made(asked(staff.auditor, Desk.at("approve", staff).case, formats=("csv", "xlsx")))
    with zipfile.ZipFile(exports.path_of(export)) as bundle:
        book = zipfile.ZipFile(io.BytesIO(bundle.read("tables.xlsx")))
    wanted = sum(max(1, -(-len(table(exports.path_of(export), name)) // 4)) for name in SHEETS)
    assert len([name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]) == wanted


def test_nothing_a_spreadsheet_would_reckon_with_and_nothing_personal_leaves_unasked(staff: Staff) -> None:
    case = Desk.at("approve", staff).case
    export = made(asked(staff.auditor, case))
    path = exports.path_of(export)
    assert not any(one.startswith(FORMULA) for name in SHEETS for row in table(path, name) for one in row)
    assert cell("=1+1") == "'=1+1"
    whole = text(path)
    for secret in (case.customer.reveal("phone", purpose="test"), case.reveal("narrative", purpose="test")):
        assert secret not in whole
    assert case.customer.phone_masked in whole


def test_in_clear_after_a_second_person_agreed_and_each_value_is_proved(staff: Staff) -> None:
    case = Desk.at("approve", staff).case
    export = asked(staff.auditor, case, clear=True, formats=("csv", "evidence"))
    assert made(export).state == Export.State.WAITING, "nothing leaves before"

    exports.approve(export=export, user=staff.compliance)

    path = exports.path_of(made(export))
    code, outcome = verified(path)
    assert (code, outcome["found"]) == (0, [])
    assert outcome["values"] > 0
    whole = text(path)
    assert case.customer.reveal("phone", purpose="test") in whole
    assert case.reveal("narrative", purpose="test") in whole
    assert manifest(path)["approved_by"].startswith(staff.compliance.staff_number)
    shown = Entry.objects.filter(kind="case.shown_in_clear", stream__startswith=f"access:{staff.auditor.uuid}")
    assert shown.count() == 1


def test_the_journal_as_it_is_kept_has_what_was_sealed_where_a_second_person_agreed(staff: Staff) -> None:
    # given two complaints, and in one a text that a spreadsheet would run
    case, other = (Desk.at(step, staff).case for step in ("approve", "trace"))
    with transaction.atomic():
        fact = Fact(LOOKED_INTO, personal={"findings": '=1+1,"两行\n文字"'})
        append(case.stream, fact, actor=staff.consumer_protection.actor(), key=case.person_key)

    # when its journal leaves the house in clear
    export = asked(staff.auditor, case, other, formats=("entries",), clear=True)
    exports.approve(export=export, user=staff.compliance)
    path = exports.path_of(made(export))

    # then the last column has the values that opened.jsonl proves, guarded, and is empty where there are none
    kept = table(path, "entries")
    proved: dict[tuple[str, int], dict[str, str]] = {}
    with zipfile.ZipFile(path) as bundle:
        for line in map(json.loads, bundle.read("opened.jsonl").splitlines()):
            proved.setdefault((line["stream"], line["number"]), {})[line["field"]] = cell(line["value"])
    stream = {one.reference: one.stream for one in (case, other)}
    told_of = {(stream[row[0]], int(row[1])): json.loads(row[11]) for row in kept if row[11]}
    assert told_of == proved
    assert '\'=1+1,"两行\n文字"' in {text for values in told_of.values() for text in values.values()}
    assert {len(row) for row in kept} == {12}
    assert verified(path)[0] == 0


@pytest.mark.parametrize("language", [code for code, _name in LANGUAGES])
def test_tables_speak_the_language_that_was_asked_for(language: str, staff: Staff) -> None:
    export = made(asked(staff.auditor, Desk.at("trace", staff).case, language=language))
    assert verified(exports.path_of(export))[0] == 0
    rows = "".join(map("".join, table(exports.path_of(export), "journal")))
    assert ("was registered" in rows) is (language == "en")


def test_the_command_makes_the_bundle_at_once_in_somebody_s_name(staff: Staff, tmp_path: Path) -> None:
    case, out = Desk.at("trace", staff).case, tmp_path / "bundle.zip"
    given = {"case": [case.reference], "purpose": "内部检查", "out": out}
    call_command("export_cases", staff=staff.auditor.staff_number, **given, verbosity=0, stdout=io.StringIO())
    assert verified(out)[0] == 0
    with pytest.raises(CommandError):
        call_command("export_cases", staff=staff.auditor.staff_number, **given, verbosity=0)
    with pytest.raises(CommandError):
        call_command("export_cases", staff=staff.agent.staff_number, **{**given, "out": tmp_path / "other.zip"})


def test_the_command_takes_a_list_with_its_filters(staff: Staff, tmp_path: Path) -> None:
    there, out = Desk.at("trace", staff).case, tmp_path / "bundle.zip"
    given = {"staff": staff.auditor.staff_number, "purpose": "内部检查", "out": out, "format": ["csv"], "verbosity": 0}
    with pytest.raises(CommandError, match="colour"):
        call_command("export_cases", list="audit-search", filter=["state=open", "colour=red"], **given)
    with pytest.raises(CommandError):
        call_command("export_cases", list="audit-search", filter=["course=withdrawn"], **given)
    call_command("export_cases", list="audit-search", filter=["state=open"], **given, stdout=io.StringIO())
    assert [row[0] for row in table(out, "cases")] == [there.reference]


def test_a_further_format_joins_by_one_line(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(scope: Any, bundle: Any) -> None:
        with bundle.member("list.txt") as member:
            for ids in scope.chunks():
                member.write("".join(f"{one}\n" for one in ids).encode())
                member.count(len(ids))

    monkeypatch.setattr(formats, "FORMATS", formats.FORMATS)
    monkeypatch.setitem(formats.FORMATS, "list", formats.Format("list", "List", write))
    export = made(asked(staff.auditor, Desk.at("trace", staff).case, formats=("list",)))
    assert verified(exports.path_of(export))[0] == 0
    assert [one["rows"] for one in manifest(exports.path_of(export))["files"] if one["name"] == "list.txt"] == [1]


def test_snapshot_is_one_moment(staff: Staff) -> None:
    """What is written meanwhile, on another connection, is in no table of the export."""
    other = connection.copy()
    try:
        with run.snapshot():
            before = Case.objects.count()
            with other.cursor() as cursor:
                cursor.execute("UPDATE accounts_user SET display_name = '另一人' WHERE id = %s", [staff.auditor.pk])
            staff.auditor.refresh_from_db()
            assert staff.auditor.display_name != "另一人"
            assert Case.objects.count() == before
    finally:
        other.close()
