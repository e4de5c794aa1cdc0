"""处理轨迹 on paper: every entry of the stream up to the seal, oldest first, as a sentence with both times."""

from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _

from record import personal
from record.models import Entry

from ..desk import timeline
from .blocks import Block, Note, Table
from .seeing import Seeing, both

VOLUME = 2000  # entries of one paper: some 90 pages, set in 250 MB


def volumes(seeing: Seeing) -> Iterator[list[Block]]:
    """One table of all of it, or several: a long history is bound in volumes, as its pages are held while they are set.

    There is always a first.
    """
    heads = [_("Entry"), _("Happened at"), _("What happened"), _("Who, post")]
    count = 0
    for some in _some(seeing):
        rows = list(_rows(some, seeing))
        count += len(rows)
        blocks: list[Block] = [Table(heads, rows, "line", none=_("Nothing is on record."))]
        if not seeing.in_clear:
            said = _("Texts people wrote are sealed in this export; “sealed” marks an entry that has some.")
            blocks.insert(0, Note(said))
        if seeing.trail.last and count < len(seeing.trail.proofs):
            blocks.append(Note(_("The time line goes on in the next volume.")))
        yield blocks


def _some(seeing: Seeing) -> Iterator[list[Entry]]:
    """The entries once more, a volume at a time: their bodies are too many to hold."""
    entries = seeing.scope.entries([seeing.case.pk]).iterator(chunk_size=1000)
    yield list(islice(entries, VOLUME))
    while some := list(islice(entries, VOLUME)):
        yield some


def _rows(entries: list[Entry], seeing: Seeing) -> Iterator[list[str]]:
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
