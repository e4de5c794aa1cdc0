"""Drafts of 核实情况 and 依据和理由 for the decision letter (CBIRC 2020 No.3 art. 19), and of why proof is missing.

Every sentence is made from a row: of the board, of a transaction, of the table of grounds. Nothing a person wrote for
colleagues goes into a letter, and nothing is said that no row says. Whoever tells the decision may change all of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _, override

from cases import burden_words as words, rules, sums
from cases.actions import burden, general
from cases.burden import Grid, grids_of
from cases.burden_cells import Cell, Facts, State
from cases.models import Case
from knowledge.ground_table import table as grounds
from record.errors import KeyDestroyed


@dataclass(frozen=True)
class Draft:
    """Texts of the letter, in one language; the decision only where somebody wrote what is due."""

    findings: str
    reasons: str
    decision: str = ""


def drafts(case: Case, *languages: str) -> list[Draft]:
    """The drafts in these languages, in their order, from one reading of the case."""
    if not rules.is_card_fraud(case):
        return [_looked_into(case)] * len(languages)
    facts = burden.facts(case, shown=False)
    grids = grids_of(list(case.transactions.disputed().select_related("handed_on_to")), facts)
    return [draft(grids, facts, language) for language in languages]


def draft(grids: Sequence[Grid], facts: Facts, language: str) -> Draft:
    """Both texts in this language."""
    with override(language):
        return Draft("\n".join(_findings(grids, facts)), "\n".join(_reasons(grids)))


def _looked_into(case: Case) -> Draft:
    """A complaint without a board: as whoever looked into it wrote it, for the customer to read."""
    found = general.latest(case)
    if found is None:
        return Draft("", "")
    try:
        findings, due = (found.reveal(name, purpose=general.PURPOSE) for name in ("findings", "due"))
    except KeyDestroyed:
        return Draft("", "")
    return Draft(findings, "", due)


def missing_reason(grid: Grid) -> str:
    """What is missing of a transaction and who bears it, for a decision on L0 or L4; empty when nothing is missing."""
    return " ".join(_missing(cell) for cell in grid.missing)


def _findings(grids: Sequence[Grid], facts: Facts) -> Iterator[str]:
    if facts.told_at is not None:
        yield _("The bank was told at %(told)s.") % {"told": words.when(facts.told_at)}
    if facts.stopped_at is not None:
        yield _("The card is stopped since %(stopped)s.") % {"stopped": words.when(facts.stopped_at)}
    elif facts.declined_at is not None:
        yield _("The card was not stopped; that was recorded at %(declined)s.") % {
            "declined": words.when(facts.declined_at)
        }
    for number, grid in enumerate(grids, start=1):
        yield _head(number, grid)
        for cell in grid.cells:
            if cell.row is not None and _is_told(cell):
                yield "· " + _finding(cell, grid, facts)


def _is_told(cell: Cell) -> bool:
    """The customer hears what was looked into; a question nobody raised is no finding."""
    return cell.element not in ("notice", "acquirer") and cell.seen.why not in ("not_claimed", "to_judge")


def _finding(cell: Cell, grid: Grid, facts: Facts) -> str:
    said = _("%(title)s: %(why)s") % {
        "title": words.title(cell.element),
        "why": words.why(cell, grid.transaction, facts),
    }
    return f"{said}{_on(cell)}"


def _on(cell: Cell) -> str:
    """The evidence it rests on, by kind and time."""
    if not cell.held or cell.state not in (State.PROVED, State.CONTESTED):
        return ""
    shown = dict.fromkeys((record.kind, record.happened_at) for record in cell.held)
    names = (f"{words.kinds((kind,))} {words.when(at)}" for kind, at in shown)
    return _(" (On file: %(records)s.)") % {"records": _(", ").join(names)}


def _head(number: int, grid: Grid) -> str:
    one = grid.transaction
    place = _(", ").join(part for part in (one.get_channel_display(), one.merchant, one.abroad) if part)
    return _("%(number)d. %(when)s, %(place)s, %(amount)s yuan: %(type)s.") % {
        "number": number,
        "when": words.when(one.booked_at),
        "place": place,
        "amount": sums.spoken(one.amount),
        "type": one.get_type_display(),
    }


def _reasons(grids: Sequence[Grid]) -> Iterator[str]:
    for number, grid in enumerate(grids, start=1):
        one = grid.transaction
        if one.handed_on_to is not None:
            yield _(
                "%(number)d. %(title)s. It is no theft of the card and goes on as complaint %(reference)s; the time "
                "for our answer is the same."
            ) % {
                "number": number,
                "title": one.get_type_display(),
                "reference": one.handed_on_to.reference,
            }
        if not one.is_decided:
            continue
        row = grounds()[one.ground]
        title, rule = row.says(words.language())
        basis = _("%(number)d. %(title)s (%(article)s). %(rule)s") % {
            "number": number,
            "title": title,
            "article": row.article or _("outside articles 4 to 11"),
            "rule": rule,
        }
        yield basis
        yield from ("· " + _missing(cell) for cell in grid.missing if one.ground in ON_ABSENCE)
        yield "· " + _(
            "Of %(amount)s yuan the bank bears %(bank)s, the holder %(holder)s, the merchant %(merchant)s."
        ) % {
            "amount": sums.spoken(one.amount),
            "bank": sums.spoken(one.bank_share),
            "holder": sums.spoken(one.holder_share),
            "merchant": sums.spoken(one.merchant_share),
        }


ON_ABSENCE = ("L0", "L4")


def _missing(cell: Cell) -> str:
    row = cell.row
    if row is None:
        return ""
    title, _claim, consequence = words.says(row)
    return _("%(title)s: missing (%(kinds)s); to be proved by: %(who)s. %(consequence)s (%(article)s)") % {
        "title": title,
        "kinds": words.kinds(cell.wanted) or words.STATES[cell.state],
        "who": words.who(row),
        "consequence": consequence,
        "article": row.article,
    }
