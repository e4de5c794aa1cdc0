"""What a bundle may hold beside the journal and its proofs: one registry, name → writer.

A further format is a module with a `write(scope, bundle)` and a line `formats.register(...)`, called in the `ready` of
its app. The page that asks, the command and the manifest take it from here; verify.py needs to know nothing of it, as
every file is under the manifest's signature.

    def write(scope: Scope, bundle: Bundle) -> None:
        with bundle.member("xes/log.xes") as member:        # streamed: never a whole log in memory
            for ids in scope.chunks():                      # ids of cases, in their order; also the progress bar
                for case in Case.objects.filter(pk__in=ids).order_by("pk"):
                    member.write(...)
                    member.count()                          # rows, if it has any: they stand in the manifest

    formats.register(Format("xes", _("XES event log"), write))

It runs in one REPEATABLE READ transaction that only reads, in the language and the bank's time. `scope.in_clear(case)`
says whether personal values of a case may be opened. Entries of the journal are read by `scope.entries(ids)`, which
ends at the seal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise

from .bundle import Bundle
from .scope import Scope

Writer = Callable[[Scope, Bundle], None]


@dataclass(frozen=True)
class Format:
    """One of what may be asked for. `passes` is how often it goes through all cases, its share of the progress bar.

    0: once for each table.

    `sealed`: it holds personal values by its nature (files of evidence), so that a second person has to agree.
    `lacks`: why this machine cannot write it, in words; empty when it can. Asked before an export is, and before it
    is made.
    """

    name: str
    title: "str | Promise"
    write: Writer
    passes: int = 1
    sealed: bool = False
    lacks: Callable[[], "str | Promise"] = str


FORMATS: Final[dict[str, Format]] = {}


def register(made: Format) -> None:
    """Make a format known. ValueError for a name that is taken."""
    if made.name in FORMATS:
        raise ValueError(f"The format {made.name} is registered twice.")
    FORMATS[made.name] = made
