"""What a forger does to a bundle on his own computer, with the manifest made to agree again, and what names it."""

import base64
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings as hypothesis, strategies as st

from cases.exports.shipped import verify
from tests.cases.exports.bundles import agree, copied, found, names, rewrite, rows, verified

pytestmark = pytest.mark.django_db  # for the bundle they share; none of them looks into the database

FORGED = "manifest_forged"
JOURNAL, PROOFS, SEALS, OPENED = "journal.jsonl", "proofs.jsonl", "seals.jsonl", "opened.jsonl"
Lines = list[dict[str, Any]]


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy to tamper with; it was right before."""
    made = copied(whole, tmp_path / "bundle")
    assert found(made) == set()
    return made


def within(lines: Lines, at: int = 3) -> int:
    """Where an entry stands that has others of its stream before and behind it."""
    return next(n for n, line in enumerate(lines) if line["number"] == at and lines[n + 2]["stream"] == line["stream"])


def edited(lines: Lines) -> Lines:
    at = within(lines)
    lines[at]["body"] = lines[at]["body"].replace('"actor":', '"actor" :')
    return lines


def hashed_anew(lines: Lines) -> Lines:
    """An entry altered, and every hash behind it computed again: what nobody needs a key for."""
    at = within(lines)
    stream, head = lines[at]["stream"], lines[at]["previous"]
    lines[at]["body"] = lines[at]["body"].replace('"v":1', '"v":2')
    for line in lines[at:]:
        if line["stream"] == stream:
            line["previous"] = head
            line["hash"] = head = verify.chained(head, line["body"], line["algorithm"])
    return lines


def swapped(lines: Lines) -> Lines:
    at = within(lines)
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    return lines


def without(lines: Lines) -> Lines:
    del lines[within(lines)]
    return lines


def doubled(lines: Lines) -> Lines:
    at = within(lines)
    return [*lines[: at + 1], dict(lines[at]), *lines[at + 1 :]]


def cut(lines: Lines) -> Lines:
    return lines[:-2]


def without_a_stream(lines: Lines) -> Lines:
    return [line for line in lines if line["stream"] != lines[0]["stream"]]


def strange_stream(lines: Lines) -> Lines:
    first = dict(lines[0])
    body = first["body"].replace(first["stream"], "case:ffffffff-0000-4000-8000-000000000000")
    first.update(stream="case:ffffffff-0000-4000-8000-000000000000", body=body)
    first["hash"] = verify.chained(first["previous"], body, first["algorithm"])
    cases = [line for line in lines if line["stream"].startswith("case:")]
    return [*cases, first, *lines[len(cases) :]]


@pytest.mark.parametrize(
    ("file", "change", "named"),
    [
        (JOURNAL, edited, "entry_changed"),
        (JOURNAL, hashed_anew, "stream_forged"),
        (JOURNAL, swapped, "entry_order"),
        (JOURNAL, without, "entry_removed"),
        (JOURNAL, doubled, "entry_inserted"),
        (JOURNAL, cut, "stream_cut"),
        (JOURNAL, without_a_stream, "stream_missing"),
        (JOURNAL, strange_stream, "proof_missing"),
        (JOURNAL, lambda lines: [*lines, lines[0]], "stream_order"),
        (PROOFS, lambda lines: lines[1:], "proof_missing"),
        (PROOFS, lambda lines: [{**lines[0], "length": lines[0]["length"] - 1}, *lines[1:]], "proof_wrong"),
        (PROOFS, lambda lines: [{**lines[0], "seal": 1}, *lines[1:]], "proof_old"),
        (SEALS, lambda lines: lines[:-1], "seal_old"),
        (SEALS, lambda lines: lines[1:], "seal_missing"),
        (SEALS, lambda lines: lines[::-1], "seal_order"),
        (SEALS, lambda lines: [lines[0], {**lines[1], "body": lines[0]["body"]}], "seal_changed"),
        (SEALS, lambda lines: [lines[0], {**lines[1], "signature": lines[0]["signature"]}], "seal_forged"),
        (OPENED, lambda lines: [{**lines[0], "value": "另一句"}, *lines[1:]], "value_other"),
    ],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_a_forger_who_makes_the_manifest_agree_is_named(
    file: str, change: Callable[[Lines], Lines], named: str, folder: Path
) -> None:
    rewrite(folder, file, change(rows(folder, file)))

    assert {FORGED, named} <= found(folder)
    code, outcome = verified(folder)
    assert code == 1
    assert named in {one["what"] for one in outcome["found"]}


def test_a_stream_goes_on_behind_its_seal(folder: Path) -> None:
    lines = rows(folder, JOURNAL)
    last = lines[-1]
    number = last["number"] + 1
    body = last["body"].replace(f'"number":{last["number"]},"personal"', f'"number":{number},"personal"')
    more = {**last, "number": number, "previous": last["hash"], "body": body}
    rewrite(folder, JOURNAL, [*lines, {**more, "hash": verify.chained(last["hash"], body, last["algorithm"])}])
    assert "stream_longer" in found(folder)


def test_a_whole_older_state_put_in_again_is_an_old_seal(folder: Path) -> None:
    """Seals and proofs of an earlier day agree with each other; the manifest says up to when it is complete."""
    seal = rows(folder, SEALS)[0]
    rewrite(folder, SEALS, [seal])
    rewrite(folder, PROOFS, [{**line, "seal": 1} for line in rows(folder, PROOFS)])
    assert {"seal_old", "proof_old", FORGED} <= found(folder)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda folder: (folder / "tables/cases.csv").unlink(), "file_missing"),
        (lambda folder: (folder / "tables/more.csv").write_text("x"), "file_extra"),
        (lambda folder: shutil.copy(folder / "tables/money.csv", folder / "tables/steps.csv"), "file_changed"),
        (lambda folder: (folder / "tables/Ä .csv").write_text("x"), "file_name"),
        (lambda folder: (folder / "tables/link.csv").symlink_to("/etc/hostname"), "file_extra"),
        (lambda folder: (folder / "manifest.sig").unlink(), "file_unreadable"),
        (lambda folder: (folder / "keys.json").write_text("[]"), "file_unreadable"),
        (lambda folder: (folder / "journal.jsonl").write_bytes(b"\xff\n"), "file_unreadable"),
    ],
    ids=["removed", "put in", "swapped", "name", "link", "unsigned", "no keys", "no rows"],
)
def test_files_that_are_missing_swapped_or_too_many_are_named(change: Any, named: str, folder: Path) -> None:
    change(folder)
    assert named in found(folder)


def test_a_manifest_that_leads_out_of_the_folder_opens_nothing(folder: Path) -> None:
    secret = folder.parent / "secret"
    secret.write_text("x")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["files"].append({"name": "../secret", "size": 1, "sha256": hashlib.sha256(b"x").hexdigest()})
    (folder / "manifest.json").write_bytes(verify.plain(manifest))
    assert found(folder) == {"file_name", FORGED}


def test_a_zip_with_a_file_twice_or_a_way_out_is_named(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name in names(whole):
            made.write(whole / name, name)
    assert found(path) == set()
    with zipfile.ZipFile(path, "a") as made:
        made.writestr("../../evil.py", "x")
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("keys.json", (whole / "keys.json").read_bytes())
    assert found(path) == {"file_name", "file_twice"}


def test_whoever_signs_with_a_key_of_his_own_is_shown_by_its_fingerprint_alone(folder: Path) -> None:
    """Everything computed and signed anew: without another way to the right fingerprint nothing can show it."""
    right = verify.Verifier(str(folder)).run().signer
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    mine = {"algorithm": "ed25519", "public": base64.b64encode(public).decode(), "fingerprint": "0" * 64}
    key = next(iter(json.loads((folder / "keys.json").read_bytes())))
    (folder / "keys.json").write_bytes(verify.plain({key: mine}))
    lines, previous = rows(folder, SEALS), ""
    for line in lines:
        body = json.loads(line["body"])
        body["previous"] = previous or body["previous"]
        line["body"] = verify.plain(body).decode()
        line["hash"] = previous = verify.chained(body["previous"], line["body"], body["algorithm"])
        line["signature"] = base64.b64encode(private.sign(b"redress seal 1\n" + line["body"].encode())).decode()
    rewrite(folder, SEALS, lines)
    agree(folder, "keys.json")
    manifest = (folder / "manifest.json").read_bytes()
    signature = base64.b64encode(private.sign(b"redress export 1\n" + manifest)).decode()
    told = {"algorithm": "ed25519", "key": key, "signature": signature}
    (folder / "manifest.sig").write_bytes(verify.plain(told))

    assert found(folder) == set()
    assert found(folder, right) == {"key_other"}
    assert found(folder, verify.Verifier(str(folder)).run().signer.upper()) == set()


@hypothesis(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_single_bit_of_any_file_is_found(data: st.DataObject, whole: Path, tmp_path: Path) -> None:
    if not (tmp_path / "bundle").exists():
        copied(whole, tmp_path / "bundle")
    path = tmp_path / "bundle" / data.draw(st.sampled_from(sorted(names(tmp_path / "bundle"))))
    right = path.read_bytes()
    at = data.draw(st.integers(0, len(right) * 8 - 1))
    other = bytearray(right)
    other[at // 8] ^= 1 << at % 8
    path.write_bytes(bytes(other))
    try:
        assert _is_found(tmp_path / "bundle"), (path.name, at)
    finally:
        path.write_bytes(right)


def _is_found(folder: Path) -> bool:
    try:
        return found(folder) != set()
    except verify.Unreadable:
        return True
