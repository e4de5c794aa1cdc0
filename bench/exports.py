"""Exporting the journal as a table against a bare COPY of the same rows; and what a whole export takes of memory."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from django.utils import timezone, translation

from accounts.models import User
from bench import filled
from bench.figures import ratios
from cases.exports import chain, copied, writing
from cases.exports.bundle import Bundle
from cases.exports.formats import FORMATS
from cases.exports.run import snapshot
from cases.exports.scope import Scope
from cases.exports.shipped import verify
from cases.models import Case, Export
from record import clock, seals
from record.models import Seal

# How many cases, the beginning of their numbers, and the first byte of their uuids.
SIZES = {"10k": (400, "74", 4), "100k": (4_000, "75", 5), "1m": (40_000, "76", 6)}
ROUNDS = 3
TABLES = ("csv", "entries", "xlsx", "xes", "ocel")


def against_copy(size: str = "100k", *, clear: bool = False) -> list[float]:
    """Time of a bare COPY TO over that of the table of the journal, compressed and hashed as it is in a bundle.

    `clear`: with what was sealed, opened case by case.
    """
    scope = _scope(size, clear=clear)
    return ratios(partial(_table, scope), partial(_bare, scope), rounds=ROUNDS)


def masked_against_clear() -> list[float]:
    """Time of the table without values in clear over the time with them."""
    return ratios(partial(_table, _scope("100k", clear=True)), partial(_table, _scope("100k")), rounds=ROUNDS)


def growth() -> list[float]:
    """Time a row of the table takes at a million entries over that at ten thousand; small and large take turns."""
    return _growth(_table)


def growth_of_verifying() -> list[float]:
    """The same of what verify.py does with a bundle of the journal."""
    with TemporaryDirectory() as folder:
        paths = {size: _bundle_of_journal(size, Path(folder)) for size in ("10k", "1m")}

        def verified(scope: Scope) -> None:
            size = next(size for size, (cases, *_rest) in SIZES.items() if cases == len(scope.cases))
            found = verify.Verifier(str(paths[size])).run()
            assert (found.found, found.entries) == ([], len(scope.cases) * filled.EACH)

        return _growth(verified, rounds=1)


def peak(size: str = "100k") -> list[float]:
    """The most memory a process of its own held while it wrote journal, proofs and all tables and logs, in MB."""
    return [_alone(f"exports.whole('{size}')")]


def peak_growth() -> list[float]:
    """That of a million entries over that of ten thousand."""
    small, large = _alone("exports.whole('10k')"), _alone("exports.whole('1m')")
    return [large / small]


def peak_of_verifying(size: str = "1m") -> list[float]:
    """The same of a bare verify.py that reads the journal and its proofs."""
    with TemporaryDirectory() as folder:
        path = _bundle_of_journal(size, Path(folder))
        code = (
            "import sys; sys.path.insert(0, sys.argv[1]); import verify;"
            "assert verify.Verifier(sys.argv[2]).run().found == [];"
            "print(next(int(one.split()[1]) / 1024 for one in open('/proc/self/status') if one.startswith('VmHWM')))"
        )
        command = [sys.executable, "-I", "-S", "-c", code, str(Path(verify.__file__).parent), str(path)]
        return [float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)]


def whole(size: str) -> None:
    """Write all of it with values in clear, then print this process's peak."""
    scope = _scope(size, clear=True)
    with TemporaryDirectory() as folder, _as_a_worker():
        bundle = Bundle(Path(folder) / "bundle.zip", clock.now())
        chain.write(scope, bundle)
        for name in TABLES:
            FORMATS[name].write(scope, bundle)
        bundle.close()
    sys.stdout.write(str(_most_held()))


def _most_held() -> float:
    """The peak of this process in MB; what getrusage tells of a child begins with its parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _growth(side: Callable[[Scope], None], rounds: int = ROUNDS) -> list[float]:
    small, large = _scope("10k"), _scope("1m")
    found = []
    for _round in range(rounds):
        # A small one is over in a blink: several of them, so that both see the machine alike.
        short = statistics.median(_seconds(partial(side, small)) for _again in range(5))
        found.append(_seconds(partial(side, large)) / short * len(small.cases) / len(large.cases))
    return found


def _seconds(side: Callable[[], None]) -> float:
    began = time.perf_counter()
    side()
    return time.perf_counter() - began


def _alone(call: str) -> float:
    """What a process of its own prints at the end."""
    code = f"import bench.__main__ as bench; bench.set_up(); from bench import exports; {call}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    return float(done.stdout)


def _table(scope: Scope) -> None:
    with TemporaryDirectory() as folder, _as_a_worker():
        bundle = Bundle(Path(folder) / "bundle.zip", clock.now())
        copied.write(scope, bundle)
        bundle.close()
        assert [member.rows for member in bundle.members] == [len(scope.cases) * filled.EACH]


def _bare(scope: Scope) -> None:
    """All columns of the rows as text, as fast as PostgreSQL gives them."""
    read = 0
    with connection.cursor() as cursor:
        statement = (
            "COPY (SELECT * FROM record_entry WHERE stream = ANY(%s) ORDER BY stream, number) TO STDOUT (FORMAT csv)"
        )
        with cursor.copy(statement, [list(scope.streams)]) as copy:
            for block in copy:
                read += len(block)
    assert read > len(scope.cases) * filled.EACH * 500


def _bundle_of_journal(size: str, folder: Path) -> Path:
    """Journal, proofs, seals and keys under a signed manifest, as every bundle has them."""
    scope, path = _scope(size), folder / f"{size}.zip"
    with _as_a_worker():
        bundle = Bundle(path, clock.now())
        export = Export(asked_by=scope.user, scope={"list": "bench"}, language=scope.language, formats=[])
        writing.write(export, scope, bundle)
        bundle.close()
    return path


@contextmanager
def _as_a_worker() -> Iterator[None]:
    """One snapshot, in the language and the time of the bank."""
    with snapshot(), translation.override("zh-hans"), timezone.override("Asia/Shanghai"):
        yield


def _scope(size: str, *, clear: bool = False) -> Scope:
    """The cases of that size under a seal that names them all; built once."""
    count, begins, byte = SIZES[size]
    cases = Case.objects.filter(reference__startswith=f"{begins}-").order_by("pk")
    if not cases.exists():
        filled.fill(byte << 120, count, begins + "-{:07d}-0")
    ids = list(cases.values_list("pk", flat=True))
    streams = sorted(f"case:{uuid}" for uuid in cases.values_list("uuid", flat=True))
    named = Seal.objects.filter(heads__stream=streams[0]).order_by("-pk").first()
    seal = named if named and named.streams >= count else seals.seal(also=streams)
    assert seal is not None
    user = User.objects.order_by("pk")[0]
    return Scope(user, "zh-hans", ids, streams, seal, clear=frozenset(ids) if clear else frozenset())
