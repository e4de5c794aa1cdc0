"""Evidence: what may be put on file, how it lies there, what reading it leaves behind."""

import io
import os
import stat
import time
import wave
import zipfile
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import files, storage
from cases.actions import evidence
from cases.actions.turn import turn
from cases.errors import CaseError
from cases.models import Case, Evidence
from knowledge.evidence import EvidenceKind
from record import clock, journal
from record.keys import destroy
from record.sealed import KeyDestroyed
from tests.cases.desk import MORNING, a_case, somebody, told

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 64
PDF = b"%PDF-1.7\n" + b"x" * 64
MP3 = b"ID3\x04" + b"\0" * 64
AMR = b"#!AMR\n" + b"\0" * 64
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 64
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\0" * 64
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\0" * 64
M4A = b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42" + b"\0" * 64


def sound() -> bytes:
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", ""))
        file.writeframes(b"\x80" * 800)
    return data.getvalue()


def zipped(name: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, b"\0" * 10_000_000)
    return data.getvalue()


def upload(name: str = "screenshot.png", data: bytes = PNG) -> Any:
    return SimpleNamespace(name=name, read=io.BytesIO(data).read)


@pytest.fixture
def case() -> Case:
    with clock.at(MORNING):
        return a_case()


def put(case: Case, **fields: Any) -> Evidence:
    user = fields.pop("user", None) or somebody()
    with turn(case, user=user) as hand:
        return evidence.add_file(hand, **{"kind": EvidenceKind.OTHER, "upload": upload(), **fields})


def path_of(held: Evidence) -> Path:
    return Path(settings.REDRESS["EVIDENCE_ROOT"]) / held.stored_at


# which files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "content_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.JPEG", JPEG, "image/jpeg"),
        ("截图.png", PNG, "image/png"),
        ("a.heic", HEIC, "image/heic"),
        ("a.webp", WEBP, "image/webp"),
        ("录音.mp3", MP3, "audio/mpeg"),
        ("a.wav", sound(), "audio/x-wav"),
        ("a.m4a", M4A, "audio/mp4"),
        ("a.amr", AMR, "audio/amr"),
        ("a.mp4", MP4, "video/mp4"),
        ("a.txt", "第一行\r\n".encode(), "text/plain"),
        ("a.txt", "第一行".encode("gb18030"), "text/plain"),
        ("a.txt", "第一行".encode("utf-16"), "text/plain"),
        ("a.csv", "日期,金额\n2026-11-20,12.30\n".encode("utf-8-sig"), "text/csv"),
        ("C:\\Users\\x\\a.png", PNG, "image/png"),
        ("../../etc/a.png", PNG, "image/png"),
    ],
)
def test_a_file_of_the_allow_list_is_taken(name: str, data: bytes, content_type: str) -> None:
    checked = files.checked(upload(name, data))
    assert checked.content_type == content_type
    assert checked.data == data
    assert "/" not in checked.name
    assert "\\" not in checked.name


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", JPEG),
        ("a.pdf", b"<html><script>alert(1)</script></html>"),
        ("a.pdf", PNG),
        ("a.png", b"\x89PN"),
        ("a.txt", PNG),
        ("a.txt", PDF),
        ("a.txt", b"MZ\x90\x00\x03\0\0\0"),
        ("a.txt", b"line\0line"),
        ("a.csv", b"\xff\xff\xff\xff"),
        ("a.mp3", sound()),
        ("a.exe", b"MZ"),
        ("a.svg", b"<svg/>"),
        ("a.html", b"<p>"),
        ("a.zip", zipped("a.txt")),
        ("a.docx", zipped("word/document.xml")),
        ("a.xlsx", zipped("xl/workbook.xml")),
        ("a.pdf", zipped("a.txt")),
        ("a.png.exe", PNG),
        ("a", PNG),
        (".png", PNG),
        ("", PNG),
        ("a\0.png", PNG),
        ("a\n.png", PNG),
        ("a\u202egnp.png", PNG),
        ("x" * 300 + ".png", PNG),
        ("6200000000000005.png", PNG),
        ("empty.png", b""),
        ("a.txt", b"card 4111 1111 1111 1111"),
        ("a.txt", "密码：123456".encode("gb18030")),
        ("a.csv", b"card,sum\n4111111111111111,12.30\n"),
    ],
)
def test_any_other_file_is_refused_at_its_field(name: str, data: bytes) -> None:
    with pytest.raises(files.FileRefused) as refused:
        files.checked(upload(name, data))
    assert refused.value.field == "upload"
    assert "4111 1111" not in str(refused.value)


