"""What stands in a bundle: journal and proofs first, then the formats asked for, then what is read without us."""

import hashlib
import os
from pathlib import Path
from typing import Any, Final

from cases.models import Export
from record import clock
from record.body import canonical, stamp

from . import chain, checked
from .bundle import BLOCK, MANIFEST, SIGNATURE, Bundle
from .formats import FORMATS
from .scope import Scope

VERSION: Final = 1
SHIPPED: Final = Path(__file__).parent / "shipped"


def write(export: Export, scope: Scope, bundle: Bundle) -> dict[str, int]:
    """The whole bundle, from the snapshot that is open; its counts: cases, streams, entries."""
    at = clock.now()
    counts = {"cases": len(scope.cases), **chain.write(scope, bundle)}
    for name in export.formats:
        FORMATS[name].write(scope, bundle)
    for name in ("verify.py", "readme.txt"):
        bundle.whole(name, (SHIPPED / name).read_bytes())
    manifest = canonical(_manifest(export, scope, bundle, counts, stamp(at)))
    bundle.whole(MANIFEST, manifest)
    bundle.whole(SIGNATURE, chain.signed(manifest))
    return counts


def settled(path: Path) -> str:
    """The file forced to disk, and its SHA-256."""
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        os.fsync(file.fileno())
        while block := file.read(BLOCK):
            hashed.update(block)
    return f"sha256:{hashed.hexdigest()}"


def _manifest(export: Export, scope: Scope, bundle: Bundle, counts: dict[str, int], at: str) -> dict[str, Any]:
    """Who exported what, why and when, under which seal, and each file; what RFC 8785 holds and nothing else."""
    second = export.answered_by
    return {
        "v": VERSION,
        "kind": "redress export",
        "export": str(export.uuid),
        "asked_by": f"{scope.user.staff_number} {scope.user.display_name}",
        "asked_at": stamp(export.asked_at),
        "approved_by": f"{second.staff_number} {second.display_name}" if second else "",
        "purpose": scope.purpose,
        "scope": export.scope,
        "language": export.language,
        "formats": export.formats,
        "clear": export.clear,
        "cases_in_clear": len(scope.clear),
        "made_at": at,
        "seal": {"number": scope.seal.number, "sealed_at": stamp(scope.seal.sealed_at), "hash": scope.seal.hash},
        "counts": counts,
        "bank_found": checked.found(scope),
        "people": {"streams": scope.beside.people, "left_out": scope.beside.left_out},
        "editions": scope.beside.editions,
        "files": [member.told() for member in bundle.members],
    }
