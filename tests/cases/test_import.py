"""Taking over complaints from a file: every row becomes a case or is named, once, whatever happens on the way."""

import csv
import gzip
import io
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings as examples, strategies as st

from accounts.roles import Role
from cases.actions.turn import Turn
from cases.intake import cfpb, csv_rows, starters
from cases.intake.incoming import RowRefused
from cases.models import Case, Deadline, Notice
from record import clock, journal
from tests.cases.desk import MORNING
from tests.factories import Bank, bank, person

EXCERPT = Path(__file__).with_name("data") / "cfpb_excerpt.csv"
COLUMNS = list(cfpb.COLUMNS)
GOOD = {
    "Date received": "2024-05-08",
    "Product": "Checking or savings account",
    "Issue": "Managing an account",
    "Consumer complaint narrative": "They did nothing.",
    "Company": "A BANK",
    "State": "SD",
    "ZIP code": "57103",
    "Tags": "Older American",
    "Submitted via": "Phone",
    "Complaint ID": "1",
}
FRAUD = {
    "Product": "Credit card",
    "Sub-product": "Store credit card",
    "Issue": "Problem with a purchase shown on your statement",
    "Sub-issue": "Card was charged for something you did not purchase with the card",
}


def line(**changed: str) -> str:
    """One record as the CFPB writes it; columns by their first word in lower case, `id` for the number."""
    values = dict.fromkeys(COLUMNS, "") | GOOD
    for name, value in changed.items():
        values[next(column for column in COLUMNS if column.casefold().endswith(name.replace("_", " ")))] = value
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values.values())
    return text.getvalue()


def fraud(number: int) -> str:
    values = dict.fromkeys(COLUMNS, "") | GOOD | FRAUD | {"Complaint ID": str(number)}
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values.values())
    return text.getvalue()


HEAD = ",".join(COLUMNS) + "\n"


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """Cases whose flow was started, by a starter that does nothing else."""
    cases: list[Case] = []
    monkeypatch.setattr(starters, "_starters", {"card_fraud": lambda turn: cases.append(turn.case)})
    return cases


@pytest.fixture
def tree() -> Bank:
    return bank()


@pytest.fixture
def take_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Import a text or a file in batches of ten; returns what the command said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("cases.intake.importing.BATCH", 10)

    def run(source: str | bytes | Path, *options: str) -> str:
        path = source if isinstance(source, Path) else tmp_path / "complaints.csv"
        if not isinstance(source, Path):
            path.write_bytes(source if isinstance(source, bytes) else source.encode())
        call_command("import_complaints", str(path), *options)
        return capsys.readouterr().out

    return run


def bad_rows(path: Path = Path("complaints.csv.errors.csv")) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def numbers() -> set[str]:
    return set(Case.objects.values_list("external_id", flat=True))


# a row ----------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("tree", "begun")
def test_a_case_taken_over_has_no_clock_and_notifies_nobody_and_says_what_is_unknown(
    take_in: Callable[..., str],
) -> None:
    with clock.at(MORNING):
        take_in(HEAD + line(id="73144"))
    case = Case.objects.select_related("person_key").get()
    assert (case.imported_from, case.external_id, case.kind, case.channel) == ("cfpb", "73144", "general", "phone")
    assert case.received_at.isoformat() == "2024-05-07T16:00:00+00:00"  # the beginning of 8 May in Shanghai
    assert case.recorded_at == MORNING
    assert (case.customer, case.card, case.disputed_total, case.people.count()) == (None, None, None, 0)
    assert case.reveal("narrative", purpose="test") == "They did nothing."
    assert not Deadline.objects.exists()
    assert not Notice.objects.exists()
    entry = journal.entries(case.stream).get()
    assert (entry.kind, entry.data["unknown"]) == ("case.taken_over", ["customer", "amount"])
    assert entry.happened_at == case.received_at
    assert "73144" in entry.say()


