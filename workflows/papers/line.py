"""处理轨迹 on paper: every entry of the stream up to the seal, oldest first, as a sentence with both times."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from record import personal
from record.models import Entry

from ..desk import timeline
from .blocks import Block, Note, Table
from .seeing import Seeing, both

AT_ONCE = 500  # entries whose sealed texts are opened together


def blocks(seeing: Seeing) -> Iterator[Block]:
    """One table of all of it."""
    heads = [_("Entry"), _("Happened at"), _("What happened"), _("Who, post")]
    rows = [row for some in _some(seeing) for row in _rows(some, seeing)]
    if not seeing.in_clear:
        yield Note(_("Texts people wrote are sealed in this export; “sealed” marks an entry that has some."))
    yield Table(heads, rows, "line", none=_("Nothing is on record."))


def _some(seeing: Seeing) -> Iterator[list[Entry]]:
    """The entries once more, in parts: their bodies are too many to hold."""
    held: list[Entry] = []
    for entry in seeing.scope.entries([seeing.case.pk]).iterator(chunk_size=AT_ONCE):
        held.append(entry)
        if len(held) == AT_ONCE:
            yield held
            held = []
    yield held


def _rows(entries: Iterable[Entry], seeing: Seeing) -> Iterator[list[str]]:
    entries = list(entries)
    opened = personal.reveal_all(entries, purpose="export") if seeing.in_clear else {}
    for entry in entries:
        words = [timeline.said(entry, seeing.case)]
        if seeing.in_clear:
            words += [f"{name}: {text}" for name, text in timeline.texts(opened.get(entry.number, {}))]
        elif personal.named(entry):
            words.append(_("sealed"))
        who = _("the system") if entry.actor_number == "system" else f"{entry.actor_name} {entry.actor_number}"
        place = _("for %(whom)s") % {"whom": entry.for_whom} if entry.for_whom else ""
        by = " · ".join(filter(None, (who, timeline.role_words(entry.actor_role), place)))
        yield [str(entry.number), both(entry.happened_at, entry.recorded_at), "\n".join(words), by]