def test_a_file_over_the_limit_is_refused_and_read_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.REDRESS, "EVIDENCE_MAX_BYTES", 100)
    data = io.BytesIO(PNG + b"\0" * 10_000)
    with pytest.raises(files.FileRefused):
        files.checked(SimpleNamespace(name="a.png", read=data.read))
    assert data.tell() == 101


# how it lies there ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_file_lies_sealed_for_its_owner_only_and_opens_to_what_it_was(case: Case) -> None:
    reader = somebody()
    held = put(case, upload=upload("来电录音.mp3", MP3), kind=EvidenceKind.CALLER_CHECK)
    held.refresh_from_db()
    path = path_of(held)
    assert held.stored_at == f"{held.uuid.hex[:2]}/{held.uuid.hex[2:4]}/{held.uuid.hex}"
    assert b"ID3" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)} == {0o700}
    assert [file.name for file in path.parent.iterdir()] == [held.uuid.hex]
    assert (held.size, held.digest_clear != held.digest_stored) == (len(MP3), True)
    assert held.reveal("filename", purpose="test") == "来电录音.mp3"
    assert evidence.read_file(held, user=reader, purpose="test") == MP3
    entry = journal.entries(case.stream).get()
    assert entry.kind == "evidence.added"
    assert entry.data["digest"] == held.digest_clear
    assert "来电录音" not in entry.body


@pytest.mark.django_db
def test_reading_is_told_in_the_reader_s_stream_once_a_quarter_of_an_hour(case: Case) -> None:
    reader, held = somebody(), put(case)
    with clock.at(MORNING) as hand:
        for minutes in (0, 5, 5, 10):
            hand.advance(minutes=minutes)
            evidence.read_file(held, user=reader, purpose="查看证据")
    entries = list(journal.entries(f"access:{reader.uuid}:2026-11-20"))
    assert [entry.recorded_at - MORNING for entry in entries] == [timedelta(), timedelta(minutes=20)]
    assert entries[0].data["purpose"] == "查看证据"
    assert told(case) == ["evidence.added"]


@pytest.mark.django_db
def test_a_failed_reading_is_told_too(case: Case) -> None:
    reader, held = somebody(), put(case)
    path_of(held).unlink()
    with clock.at(MORNING), pytest.raises(evidence.FileDamaged):
        evidence.read_file(held, user=reader, purpose="test")
    assert journal.entries(f"access:{reader.uuid}:2026-11-20").count() == 1


@pytest.mark.django_db
def test_an_altered_or_exchanged_file_does_not_open(case: Case) -> None:
    reader, held, other = somebody(), put(case), put(case)
    path = path_of(held)
    sealed = path.read_bytes()
    for data in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:-1], b"", path_of(other).read_bytes()):
        path.write_bytes(data)
        with pytest.raises(evidence.FileDamaged):
            evidence.read_file(held, user=reader, purpose="test")


@pytest.mark.django_db
def test_a_file_sealed_for_another_place_does_not_open_even_with_its_digest(case: Case) -> None:
    reader, held, other = somebody(), put(case), put(case)
    held.stored_at, held.digest_stored, held.digest_clear = other.stored_at, other.digest_stored, other.digest_clear
    with pytest.raises(evidence.FileDamaged):
        evidence.read_file(held, user=reader, purpose="test")


@pytest.mark.django_db
def test_an_erased_person_s_file_is_gone_for_good(case: Case) -> None:
    held = put(case)
    assert case.person_key
    destroy(case.person_key, why="test", actor=journal.SYSTEM)
    with pytest.raises(KeyDestroyed):
        evidence.read_file(Evidence.objects.get(pk=held.pk), user=somebody(), purpose="test")


