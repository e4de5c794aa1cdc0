"""The journal as a table for machines: every entry as it is kept, straight from PostgreSQL at the speed of its COPY.

tables/entries.csv beside tables/journal.csv, which tells the same in sentences. A body holds commitments and no
personal values; what people typed as names is guarded as in every other table (`cells.safe`).

Where values in clear were approved they stand in a last column, as the JSON text of name → value. PostgreSQL has no
key: a row that has any ends with its place, and Python puts the values where the place stood.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _, gettext_lazy

from record import personal

from . import chain, formats
from .bundle import BLOCK, Bundle
from .cells import FORMULA, cells, safe
from .scope import AT_ONCE, CASE, Scope

NAME: Final = "tables/entries.csv"
_MOMENT: Final = "to_char({} AT TIME ZONE %(zone)s, 'YYYY-MM-DD HH24:MI:SS.US')"
_GUARDED: Final = "CASE WHEN ltrim({0}, ' ') ~ %(formula)s THEN '''' || {0} ELSE {0} END"
_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
# Cases are named one by one as well: else every chunk would read those of the whole bank.
# Where an entry has personal values its place: neither quote, comma nor line is in it, so it stands in CSV as it is.
_PLACE: Final = """, CASE WHEN e.body LIKE '%%"personal":{"%%' THEN e.stream || '~' || e.number END"""
_COPY: Final = f"""
COPY (
    SELECT h.reference, e.number, e.kind, {_MOMENT.format("e.happened_at")}, {_MOMENT.format("e.recorded_at")},
        {_GUARDED.format("e.actor_number")}, {_GUARDED.format("e.actor_name")}, e.actor_role,
        {_GUARDED.format("e.for_whom")}, e.body, e.hash{{more}}
    FROM (
        SELECT h.*, c.reference
        FROM {chain.HEADS} JOIN cases_case c ON c.uuid = ANY(%(cases)s::uuid[]) AND c.uuid = substr(h.stream, 6)::uuid
        ORDER BY h.place OFFSET 0
    ) h JOIN record_entry e ON e.stream = h.stream AND e.number <= h.length
    ORDER BY h.place, e.number
) TO STDOUT (FORMAT csv)
"""  # noqa: S608  (constant text; values are parameters)
_STATEMENT: Final = _COPY.format(more="")
_CLEAR: Final = _COPY.format(more=_PLACE)


def write(scope: Scope, bundle: Bundle) -> None:
    """All entries the seal covers, in the order of the journal; the manifest counts rows without the head."""
    streams = [stream for stream in scope.streams if stream.startswith(CASE)]
    with bundle.member(NAME) as member:
        with member.table() as row:
            row(cells(_heads(is_clear=bool(scope.clear))))
        member.rows = 0
        for at in range(0, len(streams), AT_ONCE):
            names = streams[at : at + AT_ONCE]
            asked = {"seal": scope.seal.pk, "names": names, "cases": [name.removeprefix(CASE) for name in names]}
            asked |= {"zone": settings.BANK_TIME_ZONE, "formula": formula()}
            values = _values(scope, names)  # asked before: a connection that copies answers nothing else
            with connection.cursor() as cursor:
                with cursor.copy(_CLEAR if scope.clear else _STATEMENT, asked) as copy:
                    for block in _blocks(_opened(copy, values) if scope.clear else copy):
                        member.write(block)
                member.count(cursor.rowcount)
            scope.progress(len(names))


def _values(scope: Scope, names: Sequence[str]) -> Mapping[bytes, bytes]:
    """Place → its cell: the values of that entry by their names, guarded and quoted."""
    found: dict[str, dict[str, str]] = {}
    for stream, number, field, clear in chain.values(scope, names):
        found.setdefault(f"{stream}~{number}", {})[field] = clear[personal.SALT :].decode()
    return {place.encode(): _cell(values) for place, values in found.items()}


def _cell(values: Mapping[str, str]) -> bytes:
    """A cell of CSV as PostgreSQL would have written it."""
    text = _json({name: safe(value) for name, value in values.items()})  # it begins with a brace: no formula
    return b'"' + text.replace('"', '""').encode() + b'"'


def _opened(rows: Iterable[bytes | memoryview], values: Mapping[bytes, bytes]) -> Iterator[bytes]:
    """Each row with the values in place of its place. The server sends a row a message: that is the protocol's word."""
    for row in rows:
        line = bytes(row)
        if line.endswith(b",\n"):
            yield line
        else:
            head, _comma, place = line[:-1].rpartition(b",")
            yield head + b"," + values.get(place, b"") + b"\n"


def _blocks(rows: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """Some rows together: compressing and hashing each by itself costs more than the row."""
    held = bytearray()
    for row in rows:
        held += row
        if len(held) >= BLOCK:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def _heads(*, is_clear: bool) -> list[str]:
    return [
        *(_("Number of the complaint"), _("Entry"), _("Kind"), _("Happened at"), _("Recorded at"), _("Staff number")),
        *(_("Name"), _("Post"), _("For whom"), _("Body"), _("Hash")),
        *([_("Values in clear")] if is_clear else []),
    ]


def formula() -> str:
    """`cells.FORMULA` as a regular expression of PostgreSQL."""
    return "^[" + "".join(f"\\{sign}" if sign in "-]^\\" else sign for sign in FORMULA) + "]"


formats.register(formats.Format("entries", gettext_lazy("CSV of the journal as it is kept"), write))
