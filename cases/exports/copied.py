"""The journal as a table for machines: every entry as it is kept, straight from PostgreSQL at the speed of its COPY.

tables/entries.csv beside tables/journal.csv, which tells the same in sentences. A body holds commitments and no
personal values; what people typed as names is guarded as in every other table (`cells.safe`).
"""

from collections.abc import Iterable, Iterator
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _, gettext_lazy

from . import formats
from .bundle import BLOCK, Bundle
from .cells import FORMULA, cells
from .scope import AT_ONCE, Scope

NAME: Final = "tables/entries.csv"
_MOMENT: Final = "to_char({} AT TIME ZONE %(zone)s, 'YYYY-MM-DD HH24:MI:SS.US')"
_GUARDED: Final = "CASE WHEN ltrim({0}, ' ') ~ %(formula)s THEN '''' || {0} ELSE {0} END"
_STATEMENT: Final = f"""
COPY (
    SELECT c.reference, e.number, e.kind, {_MOMENT.format("e.happened_at")}, {_MOMENT.format("e.recorded_at")},
        {_GUARDED.format("e.actor_number")}, {_GUARDED.format("e.actor_name")}, e.actor_role,
        {_GUARDED.format("e.for_whom")}, e.body, e.hash
    FROM record_entry e
    JOIN record_sealedhead h ON h.seal_id = %(seal)s AND h.stream = e.stream AND e.number <= h.length
    JOIN cases_case c ON c.uuid = substr(e.stream, 6)::uuid
    WHERE e.stream = ANY(%(streams)s) ORDER BY e.stream COLLATE "C", e.number
) TO STDOUT (FORMAT csv)
"""  # noqa: S608  (constant text; values are parameters)


def write(scope: Scope, bundle: Bundle) -> None:
    """All entries the seal covers, in the order of the journal; the manifest counts rows without the head."""
    streams = [stream for stream in scope.streams if stream.startswith("case:")]
    with bundle.member(NAME) as member:
        with member.table() as row:
            row(cells(_heads()))
        member.rows = 0
        for at in range(0, len(streams), AT_ONCE):
            names = streams[at : at + AT_ONCE]
            values = {"seal": scope.seal.pk, "streams": names, "zone": settings.BANK_TIME_ZONE, "formula": formula()}
            with connection.cursor() as cursor:
                with cursor.copy(_STATEMENT, values) as copy:
                    for block in _blocks(copy):
                        member.write(block)
                member.count(cursor.rowcount)
            scope.progress(len(names))


def _blocks(copy: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """Some rows together: compressing and hashing each by itself costs more than the row."""
    held = bytearray()
    for row in copy:
        held += row
        if len(held) >= BLOCK:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def _heads() -> list[str]:
    return [
        *(_("Number of the complaint"), _("Entry"), _("Kind"), _("Happened at"), _("Recorded at"), _("Staff number")),
        *(_("Name"), _("Post"), _("For whom"), _("Body"), _("Hash")),
    ]


def formula() -> str:
    """`cells.FORMULA` as a regular expression of PostgreSQL."""
    return "^[" + "".join(f"\\{sign}" if sign in "-]^\\" else sign for sign in FORMULA) + "]"


formats.register(formats.Format("entries", gettext_lazy("CSV of the journal as it is kept"), write))