@pytest.mark.django_db
@pytest.mark.usefixtures("tree", "begun")
def test_all_eighteen_columns_are_kept_the_person_s_own_sealed(take_in: Callable[..., str]) -> None:
    row = {column: f"value of {at}" for at, column in enumerate(COLUMNS)}
    row |= {"Date received": "2024-05-08", "Complaint ID": "9", "Consumer complaint narrative": "text"}
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(row.values())
    take_in(HEAD + text.getvalue())
    case = Case.objects.select_related("person_key").get()
    entry = journal.entries(case.stream).get()
    kept = set(map(str, entry.data.values())) | {case.reveal("narrative", purpose="test")}
    kept |= {journal.reveal(entry, name, purpose="test") for name in cfpb.PERSONAL}
    assert set(row.values()) <= kept
    for column in ("State", "ZIP code", "Tags"):
        assert row[column] not in entry.body


@pytest.mark.django_db
@pytest.mark.usefixtures("tree")
def test_an_unauthorised_card_charge_starts_its_flow_and_nothing_else_does(
    take_in: Callable[..., str], begun: list[Case]
) -> None:
    take_in(HEAD + fraud(1) + line(id="2") + fraud(3))
    assert [case.external_id for case in begun] == ["1", "3"]
    assert set(Case.objects.filter(kind="card_fraud").values_list("external_id", flat=True)) == {"1", "3"}


@pytest.mark.django_db
@pytest.mark.usefixtures("tree")
def test_nothing_is_taken_in_when_nobody_starts_the_flow(
    take_in: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starters, "_starters", {})
    with pytest.raises(CommandError):
        take_in(HEAD + line(id="1"))
    assert not Case.objects.exists()
    with pytest.raises(starters.NoStarter):
        starters.starter("card_fraud")
    assert starters.starter("general") is None


@pytest.mark.django_db
@pytest.mark.usefixtures("tree", "begun")
def test_a_full_card_number_is_cut_and_the_cut_is_told(take_in: Callable[..., str]) -> None:
    story = "My card 4111 1111 1111 1111, CVV 123, PIN is 4321, paid {$12.00}.\0"
    take_in(HEAD + line(id="1", narrative=story))
    case = Case.objects.select_related("person_key").get()
    assert case.reveal("narrative", purpose="test") == (
        "My card 411111******1111, CVV ***, PIN is ****, paid {$12.00}.\ufffd"
    )
    entries = {entry.kind: entry.data for entry in journal.entries(case.stream)}
    assert entries["case.card_number_cut"] == {"count": 1}
    assert entries["case.text_cut"] == {"secrets": 2, "characters": 1}
    assert case.disputed_total is None


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"id": ""}, "number"),
        ({"id": "abc"}, "number"),
        ({"id": "-5"}, "number"),
        ({"id": "1.0"}, "number"),
        ({"id": "9" * 41}, "number"),
        ({"id": "1'; DROP TABLE cases_case;--"}, "number"),
        ({"received": ""}, "date"),
        ({"received": "yesterday"}, "date"),
        ({"received": "2024-02-30"}, "date"),
        ({"received": "0001-01-01"}, "date"),
        ({"received": "9999-12-31"}, "date"),
        ({"received": "2026-11-21"}, "date"),
    ],
)
def test_a_row_that_cannot_become_a_case_is_refused_without_its_content(changed: dict[str, str], what: str) -> None:
    [row] = csv_rows.rows([line(**changed)], COLUMNS, cfpb.BEGINS)
    assert isinstance(row, csv_rows.Row)
    with pytest.raises(RowRefused) as refused:
        cfpb.incoming(row.values, today=date(2026, 11, 20))
    assert refused.value.args[0]
    assert "DROP" not in str(refused.value)


@pytest.mark.parametrize(
    ("told", "day"), [("2012-05-08", "2012-05-08"), ("05/08/2012", "2012-05-08"), ("5/8/12", "2012-05-08")]
)
def test_the_dates_of_older_extracts_are_read(told: str, day: str) -> None:
    [row] = csv_rows.rows([line(received=told)], COLUMNS, cfpb.BEGINS)
    assert isinstance(row, csv_rows.Row)
    incoming = cfpb.incoming(row.values, today=date(2026, 11, 20))
    assert incoming.received_at.date().isoformat() == day


