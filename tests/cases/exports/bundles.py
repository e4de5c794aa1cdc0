"""Bundles of tests: made by the product, unpacked, tampered with, verified by the file that lies in them."""

import importlib.util
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from accounts.models import User
from cases.actions import exports
from cases.exports import run
from cases.exports.shipped import verify
from cases.models import Case, Export

SHIPPED = Path(verify.__file__)


def asked(user: User, *cases: Case, formats: tuple[str, ...] = ("csv", "xlsx"), **more: Any) -> Export:
    """An export of these cases, asked for."""
    scope = more.pop("scope", {"cases": [str(case.uuid) for case in cases]})
    wanted = {"purpose": "现场检查", "language": "zh-hans", **more}
    return exports.ask(user=user, scope=scope, formats=list(formats), **wanted)


def made(export: Export) -> Export:
    """Made by a worker, and read again."""
    while run.run_next():
        continue
    export.refresh_from_db()
    return export


def unpacked(path: Path, to: Path) -> Path:
    """The folder of a bundle."""
    with zipfile.ZipFile(path) as file:
        file.extractall(to)
    return to


def verified(path: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit code and outcome of the shipped file, run by a bare Python that sees nothing of ours."""
    command = [sys.executable, "-I", "-S", str(SHIPPED), str(path), "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def found(path: Path, *fingerprints: str) -> set[str]:
    """What is wrong with a bundle, by its names."""
    return {code for code, *_where in verify.Verifier(str(path), fingerprints).run().found}


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """The lines of a JSON Lines file."""
    return [json.loads(line) for line in (folder / name).read_bytes().splitlines()]


def rewrite(folder: Path, name: str, lines: list[dict[str, Any]]) -> None:
    """The same file with other lines, and a manifest that agrees with it again, as a forger would leave it."""
    (folder / name).write_bytes(b"".join(verify.plain(line) + b"\n" for line in lines))
    agree(folder, name)


def agree(folder: Path, name: str) -> None:
    """Size and digest of a file in the manifest as they are now; its signature cannot be."""
    import hashlib

    manifest = json.loads((folder / "manifest.json").read_bytes())
    data = (folder / name).read_bytes()
    for one in manifest["files"]:
        if one["name"] == name:
            one.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    (folder / "manifest.json").write_bytes(verify.plain(manifest))


def copied(folder: Path, to: Path) -> Path:
    """A copy to tamper with."""
    return Path(shutil.copytree(folder, to))


def names(folder: Path) -> Iterator[str]:
    """Every file of it."""
    yield from (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())


def load() -> Any:
    """The shipped file as a module of its own, as it would be read from a bundle."""
    spec = importlib.util.spec_from_file_location("shipped_verify", SHIPPED)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
