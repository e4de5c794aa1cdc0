"""A flow as a drawing that fits the page: steps and orders in lines of a few columns, read like text.

The engine's own layout draws the main path of a long flow four screens wide with its gateways; people look for "where
is it, what is next". So gateways are left out, the path is broken into lines like a text, and what leads back (return,
refusal) is told by the time line, not by an arrow. A step reached only when something fails hangs below what failed.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workflows.nodes import Do, Instruct, Step
from workflows.table import nodes_of

COLUMNS, WIDTH, HEIGHT, GAP, ROW_GAP, LINE_GAP, PAD = 9, 114, 56, 17, 12, 30, 12


@dataclass(frozen=True)
class Box:
    """Where a node stands, px: top left corner; its size is WIDTH × HEIGHT. `aside`: only when something fails."""

    name: str
    x: int
    y: int
    aside: bool = False

    @property
    def middle(self) -> int:
        """Height of the arrows in and out."""
        return self.y + HEIGHT // 2


@dataclass(frozen=True)
class Drawing:
    """Boxes in reading order, arrows as SVG path data (line and tip apart), and the size of it all in px."""

    boxes: tuple[Box, ...]
    edges: tuple[str, ...]
    tips: tuple[str, ...]
    width: int
    height: int


@lru_cache
def drawing(flow: Any) -> Drawing:
    """The drawing of a flow; the same for every case."""
    names = [node.name for node in nodes_of(flow) if isinstance(node, Step | Instruct | Do)]
    ways = {
        name: [to for to in _drawn_after(flow, name, names) if names.index(to) > names.index(name)] for name in names
    }
    main = _main_path(names, ways)
    boxes = {box.name: box for box in _placed(names, ways, main)}
    arrows = [_arrow(boxes[a], boxes[b]) for a, b in _told(ways, main)]
    return Drawing(
        boxes=tuple(boxes.values()),
        edges=tuple(line for line, tip in arrows),
        tips=tuple(tip for line, tip in arrows),
        width=max(box.x for box in boxes.values()) + WIDTH + PAD,
        height=max(box.y for box in boxes.values()) + HEIGHT + PAD,
    )


def _drawn_after(flow: Any, name: str, names: list[str]) -> Iterator[str]:
    """Drawn nodes one gets to from this one, gateways stepped over; the ordinary way first."""
    seen = set()
    waiting = [edge.dst for edge in flow.instance.node(name)._outgoing()]
    while waiting:
        node = waiting.pop(0)
        if node.name in seen:
            continue
        seen.add(node.name)
        if node.name in names:
            yield node.name
        else:
            waiting[:0] = [edge.dst for edge in node._outgoing()]


def _main_path(names: list[str], ways: dict[str, list[str]]) -> list[str]:
    """The way of a case in which nothing fails: from each node the ordinary way on."""
    path = names[:1]
    while ways[path[-1]]:
        path.append(ways[path[-1]][0])
    return path


def _placed(names: list[str], ways: dict[str, list[str]], main: list[str]) -> Iterator[Box]:
    """Boxes by column and row, then broken into lines of COLUMNS columns."""
    cells: dict[str, tuple[int, int]] = {}
    for name in names:
        before = [other for other in names if name in ways[other] and other in cells]
        columns = [cells[other][0] + (name in main or other not in main) for other in before]
        column = max(columns, default=0)
        taken = {row for place, row in cells.values() if place == column}
        row = 0 if name in main else next(row for row in range(1, len(names) + 1) if row not in taken)
        cells[name] = (column, row)
    tops = _tops(cells.values())
    for name, (column, row) in cells.items():
        line, place = divmod(column, COLUMNS)
        yield Box(name, PAD + place * (WIDTH + GAP), tops[line] + row * (HEIGHT + ROW_GAP), name not in main)


def _tops(cells: Iterable[tuple[int, int]]) -> list[int]:
    """Where each line begins, px from above: lines are as high as their deepest column."""
    cells = list(cells)
    tops = [PAD]
    for line in range(max(column for column, row in cells) // COLUMNS):
        rows = 1 + max((row for column, row in cells if column // COLUMNS == line), default=0)
        tops.append(tops[-1] + rows * (HEIGHT + ROW_GAP) - ROW_GAP + LINE_GAP)
    return tops


def _told(ways: dict[str, list[str]], main: list[str]) -> Iterator[tuple[str, str]]:
    """Arrows worth drawing: the main path, and no other that only cuts short what longer arrows tell."""
    path = set(itertools.pairwise(main))
    for name, targets in ways.items():
        for to in targets:
            longer = any(other != to and _reaches(ways, other, to) for other in targets)
            if (name, to) in path or not longer:
                yield name, to


def _reaches(ways: dict[str, list[str]], name: str, to: str) -> bool:
    return name == to or any(_reaches(ways, after, to) for after in ways[name])


def _arrow(a: Box, b: Box) -> tuple[str, str]:
    """From the right edge to the left, through the gap between columns; straight down to what hangs below."""
    if a.x == b.x and b.y > a.y and b.y - a.y < 4 * HEIGHT:
        x = a.x + WIDTH // 2
        return f"M{x} {a.y + HEIGHT}V{b.y}", f"M{x} {b.y}l-4 -6h8z"
    start, half = a.x + WIDTH, GAP // 2
    tip = f"M{b.x} {b.middle}l-6 -4v8z"
    if b.x > a.x:
        return f"M{start} {a.middle}h{half}V{b.middle}H{b.x}", tip
    between = b.y - LINE_GAP // 2
    return f"M{start} {a.middle}h{half}V{between}H{b.x - half}V{b.middle}H{b.x}", tip
