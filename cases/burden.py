"""举证责任板: per disputed transaction what is proved and missing, and which grounds that opens.

Plain Python over facts somebody has read (`cases.actions.burden.facts`). A ground is never taken away: it is
supported, unproved or contradicted, and whoever decides on one that is not supported writes down why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cases.burden_cells import Cell, Facts, State, Transaction, cell_of
from knowledge.burden_table import ELEMENTS
from knowledge.ground_table import GroundRow, grounds_for


class Standing(StrEnum):
    """How far one ground is carried by the elements it hangs on; the weakest of them says it."""

    SUPPORTED = "supported"
    UNPROVED = "unproved"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True)
class Stand:
    """How one ground that fits the transaction stands, and the elements that keep it from standing."""

    ground: GroundRow
    standing: Standing
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """The board of one transaction: nine cells in the order of the board, and each ground that fits its type."""

    transaction: Any
    cells: tuple[Cell, ...]
    stands: tuple[Stand, ...]

    def cell(self, element: str) -> Cell:
        """The cell of an element. KeyError: no such element."""
        return {cell.element: cell for cell in self.cells}[element]

    def standing(self, ground: str) -> Standing | None:
        """How the ground stands; None when it does not fit the transaction's type."""
        stand = self.stand(ground)
        return stand.standing if stand else None

    @property
    def lacking(self) -> list[Cell]:
        """What applies and is missing or lost, whatever hangs on it."""
        return [cell for cell in self.cells if cell.is_missing]

    @property
    def contested(self) -> list[Cell]:
        """What applies and is contested."""
        return [cell for cell in self.cells if cell.state == State.CONTESTED]

    def stand(self, ground: str) -> Stand | None:
        """How a ground stands, with what it lacks; None when it does not fit the transaction's type."""
        return next((stand for stand in self.stands if stand.ground.code == ground), None)

    @property
    def missing(self) -> list[Cell]:
        """What is missing or lost and would open a ground by its mere absence; less than is `lacking`."""
        return [cell for cell in self.cells if cell.is_missing and cell.row is not None and cell.row.missing_opens]


def grid_of(transaction: Transaction, facts: Facts, *, first: datetime | None = None) -> Grid:
    """The board of a transaction. `first`: when the earliest disputed transaction of the case was booked."""
    cells = tuple(cell_of(element, transaction, facts, first or transaction.booked_at) for element in ELEMENTS)
    stands = tuple(_stand(ground, cells) for ground in grounds_for(transaction.type))
    return Grid(transaction, cells, stands)


def grids_of(transactions: Sequence[Transaction], facts: Facts) -> list[Grid]:
    """The boards of all disputed transactions of a case, in their order."""
    first = min((one.booked_at for one in transactions), default=None)
    return [grid_of(one, facts, first=first) for one in transactions]


# one ground -----------------------------------------------------------------------------------------------------------

ISSUERS_SILENCE = "L4"
WEAKEST = (Standing.CONTRADICTED, Standing.UNPROVED, Standing.SUPPORTED)


def _stand(ground: GroundRow, cells: Sequence[Cell]) -> Stand:
    """The weakest of what the ground hangs on. A ground that hangs on nothing here is carried by its reason alone."""
    said = [(cell.element, standing) for cell in cells for standing in _of_cell(ground.code, cell)]
    if (opened := _by_absence(ground.code, cells)) is not None:
        said.append(opened)
    if not said:
        return Stand(ground, Standing.SUPPORTED if ground.reason_always else Standing.UNPROVED)
    weakest = min((standing for _element, standing in said), key=WEAKEST.index)
    lacks = dict.fromkeys(element for element, standing in said if element and standing is not Standing.SUPPORTED)
    return Stand(ground, weakest, tuple(lacks))


def _of_cell(ground: str, cell: Cell) -> Iterator[Standing]:
    """What one element says of the ground; nothing when the ground does not hang on it."""
    if cell.row is None:
        return
    if ground in cell.row.proved_for:
        yield _needs_proof(cell)
    if ground in cell.row.unproved_for:
        yield _needs_silence(cell)
    if ground in cell.row.refuted_for:
        yield _needs_contrary(cell)


def _needs_proof(cell: Cell) -> Standing:
    if cell.state == State.PROVED:
        return Standing.SUPPORTED
    return Standing.CONTRADICTED if cell.seen.refuted else Standing.UNPROVED


def _needs_silence(cell: Cell) -> Standing:
    """The other side had to prove it: as long as it has not, the ground stands."""
    if cell.state == State.PROVED:
        return Standing.CONTRADICTED
    return Standing.SUPPORTED if cell.is_missing else Standing.UNPROVED


def _needs_contrary(cell: Cell) -> Standing:
    if cell.state == State.PROVED:
        return Standing.CONTRADICTED
    return Standing.SUPPORTED if cell.seen.refuted else Standing.UNPROVED


def _by_absence(ground: str, cells: Sequence[Cell]) -> tuple[str, Standing] | None:
    """Whether something missing opens the ground (L0, L4). A side that did its part does not answer for the other's."""
    named = [cell for cell in cells if cell.row is not None and ground in cell.row.missing_opens]
    if not named:
        return None
    if ground == ISSUERS_SILENCE:
        named = [cell for cell in named if not cell.seen.excused]
    if any(cell.is_missing for cell in named):
        return "", Standing.SUPPORTED
    contested = next((cell.element for cell in named if cell.state == State.CONTESTED), None)
    return (contested, Standing.UNPROVED) if contested else ("", Standing.CONTRADICTED)
