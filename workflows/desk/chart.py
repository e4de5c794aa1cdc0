"""The flow of a case as a drawing that fits a page: the main path in rows, manual twins under the order they relieve.

The engine's own layout puts this flow on one line of thirty columns, 4,374 px wide; nobody can read that on a case page
(docs/decisions/0008). Gateways are left out: what they ask stands in the steps they choose between.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from viewflow.workflow import STATUS

from accounts.roles import Role
from cases.models import Case
from record import clock

from ..models import CaseProcess
from ..nodes import Approval, Instruct, Step

COLUMNS = 4
WIDTH, HEIGHT, GAP, DROP, PAD = 196, 44, 34, 30, 6


@dataclass(frozen=True)
class Box:
    """A node's place on the drawing, in px."""

    name: str
    x: int
    y: int
    is_twin: bool = False


@dataclass(frozen=True)
class Drawing:
    """Boxes, edges and arrow tips (SVG path data), width and height in px."""

    boxes: tuple[Box, ...]
    edges: tuple[str, ...]
    tips: tuple[str, ...]
    width: int
    height: int


def main_path(flow: Any) -> list[Any]:
    """Steps and orders as they follow each other when all goes well."""
    path, node = [], flow.instance.node("start")
    while node is not None and node.task_type != "END":
        if isinstance(node, Step | Instruct):
            path.append(node)
        node = _onward(node)
    return path


def _onward(node: Any) -> Any:
    if isinstance(node, Approval):
        return node.after("approved")
    return getattr(node, "_on_true", None) or getattr(node, "_next", None)


def twins_of(order: Any, path: list[Any]) -> Iterator[Any]:
    """The chain of a person's steps that stands in for an order, the first of silence before that of refusal."""
    if not isinstance(order, Instruct):
        return
    seen: list[Any] = []
    for node in (order._silent, order._rejected):
        while isinstance(node, Step) and node not in path and node not in seen:
            seen.append(node)
            yield node
            node = node._next


@lru_cache
def drawing(flow: Any) -> Drawing:
    """The drawing of a flow; the same for every case."""
    path = main_path(flow)
    boxes: list[Box] = []
    edges: list[str] = []
    tips: list[str] = []
    top = PAD
    for first in range(0, len(path), COLUMNS):
        row = path[first : first + COLUMNS]
        stacks = [list(twins_of(node, path)) for node in row]
        for column, (node, stack) in enumerate(zip(row, stacks, strict=True)):
            x = PAD + column * (WIDTH + GAP)
            boxes.append(Box(node.name, x, top))
            if column:
                _right(edges, tips, x, top + HEIGHT // 2)
            for depth, twin in enumerate(stack, start=1):
                y = top + depth * (HEIGHT + DROP // 2)
                boxes.append(Box(twin.name, x + 14, y, is_twin=True))
                _down(edges, tips, x + 7, y - DROP // 2 - HEIGHT // 2 if depth > 1 else y - DROP // 2, y + HEIGHT // 2)
        height = HEIGHT + max(len(stack) for stack in stacks) * (HEIGHT + DROP // 2)
        if first + COLUMNS < len(path):
            _to_next_row(edges, tips, PAD + (len(row) - 1) * (WIDTH + GAP), top, top + height + DROP)
        top += height + DROP
    width = 2 * PAD + COLUMNS * WIDTH + (COLUMNS - 1) * GAP + GAP // 2
    return Drawing(tuple(boxes), tuple(edges), tuple(tips), width, top - DROP + PAD)


def _right(edges: list[str], tips: list[str], x: int, y: int) -> None:
    edges.append(f"M{x - GAP} {y} L{x} {y}")
    tips.append(f"M{x} {y} L{x - 7} {y - 4} L{x - 7} {y + 4} Z")


def _down(edges: list[str], tips: list[str], x: int, start: int, y: int) -> None:
    """From the order down its left side and into the twin."""
    edges.append(f"M{x} {start} L{x} {y} L{x + 7} {y}")
    tips.append(f"M{x + 7} {y} L{x + 1} {y - 3} L{x + 1} {y + 3} Z")


def _to_next_row(edges: list[str], tips: list[str], x: int, y: int, next_y: int) -> None:
    """Out on the right of the last box, back along the channel, into the first box of the next row."""
    side, channel, into = x + WIDTH + GAP // 2, next_y - DROP // 2, PAD + WIDTH // 2
    edges.append(
        f"M{x + WIDTH} {y + HEIGHT // 2} L{side} {y + HEIGHT // 2} L{side} {channel} L{into} {channel} L{into} {next_y}"
    )
    tips.append(f"M{into} {next_y} L{into - 4} {next_y - 7} L{into + 4} {next_y - 7} Z")


def chart_of(case: Case) -> dict[str, Any] | None:
    """The case's flow with done, now, late and to come; none for a case without a flow. Two queries."""
    process = case.processes.order_by("id").last()
    if process is None:
        return None
    drawn = drawing(process.flow_class)
    states = _states(process)
    nodes = [_node(process.flow_class, box, states.get(box.name, "wait")) for box in drawn.boxes]
    now = ", ".join(str(node["title"]) for node in nodes if node["state"] in ("now", "late"))
    return {
        "width": drawn.width,
        "height": drawn.height,
        "words": _("Now at: %(steps)s") % {"steps": now} if now else _("The process has ended."),
        "nodes": nodes,
        "edges": drawn.edges,
        "tips": drawn.tips,
    }


def _states(process: CaseProcess) -> dict[str, str]:
    """State by node name; a node visited twice shows the latest."""
    states = {}
    for task in process.steptask_set.order_by("id").only("flow_task", "status", "due_at"):
        if task.is_open:
            late = task.due_at is not None and task.due_at <= clock.now()
            states[task.flow_task.name] = "late" if late else "now"
        elif task.status == STATUS.DONE:
            states[task.flow_task.name] = "done"
    return states


def _node(flow: Any, box: Box, state: str) -> dict[str, Any]:
    node = flow.instance.node(box.name)
    return {
        "name": box.name,
        "state": state,
        "title": node.task_title,
        "sub": _sub(node),
        "x": box.x,
        "y": box.y,
        "w": WIDTH - 14 if box.is_twin else WIDTH,
        "h": HEIGHT,
    }


def _sub(node: Any) -> str:
    if isinstance(node, Instruct):
        return _("bank system")
    if isinstance(node, Approval):
        return _("by limit of authority")
    return str(Role(node.role).label)
