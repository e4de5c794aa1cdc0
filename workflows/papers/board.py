"""举证责任板 on paper: of each disputed transaction who must prove what, what is held, what is missing and costs."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _, pgettext

from cases import burden_words as words
from cases.actions import burden
from cases.burden import Grid, Stand, grids_of
from cases.burden_cells import Cell, Facts, State
from cases.models import BurdenFinding
from record.body import stamp

from .blocks import Block, Note, Table
from .seeing import Seeing, money, person, when
from .trail import Proof, entries_head, numbers


def blocks(seeing: Seeing) -> Iterator[Block]:
    """A table of elements and one of grounds a transaction."""
    facts = burden.facts(seeing.case)
    for number, grid in enumerate(grids_of(seeing.disputed, facts), 1):
        one = grid.transaction
        about = {"n": number, "id": one.bank_id, "sum": money(one.amount, one.currency), "at": when(one.booked_at)}
        about["type"] = one.get_type_display() or _("type not found yet")
        title = _("Transaction %(n)d: %(id)s, %(sum)s, %(at)s, %(type)s") % about
        heads = [_("Element"), _("Who must prove"), _("State"), _("Why, and what is held"), entries_head()]
        rows = [_row(cell, grid, facts, seeing) for cell in grid.cells if cell.row is not None]
        yield Table(heads, rows, "board", title=title)
        if idle := [words.title(cell.element) for cell in grid.cells if cell.row is None]:
            yield Note(_("Does not apply to such a transaction: %(what)s.") % {"what": _(", ").join(idle)})
        grounds = [_stand(stand) for stand in grid.stands]
        yield Table([pgettext("paper", "Ground"), _("Article"), _("State"), _("Not carried by")], grounds, "grounds")


def told(seeing: Seeing) -> list[dict[str, Any]]:
    """The same for a machine, in codes."""
    facts = burden.facts(seeing.case)
    return [
        {
            "transaction": grid.transaction.bank_id,
            "elements": [_cell_told(cell, grid, seeing) for cell in grid.cells if cell.row is not None],
            "grounds": [
                {"ground": one.ground.code, "article": one.ground.article, "state": one.standing, "lacks": [*one.lacks]}
                for one in grid.stands
            ],
        }
        for grid in grids_of(seeing.disputed, facts)
    ]


def _row(cell: Cell, grid: Grid, facts: Facts, seeing: Seeing) -> list[str]:
    if cell.row is None:
        return []
    title, claim, consequence = words.says(cell.row)
    why = [words.why(cell, grid.transaction, facts), _held(cell, seeing), _found(cell, seeing)]
    if cell.state != State.PROVED and cell.wanted:
        why.append(_("Would show it: %(what)s.") % {"what": words.kinds(cell.wanted)})
    if cell.is_missing:
        why.append(_("What follows: %(consequence)s") % {"consequence": consequence})
    return [
        f"{title}\n{claim}",
        f"{words.who(cell.row)}\n{words.BASES[cell.row.basis]}\n{cell.row.article}",
        str(words.STATES[cell.state]),
        "\n".join(filter(None, why)),
        numbers(_proofs(cell, seeing)),
    ]


def _held(cell: Cell, seeing: Seeing) -> str:
    found = [f"{seeing.number_of(record.pk)} {record}" for record in cell.held]
    return _("Held: %(what)s.") % {"what": _(", ").join(found)} if found else ""


def _found(cell: Cell, seeing: Seeing) -> str:
    """Whose finding it is, on what it rests, and why as far as it may be shown."""
    finding: Any = cell.finding
    if finding is None:
        return ""
    rests = _(", ").join(seeing.number_of(link.evidence_id) for link in finding.rests_on.all())
    about = {"who": person(finding.by), "at": when(finding.found_at), "rests": rests or _("no evidence")}
    said = _("Found by %(who)s at %(at)s, resting on %(rests)s.") % about
    return " ".join(filter(None, (said, seeing.text(finding, "reason"))))


def _proofs(cell: Cell, seeing: Seeing) -> list[Proof]:
    """Entries of what is held, of the finding, and of checks of the card where the element is about it."""
    records: list[Any] = [seeing.evidence[record.pk][1] for record in cell.held if record.pk in seeing.evidence]
    if isinstance(cell.finding, BurdenFinding):
        records.append(cell.finding)
    if cell.element == "real_card":
        records += list(seeing.case.card_checks.all())[-1:]
    if cell.row is not None:
        items = [item for item in seeing.case.evidence_items.all() if item.kind in cell.row.kinds]
        records += [item for item in items if item.transaction_id in (None, _about(cell)) and not item.evidence_id]
    return [proof for record in records for proof in seeing.trail.of(record, "state", "finding")]


def _about(cell: Cell) -> int | None:
    return cell.finding.transaction_id if cell.finding else None


def _cell_told(cell: Cell, grid: Grid, seeing: Seeing) -> dict[str, Any]:
    if cell.row is None:
        return {}
    finding: Any = cell.finding
    return {
        "element": cell.element,
        "who": [*cell.row.who],
        "basis": cell.row.basis,
        "article": cell.row.article,
        "state": cell.state,
        "why": cell.seen.why,
        "held": [seeing.number_of(record.pk) for record in cell.held],
        "wanted": [*cell.wanted] if cell.state != State.PROVED else [],
        "lost_after": stamp(cell.lost_after) if cell.lost_after else None,
        "found_by": finding.by.staff_number if finding and finding.by else None,
        "found_at": stamp(finding.found_at) if finding else None,
        "rests_on": [seeing.number_of(link.evidence_id) for link in finding.rests_on.all()] if finding else [],
        "entries": [proof.told() for proof in _proofs(cell, seeing)],
    }


def _stand(stand: Stand) -> list[str]:
    title, rule = stand.ground.says(words.language())
    lacks = _(", ").join(words.title(element) for element in stand.lacks)
    return [f"{stand.ground.code} {title}\n{rule}", stand.ground.article, str(words.STANDINGS[stand.standing]), lacks]
