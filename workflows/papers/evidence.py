"""Evidence on paper: what is on file with digests and both times, what was asked for, what was not kept."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from cases.exports import files
from cases.models import Evidence, EvidenceItem
from record.body import stamp

from . import answers
from .blocks import Block, Table
from .seeing import Seeing, person, shown, until, when
from .trail import entries_head, numbers


def blocks(seeing: Seeing) -> Iterator[Block]:
    """On file; then asked for and not kept."""
    heads = [
        _("No."),
        _("Kind"),
        _("Number or file, SHA-256"),
        _("Happened at"),
        _("Recorded at"),
        _("Added by"),
        entries_head(),
    ]
    rows = [_row(number, one, seeing) for number, one in seeing.evidence.values()]
    yield Table(heads, rows, "evidence", title=_("On file"), none=_("Nothing is on file."))
    gone = answers.not_kept(seeing)
    heads = [_("What"), _("Asked of, and when"), _("Overwritten from"), _("Answer"), _("Bears on"), entries_head()]
    rows = [_item(one, seeing) for one in gone]
    yield Table(
        heads, rows, "gone", title=_("Not kept"), none=_("Nothing that was asked for was reported lost or missing.")
    )
    if wait := answers.awaited(seeing):
        yield Table(heads, [_item(one, seeing) for one in wait], "gone", title=_("Asked for and not come yet"))


def told(seeing: Seeing) -> list[dict[str, Any]]:
    """The list for a machine; `file` is its name in the bundle, where files go along."""
    return [
        {
            "number": number,
            "uuid": str(one.uuid),
            "kind": one.kind,
            "reference": one.reference or None,
            "size": one.size or None,
            "digest": one.digest_clear or None,
            "happened_at": stamp(one.happened_at),
            "recorded_at": stamp(one.recorded_at),
            "added_by": one.added_by.staff_number if one.added_by else None,
            "file": _file(one, seeing) or None,
            "entries": [proof.told() for proof in seeing.trail.of(one)],
        }
        for number, one in seeing.evidence.values()
    ]


def _row(number: str, one: Evidence, seeing: Seeing) -> list[str]:
    size = _("file, %(n)s bytes") % {"n": f"{one.size:,}"} if one.stored_at else ""
    held = "\n".join(filter(None, (one.reference, size, one.digest_clear, _file(one, seeing))))
    who = person(one.added_by) or _("the system")
    return [
        *(number, one.get_kind_display(), held, when(one.happened_at), when(one.recorded_at)),
        *(who, numbers(seeing.trail.of(one))),
    ]


def _file(one: Evidence, seeing: Seeing) -> str:
    """Where the file lies in this bundle; empty where files do not go along."""
    return files.name_of(one) if one.stored_at and seeing.case.pk in seeing.scope.files else ""


def _item(one: EvidenceItem, seeing: Seeing) -> list[str]:
    statement = seeing.number_of(one.statement_id)
    answer = [one.get_state_display(), when(one.answered_at)]
    answer.append(_("signed statement: %(number)s") % {"number": statement} if statement else "")
    answer.append(seeing.text(one, "reason"))
    lost = "\n".join(filter(None, (until(one.lost_after), shown(one, "lost_by")))) or _("not known")
    return [
        f"{one.get_kind_display()}\n{answers.transaction_words(seeing, one.transaction_id)}",
        f"{one.get_asked_of_display()}\n{when(one.ordered_at)}",
        lost,
        "\n".join(filter(None, answer)),
        answers.effect_of(one, seeing),
        numbers(seeing.trail.of(one, "state")),
    ]