@pytest.mark.django_db
def test_a_number_is_evidence_and_holds_no_file(case: Case) -> None:
    with turn(case, user=somebody()) as hand:
        held = evidence.add_reference(hand, kind=EvidenceKind.CALLER_CHECK, reference=" REC-20261120-01 ")
    assert held.reference == "REC-20261120-01"
    with pytest.raises(CaseError):
        evidence.read_file(held, user=somebody(), purpose="test")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reference": ""}, "reference"),
        ({"reference": "x" * 121}, "reference"),
        ({"reference": "a\0b"}, "reference"),
        ({"reference": "4111111111111111"}, "reference"),
        ({"kind": "gossip"}, "kind"),
        ({"happened_at": MORNING + timedelta(days=1)}, "happened_at"),
    ],
)
def test_a_bad_reference_names_its_field_and_leaves_nothing(case: Case, changed: dict[str, Any], field: str) -> None:
    good = {"kind": EvidenceKind.CALLER_CHECK, "reference": "REC-1"}
    with clock.at(MORNING), pytest.raises(CaseError) as refused, turn(case, user=somebody()) as hand:
        evidence.add_reference(hand, **{**good, **changed})
    assert refused.value.field == field
    assert not Evidence.objects.filter(case=case).exists()
    assert told(case) == []


@pytest.mark.django_db
def test_what_is_missing_is_asked_in_one_query(case: Case) -> None:
    with turn(case, user=somebody()) as hand:
        evidence.add_reference(hand, kind=EvidenceKind.SLIP, reference="1")
    wanted = [EvidenceKind.CCTV, EvidenceKind.SLIP, EvidenceKind.OTP_LOG]
    with CaptureQueriesContext(connection) as queries:
        assert evidence.missing(case, wanted) == [EvidenceKind.CCTV, EvidenceKind.OTP_LOG]
        assert evidence.missing(case, []) == []
    assert len(queries) == 1


# the folder -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_file_kept_before_the_turn_is_not_written_again_under_the_lock(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = evidence.keep(case, upload())
    monkeypatch.setattr(evidence, "store", None)
    held = put(case, upload=kept)
    assert (held.uuid, held.stored_at) == (kept.uuid, kept.stored_at)


@pytest.mark.django_db
def test_a_write_that_breaks_off_leaves_neither_file_nor_row(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = set(Path(settings.REDRESS["EVIDENCE_ROOT"]).glob("??/??/*"))
    with pytest.raises(OSError, match="No space"):
        put(case)
    assert set(Path(settings.REDRESS["EVIDENCE_ROOT"]).glob("??/??/*")) == before
    assert not Evidence.objects.filter(case=case).exists()


@pytest.mark.django_db
def test_orphans_older_than_a_day_are_swept_and_nothing_else(
    case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(settings.REDRESS, "EVIDENCE_ROOT", str(tmp_path))
    held, orphan, fresh = put(case), evidence.keep(case, upload()), evidence.keep(case, upload())
    begun = tmp_path / f"{orphan.stored_at}.0a0a0a0a.begun"
    begun.write_bytes(b"half")
    two_days_ago = time.time() - 2 * 24 * 3600
    for path in (path_of(held), tmp_path / orphan.stored_at, begun):
        os.utime(path, (two_days_ago, two_days_ago))

    call_command("sweep_evidence", "--dry-run")
    assert (tmp_path / orphan.stored_at).exists()
    with clock.at(MORNING + timedelta(days=900)):  # a clock set for a demo ages no file
        call_command("sweep_evidence")

    assert "2" in capsys.readouterr().out
    (told,) = journal.entries("evidence:swept")
    assert (told.data, told.actor_number) == ({"count": 2}, "system")
    assert told.told["actor"]["cause"] == "command sweep_evidence"
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("??/??/*")}
    assert left == {held.stored_at, fresh.stored_at}


@pytest.mark.parametrize("name", ["../../../etc/passwd", "ab/cd/x", "/etc/passwd", "ab/cd/" + "a" * 32, ""])
def test_the_store_reads_and_drops_only_its_own_names(tmp_path: Path, name: str) -> None:
    store = storage.FileStore(tmp_path)
    with pytest.raises(storage.NotStored):
        store.get(name)
    with pytest.raises(storage.NotStored):
        store.drop(name)


def test_evidence_never_lies_where_a_web_server_may_serve_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "STATIC_ROOT", str(tmp_path))
    monkeypatch.setitem(settings.REDRESS, "EVIDENCE_ROOT", str(tmp_path / "evidence"))
    with pytest.raises(ImproperlyConfigured):
        storage.store()
