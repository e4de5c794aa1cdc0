"""Blocks → HTML → PDF: a paper of one case, with what stands on each of its pages."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from django.template.loader import render_to_string
from django.utils.translation import gettext as _, pgettext

from cases.exports import typeset
from cases.exports.bundle import Bundle
from cases.exports.scope import Scope
from record import clock
from record.body import stamp
from record.models import Stream

from .blocks import Facts, Note, Section
from .seeing import Seeing, person, when

STYLE: Final = Path(__file__).with_name("paper.css")


@dataclass
class Paper:
    """What is printed: `title` on the first page and in the file's properties, `running` at the head of each page.

    `front`: facts of the first page. `contents`: a table of contents on it, and each section where it falls.
    """

    name: str
    title: str
    running: str
    front: Facts
    sections: list[Section] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    contents: bool = False


def put(paper: Paper, scope: Scope, bundle: Bundle) -> int:
    """Set it into the bundle under its name; how many pages it has. NotSet; Gone when nobody wants it any more."""
    html = page_of(paper, scope)
    with bundle.member(paper.name) as member:
        beat = partial(scope.progress, 0)
        return typeset.put(member, html, STYLE.read_text(encoding="utf-8"), beat=beat, folder=bundle.folder)


def page_of(paper: Paper, scope: Scope) -> str:
    """The paper as HTML, in the active language."""
    at = clock.now()
    mark = f"{scope.user.staff_number} {scope.user.display_name} · {when(at)}"
    return render_to_string(
        "papers/paper.html",
        {"paper": paper, "mark": mark, "made_at": stamp(at), "seal": scope.seal.number, "language": scope.language},
    )


def about(seeing: Seeing) -> list[tuple[str, str]]:
    """Which complaint it is, who had the paper made, why, when, and up to where it is complete."""
    case, scope, last = seeing.case, seeing.scope, seeing.trail.last
    return [
        (_("Kind"), case.get_kind_display()),
        (_("Customer"), case.customer.name_masked if case.customer else _("not known")),
        (_("Handling unit"), case.handling_unit.label),
        (_("Received by the bank"), when(case.received_at)),
        (_("State"), case.get_state_display()),
        (pgettext("paper", "Made by"), person(scope.user)),
        (_("Made at"), when(clock.now())),
        (_("What for"), scope.purpose),
        (_("Personal values"), _("in clear, as a second person agreed") if seeing.in_clear else _("masked or sealed")),
        (_("Seal"), _("no. %(n)d of %(at)s") % {"n": scope.seal.number, "at": when(scope.seal.sealed_at)}),
        (_("Complete up to"), when(scope.seal.sealed_at)),
        (_("Stream"), case.stream),
        (_("Entries under the seal"), f"{last.number}\n{last.hash}" if last else "0"),
    ]


def after_seal(seeing: Seeing) -> int:
    """How many entries came between the seal and the snapshot: what they changed stands here and is not proved."""
    length = Stream.objects.filter(key=seeing.case.stream).values_list("length", flat=True).first() or 0
    return max(0, length - (seeing.trail.last.number if seeing.trail.last else 0))


def notes(seeing: Seeing) -> list[Note]:
    """How to check it, and what is not proved."""
    found = [
        Note(
            _(
                "#12 is entry 12 of the stream named above, as it stands in journal.jsonl of the same bundle. "
                "verify.py in the bundle checks every entry, the seal, and that this file is the one that was made."
            )
        )
    ]
    if late := after_seal(seeing):
        said = _("Entries that came after the seal: %(n)d. What they changed may stand here and is not proved by it.")
        found.append(Note(said % {"n": late}))
    return found
