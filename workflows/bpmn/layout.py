"""Where the elements of a flow stand, px: one column further than what leads there, below each other in a column.

The drawing on the case page leaves gateways out and breaks the road into lines (decision 8). A tool for process models
needs every gateway and lays out anew what its user moves; it gets columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .graph import Element, Link

COLUMN, ROW, PAD, LANE = 190, 120, 60, 14
WIDE, HIGH = 100, 80  # the largest shape; smaller ones stand in the middle of its place
SIDE_BY_SIDE = 6  # links through one gap before two of them lie on each other


@dataclass(frozen=True)
class Shape:
    """Top left corner and size."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.y + self.height // 2

    @property
    def left(self) -> int:
        """Where its column begins."""
        return self.x - (WIDE - self.width) // 2

    @property
    def top(self) -> int:
        """Where its row begins."""
        return self.y - (HIGH - self.height) // 2


Points = list[tuple[int, int]]


def shapes(elements: Sequence[Element], links: Sequence[Link]) -> dict[str, Shape]:
    """A place for each element, none twice."""
    columns = _columns(elements, links)
    filled: dict[int, int] = {}
    placed = {}
    for element in elements:
        column = columns[element.id]
        row = filled[column] = filled.get(column, -1) + 1
        width, height = _size(element.tag)
        x = PAD + column * COLUMN + (WIDE - width) // 2
        placed[element.id] = Shape(x, PAD + row * ROW + (HIGH - height) // 2, width, height)
    return placed


def ways(placed: dict[str, Shape], links: Sequence[Link]) -> dict[str, Points]:
    """The bends of each link, through no shape: along the gap before its target, and above its target's row if far.

    What leads back runs below it all, each on a line of its own.
    """
    bottom = max(shape.y + shape.height for shape in placed.values()) + PAD // 2
    found: dict[str, Points] = {}
    for number, link in enumerate(links):
        a, b, aside = placed[link.source], placed[link.target], number % SIDE_BY_SIDE * 3
        after, before = a.left + WIDE + 20 + aside, b.left - 20 - aside
        begins, ends = [(a.x + a.width, a.middle)], [(before, b.middle), (b.x, b.middle)]
        if b.left <= a.left:
            found[link.id] = [*begins, (after, a.middle), (after, bottom), (before, bottom), *ends]
            bottom += LANE
        elif b.left - a.left == COLUMN:
            found[link.id] = [*begins, (before, a.middle), *ends]
        else:
            above = b.top - 10 - aside
            found[link.id] = [*begins, (after, a.middle), (after, above), (before, above), *ends]
    return found


def _size(tag: str) -> tuple[int, int]:
    if tag.endswith("Task"):
        return WIDE, HIGH
    return (36, 36) if tag.endswith("Event") else (50, 50)


def _columns(elements: Sequence[Element], links: Sequence[Link]) -> dict[str, int]:
    """The longest way from the start, links that lead back left out."""
    after: dict[str, list[str]] = {element.id: [] for element in elements}
    for link in links:
        after[link.source].append(link.target)
    order: list[str] = []
    back: set[tuple[str, str]] = set()
    _walk(elements[0].id, after, order, back, [])
    columns = dict.fromkeys(after, 0)
    for name in reversed(order):
        for to in after[name]:
            if (name, to) not in back:
                columns[to] = max(columns[to], columns[name] + 1)
    return columns


def _walk(name: str, after: dict[str, list[str]], order: list[str], back: set[tuple[str, str]], way: list[str]) -> None:
    """Depth first: names in the order they are left, and the links that lead back onto the way one is on."""
    way.append(name)
    for to in after[name]:
        if to in way:
            back.add((name, to))
        elif to not in order:
            _walk(to, after, order, back, way)
    way.pop()
    order.append(name)