@pytest.mark.parametrize(
    ("said", "channel"),
    [
        ("Web", "web"),
        ("phone", "phone"),
        ("Postal mail", "letter"),
        ("Referral", "regulator"),
        ("Fax", "other"),
        ("", "other"),
    ],
)
def test_how_it_was_submitted_is_the_channel(said: str, channel: str) -> None:
    [row] = csv_rows.rows([line(submitted_via=said)], COLUMNS, cfpb.BEGINS)
    assert isinstance(row, csv_rows.Row)
    assert cfpb.incoming(row.values, today=date(2026, 11, 20)).channel == channel


# a file ---------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("tree")
def test_the_excerpt_is_taken_in_whole_and_once(take_in: Callable[..., str], begun: list[Case]) -> None:
    take_in(EXCERPT)
    assert (Case.objects.count(), len(begun)) == (200, 40)
    assert Case.objects.filter(business_first=None).count() == 0
    before = set(Case.objects.values_list("pk", flat=True))
    take_in(EXCERPT)
    assert set(Case.objects.values_list("pk", flat=True)) == before
    assert not list(Path().glob("*.errors.csv"))
    assert list(journal.verify_streams("case:")) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("tree", "begun")
def test_bad_rows_are_named_by_their_physical_line_and_take_no_good_row_along(take_in: Callable[..., str]) -> None:
    text = (
        HEAD  # line 1
        + line(id="1", narrative="two\nlines")  # 2, 3
        + line(id="x")  # 4
        + "\n"  # 5
        + '2024-05-08,"opened and never closed,,,,\n'  # 6
        + line(id="2", narrative="quoted, and\n\nthree lines")  # 7, 8, 9
        + "2024-05-08,too,few\n"  # 10
        + line(id="3").rstrip("\n")
        + ",one too many\n"  # 11
        + '2024-05-08,"he said "hi" to me",,,,,,,,,,,,,,,,7\n'  # 12
        + line(id="4", received="tomorrow")  # 13
        + line(id="5")  # 14
        + '2024-05-08,"open at the very end'  # 15
    )
    said = take_in(text)
    assert numbers() == {"1", "2", "5"}
    assert [(row["line"], row["last_line"]) for row in bad_rows()] == [
        ("4", "4"),
        ("6", "6"),
        ("10", "10"),
        ("11", "11"),
        ("12", "12"),
        ("13", "13"),
        ("15", "15"),
    ]
    assert "complaints.csv.errors.csv" in said
    assert "never closed" not in Path("complaints.csv.errors.csv").read_text(encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.usefixtures("tree", "begun")
def test_a_broken_record_over_lines_gives_back_the_good_rows_it_swallowed(take_in: Callable[..., str]) -> None:
    text = HEAD + '2024-05-08,"a story that\nnever ends\n' + "".join(line(id=str(at)) for at in range(30))
    take_in(text)
    assert len(numbers()) == 30
    assert [(row["line"], row["last_line"]) for row in bad_rows()] == [("2", "3")]


@pytest.mark.django_db
@pytest.mark.usefixtures("tree", "begun")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_ends_and_byte_order_marks_of_either_system_are_read(
    take_in: Callable[..., str], encoding: str, ending: str
) -> None:
    take_in((HEAD + line(id="1") + line(id="2")).replace("\n", ending).encode(encoding))
    assert numbers() == {"1", "2"}


@pytest.mark.django_db
@pytest.mark.usefixtures("tree", "begun")
def test_bytes_that_are_no_utf8_lose_their_character_and_not_their_row(take_in: Callable[..., str]) -> None:
    take_in((HEAD + line(id="1", narrative="caf\xe9 closed")).encode("latin-1"))
    case = Case.objects.select_related("person_key").get()
    assert case.reveal("narrative", purpose="test") == "caf\ufffd closed"


@pytest.mark.django_db
@pytest.mark.usefixtures("tree", "begun")
def test_a_packed_file_is_read_and_one_that_breaks_off_keeps_what_was_read(
    take_in: Callable[..., str], tmp_path: Path
) -> None:
    dice = random.Random(1)
    stories = ("".join(dice.choices("abcdefgh ", k=400)) for _ in range(60))
    packed = gzip.compress((HEAD + "".join(line(id=str(at), narrative=s) for at, s in enumerate(stories))).encode())
    path = tmp_path / "complaints.csv.gz"
    path.write_bytes(packed[: len(packed) * 3 // 4])
    with pytest.raises(CommandError):
        take_in(path)
    assert len(numbers()) in range(10, 60, 10)
    path.write_bytes(packed)
    take_in(path)
    assert len(numbers()) == 60


@pytest.mark.django_db
@pytest.mark.usefixtures("tree", "begun")
@pytest.mark.parametrize(
    "source", ["", "\n", "a,b\n1,2\n", HEAD.replace("Complaint ID", "Number"), '"', b"\x1f\x8b broken", b"\xff\xfe\0"]
)
def test_a_file_of_another_format_is_refused_in_a_sentence(take_in: Callable[..., str], source: str | bytes) -> None:
    with pytest.raises(CommandError):
        take_in(source)
    assert not Case.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("tree", "begun")
def test_a_file_that_is_not_there_is_refused_in_a_sentence(take_in: Callable[..., str], tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.csv", tmp_path, tmp_path / "nothing.csv.gz"):
        with pytest.raises(CommandError):
            take_in(path)


@pytest.mark.django_db
@pytest.mark.usefixtures("tree", "begun")
def test_the_same_number_twice_in_a_file_is_taken_once(take_in: Callable[..., str]) -> None:
    take_in(HEAD + line(id="1") + line(id="1") + "".join(line(id=str(at)) for at in range(2, 30)) + line(id="1"))
    assert Case.objects.count() == 29


@pytest.mark.django_db
@pytest.mark.usefixtures("tree", "begun")
def test_a_limit_reads_so_many_rows(take_in: Callable[..., str]) -> None:
    take_in(EXCERPT, "--limit", "7")
    assert Case.objects.count() == 7


@pytest.mark.django_db
@pytest.mark.usefixtures("tree", "begun")
def test_what_is_there_is_asked_in_one_query_a_batch(take_in: Callable[..., str]) -> None:
    take_in(EXCERPT, "--limit", "10")
    with CaptureQueriesContext(connection) as queries:
        take_in(EXCERPT, "--limit", "10")
    asked = [query for query in queries if "external_id" in query["sql"] and "cases_case" in query["sql"]]
    assert len(asked) == 1


# who ------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("begun")
def test_whoever_imports_is_named_and_the_unit_is_his_choice(take_in: Callable[..., str], tree: Bank) -> None:
    manager = person(Role.SERVICE_MANAGER, tree.tier1)
    take_in(HEAD + line(id="1"), "--as", manager.staff_number, "--unit", tree.outlet.code)
    case = Case.objects.get()
    assert (case.handling_unit, case.outlet_id) == (tree.outlet, tree.outlet.pk)
    entry = journal.entries(case.stream).get()
    assert (entry.actor_number, entry.actor_role) == (manager.staff_number, Role.SERVICE_MANAGER)
    kinds = [entry.kind for entry in journal.Entry.objects.filter(stream__startswith="import:").order_by("number")]
    assert kinds == ["import.begun", "import.ended"]


@pytest.mark.django_db
@pytest.mark.usefixtures("begun")
def test_who_may_not_import_there_imports_nothing(take_in: Callable[..., str], tree: Bank) -> None:
    agent = person(Role.AGENT, tree.tier1)
    manager = person(Role.SERVICE_MANAGER, tree.tier1)
    for options in (
        ["--as", agent.staff_number, "--unit", tree.outlet.code],
        ["--as", manager.staff_number, "--unit", tree.other_outlet.code],
        ["--as", manager.staff_number],
        ["--as", "nobody"],
        ["--unit", "nowhere"],
    ):
        with pytest.raises(CommandError):
            take_in(HEAD + line(id="1"), *options)
    assert not Case.objects.exists()


# interruptions --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("tree")
def test_a_run_cut_off_in_a_batch_leaves_whole_batches_and_the_next_run_the_rest(
    take_in: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def pull_the_plug(turn: Turn) -> None:
        seen.append(turn.case.external_id)
        if len(seen) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(starters, "_starters", {"card_fraud": pull_the_plug})
    text = HEAD + "".join(fraud(at) if at % 8 == 7 else line(id=str(at)) for at in range(40))
    with pytest.raises(KeyboardInterrupt):
        take_in(text)  # 7, 15 and 23: the third lies in the third batch
    assert len(numbers()) == 20
    take_in(text)
    assert numbers() == {str(at) for at in range(40)}
    assert seen == ["7", "15", "23", "23", "31", "39"]
    assert list(journal.verify_streams("case:")) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("tree")
def test_a_run_killed_by_the_system_is_finished_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "complaints.csv"
    path.write_text(HEAD + "".join(line(id=str(at)) for at in range(240)), encoding="utf-8")
    command = [sys.executable, "-c", KILLED, str(path)]
    surroundings = os.environ | {"REDRESS_TEST_NAME": str(connection.settings_dict["NAME"])}
    run = subprocess.Popen(command, env=surroundings, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: len(numbers()) >= 40 or run.poll() is not None)
        os.kill(run.pid, signal.SIGKILL)
    finally:
        run.wait(30)
    left = len(numbers())
    assert left % 10 == 0
    assert 40 <= left < 240
    finished = subprocess.run(command, env=surroundings, cwd=settings.BASE_DIR, capture_output=True, check=False)
    assert finished.returncode == 0, finished.stderr.decode()
    assert numbers() == {str(at) for at in range(240)}
    assert list(journal.verify_streams("case:")) == []


KILLED = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["REDRESS_TEST_NAME"]
import django
django.setup()
from cases.intake import importing
importing.BATCH = 10
from django.core.management import call_command
call_command("import_complaints", sys.argv[1])
"""


def wait_for(there: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not there():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


# reading records ------------------------------------------------------------------------------------------------------


def read(text: str) -> Iterator[csv_rows.Row | csv_rows.BadRow]:
    return csv_rows.rows(io.StringIO(text, newline="\n"), COLUMNS, cfpb.BEGINS)


@given(
    st.lists(
        st.one_of(
            st.text(alphabet=st.characters(codec="utf-8"), max_size=40).map(lambda story: ("good", story)),
            st.sampled_from(['2024-01-01,"never closed\n', "2024-01-01,few\n", 'x"y,z\n', '""",\n']).map(
                lambda broken: ("bad", broken)
            ),
        ),
        max_size=12,
    )
)
@examples(max_examples=200, deadline=None)
def test_whatever_stands_between_no_good_row_is_lost(records: list[tuple[str, str]]) -> None:
    text, wanted = "", []
    for at, (what, said) in enumerate(records):
        if what == "good":
            wanted.append(str(at))
            text += line(id=str(at), narrative=said)
        else:
            text += said
    found = [row.values["Complaint ID"] for row in read(text) if isinstance(row, csv_rows.Row)]
    assert found == wanted


@given(st.text(max_size=300))
@examples(max_examples=200, deadline=None)
def test_no_text_breaks_the_reader_and_every_line_is_accounted_for(text: str) -> None:
    covered: set[int] = set()
    for row in read(text):
        covered |= set(range(row.line, row.last_line + 1))
    wanted = {at for at, said in enumerate(text.split("\n"), 2) if said.strip()}
    assert wanted <= covered


def test_an_open_quotation_mark_does_not_swallow_a_large_file() -> None:
    text = '2024-01-01,"open\n' + "".join(line(id=str(at), narrative="x" * 1000) for at in range(2000))
    found = list(read(text))
    assert [isinstance(row, csv_rows.Row) for row in found] == [False] + [True] * 2000


def test_every_channel_and_class_of_the_real_file_is_known() -> None:
    with EXCERPT.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            incoming = cfpb.incoming(row, today=date(2026, 11, 20))
            assert {"channel", "business"} <= incoming.facets.keys()
