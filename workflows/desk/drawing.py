"""A flow as a drawing that fits the page: steps and orders in lines of a few columns, read like text.

The engine's own layout draws the main path of a long flow four screens wide with its gateways; people look for "where
is it, what is next". So gateways are left out, the path is broken into lines like a text, and what leads back (return,
refusal) is told by the time line, not by an arrow. Roads that run side by side lie below each other until they come
together. A step reached only when something fails hangs below what failed.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from viewflow.workflow.flow import Split

from workflows.nodes import Do, Gather, Instruct, Step
from workflows.nodes.gather import reached_from
from workflows.table import nodes_of

DRAWN = (Step, Instruct, Do, Gather)
COLUMNS, WIDTH, HEIGHT, GAP, ROW_GAP, LINE_GAP, PAD = 9, 114, 56, 17, 12, 30, 12


@dataclass(frozen=True)
class Box:
    """Where a node stands, px: top left corner; its size is WIDTH × HEIGHT. `aside`: only when something fails.

    `top` is where its line of the drawing begins.
    """

    name: str
    x: int
    y: int
    aside: bool = False
    top: int = 0

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
def drawing(flow: Any, without: frozenset[str] = frozenset()) -> Drawing:
    """The drawing of a flow; the same for every case whose way leaves the same nodes out (see `exceptional`)."""
    names = [node.name for node in nodes_of(flow) if isinstance(node, DRAWN) and node.name not in without]
    ways = {
        name: [
            to for to in _drawn_after(flow.instance.node(name), names, without) if names.index(to) > names.index(name)
        ]
        for name in names
    }
    roads = list(_roads(flow, names, ways, without))
    boxes = {box.name: box for box in _placed(names, ways, roads)}
    arrows = [_arrow(boxes[a], boxes[b]) for a, b in _told(ways, roads)]
    return Drawing(
        boxes=tuple(boxes.values()),
        edges=tuple(line for line, tip in arrows),
        tips=tuple(tip for line, tip in arrows),
        width=max(box.x for box in boxes.values()) + WIDTH + PAD,
        height=max(box.y for box in boxes.values()) + HEIGHT + PAD,
    )


@lru_cache
def exceptional(flow: Any) -> frozenset[str]:
    """Nodes a case gets to only where a fork asks a condition first: most cases never do."""
    seen: set[str] = set()
    todo = [node for node in nodes_of(flow) if node.task_type == "START"]
    while todo:
        node = todo.pop()
        if node.name not in seen:
            seen.add(node.name)
            fork = isinstance(node, Split)
            todo += [edge.dst for edge in node._outgoing() if not (fork and edge.edge_class == "cond_true")]
    return frozenset(node.name for node in nodes_of(flow)) - seen


def left_out(flow: Any, reached: Iterable[str]) -> frozenset[str]:
    """Of the exceptional nodes those that lie on no road this case has come to."""
    rare = exceptional(flow)
    shown: set[str] = set()
    for name in rare.intersection(reached):
        shown |= {name, *reached_from(flow.instance.node(name))}
    return rare - shown


def _drawn_after(node: Any, names: list[str], without: frozenset[str]) -> Iterator[str]:
    """Drawn nodes one gets to from this one, gateways stepped over; the ordinary way first."""
    seen = set()
    waiting = [edge.dst for edge in node._outgoing()]
    while waiting:
        node = waiting.pop(0)
        if node.name in seen or node.name in without:
            continue
        seen.add(node.name)
        if node.name in names:
            yield node.name
        else:
            waiting[:0] = [edge.dst for edge in node._outgoing()]


def _roads(flow: Any, names: list[str], ways: dict[str, list[str]], without: frozenset[str]) -> Iterator[list[str]]:
    """The way of a case in which nothing fails, and beside it each road that begins at a fork."""
    walked: set[str] = set()
    begins = [names[0], *(name for node in nodes_of(flow) for name in _forks(node, names, without))]
    for name in begins:
        road: list[str] = []
        while name not in walked:
            walked.add(name)
            road.append(name)
            if not ways[name]:
                break
            name = ways[name][0]
        if road:
            yield road


def _forks(node: Any, names: list[str], without: frozenset[str]) -> Iterator[str]:
    """The first drawn node of every road from a fork but the first, which the road before it goes on at."""
    if not isinstance(node, Split) or node.name in without:
        return
    for edge in list(node._outgoing())[1:]:
        if edge.dst.name not in without:
            yield edge.dst.name if edge.dst.name in names else next(_drawn_after(edge.dst, names, without))


def _placed(names: list[str], ways: dict[str, list[str]], roads: list[list[str]]) -> Iterator[Box]:
    """Boxes by column and row, then broken into lines of COLUMNS columns."""
    on_road = set(itertools.chain(*roads))
    columns = _columns(names, ways, on_road)
    rows = _rows(names, ways, roads, columns)
    tops = _tops([(column, rows[name]) for name, column in columns.items()])
    for name, column in columns.items():
        line, place = divmod(column, COLUMNS)
        y = tops[line] + rows[name] * (HEIGHT + ROW_GAP)
        yield Box(name, PAD + place * (WIDTH + GAP), y, name not in on_road, tops[line])


def _columns(names: list[str], ways: dict[str, list[str]], on_road: set[str]) -> dict[str, int]:
    """Behind everything that leads to it; a way round hangs below what failed."""
    columns: dict[str, int] = {}
    for name in names:
        before = [other for other in names if name in ways[other] and other in columns]
        columns[name] = max((columns[one] + (name in on_road or one not in on_road) for one in before), default=0)
    return columns


def _rows(
    names: list[str], ways: dict[str, list[str]], roads: list[list[str]], columns: dict[str, int]
) -> dict[str, int]:
    """Each road keeps to the highest row that is free as far as it and its arrows run; ways round hang below it."""
    rows: dict[str, int] = {}
    taken: set[tuple[int, int]] = set()
    asides = _asides(names, ways, roads)
    for number, road in enumerate(roads):
        for part in _in_lines(road, columns):
            here = [columns[name] for name in asides[number] if columns[name] in {columns[one] for one in part}]
            needed = {(0, column) for column in _span(part, ways, columns)}
            needed |= {(1 + here[:n].count(column), column) for n, column in enumerate(here)}
            row = _free(needed, 0, taken)
            taken |= {(row, column) for column in _span(part, ways, columns)}
            rows |= dict.fromkeys(part, row)
        for name in asides[number]:
            above = max(rows[other] for other in road if columns[other] // COLUMNS == columns[name] // COLUMNS)
            span = _span([name], ways, columns)
            rows[name] = _free({(0, column) for column in span}, above + 1, taken)
            taken |= {(rows[name], column) for column in span}
    return rows


def _free(needed: set[tuple[int, int]], lowest: int, taken: set[tuple[int, int]]) -> int:
    """The first row from `lowest` on in which these cells (rows below it, column) are free."""
    return next(row for row in itertools.count(lowest) if taken.isdisjoint((row + n, column) for n, column in needed))


def _asides(names: list[str], ways: dict[str, list[str]], roads: list[list[str]]) -> list[list[str]]:
    """For each road its ways round: what one gets to from it only when something fails."""
    road_of = {name: number for number, road in enumerate(roads) for name in road}
    for name in names:
        if name not in road_of:
            road_of[name] = next(road_of[other] for other in names if name in ways[other] and other in road_of)
    return [
        [name for name in names if road_of[name] == number and name not in road] for number, road in enumerate(roads)
    ]


def _in_lines(road: list[str], columns: dict[str, int]) -> Iterator[list[str]]:
    """The road broken into the lines it runs through."""
    for _line, part in itertools.groupby(road, key=lambda name: columns[name] // COLUMNS):
        yield list(part)


def _span(part: list[str], ways: dict[str, list[str]], columns: dict[str, int]) -> range:
    """Columns that boxes of one line take with the arrows that run along their row."""
    line = columns[part[0]] // COLUMNS
    before = [columns[name] for name, targets in ways.items() if part[0] in targets and name in columns]
    begins = min((column + 1 for column in before if column // COLUMNS == line), default=columns[part[0]])
    if columns[part[0]] in before:  # it hangs straight below
        begins = columns[part[0]]
    after = [columns[name] for name in ways[part[-1]]]
    ends = max((column for column in after if column // COLUMNS == line), default=columns[part[-1]] + 1)
    return range(min(begins, columns[part[0]]), max(ends, columns[part[-1]] + 1))


def _tops(cells: Iterable[tuple[int, int]]) -> list[int]:
    """Where each line begins, px from above: lines are as high as their deepest column."""
    cells = list(cells)
    tops = [PAD]
    for line in range(max(column for column, row in cells) // COLUMNS):
        rows = 1 + max((row for column, row in cells if column // COLUMNS == line), default=0)
        tops.append(tops[-1] + rows * (HEIGHT + ROW_GAP) - ROW_GAP + LINE_GAP)
    return tops


def _told(ways: dict[str, list[str]], roads: list[list[str]]) -> Iterator[tuple[str, str]]:
    """Arrows worth drawing: along the roads, and no other that only cuts short what longer arrows tell."""
    along = {pair for road in roads for pair in itertools.pairwise(road)}
    for name, targets in ways.items():
        for to in targets:
            longer = any(other != to and _reaches(ways, other, to) for other in targets)
            if (name, to) in along or not longer:
                yield name, to


def _reaches(ways: dict[str, list[str]], name: str, to: str) -> bool:
    return name == to or any(_reaches(ways, after, to) for after in ways[name])


def _arrow(a: Box, b: Box) -> tuple[str, str]:
    """From the right edge to the left, through the gaps between columns, rows and lines.

    Straight down to what hangs below; along its own row to a place where roads come together above.
    """
    if a.x == b.x and b.y > a.y and b.y - a.y < 4 * HEIGHT:
        x = a.x + WIDTH // 2
        return f"M{x} {a.y + HEIGHT}V{b.y}", f"M{x} {b.y}l-4 -6h8z"
    start, half = a.x + WIDTH, GAP // 2
    tip = f"M{b.x} {b.middle}l-6 -4v8z"
    if a.top != b.top:
        between = b.top - LINE_GAP // 2
        return f"M{start} {a.middle}h{half}V{between}H{b.x - half}V{b.middle}H{b.x}", tip
    if b.y < a.y:
        return f"M{start} {a.middle}H{b.x - half}V{b.middle}H{b.x}", tip
    return f"M{start} {a.middle}h{half}V{b.middle}H{b.x}", tip
