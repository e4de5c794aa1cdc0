"""The flow of a case as a drawing: the engine's layout, our states, no inline style."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from viewflow.workflow import STATUS, chart

from cases.models import Case
from record import clock

from ..models import CaseProcess
from ..nodes import Instruct, Step
from ..table import nodes_of

PAD = 12


@dataclass(frozen=True)
class Box:
    """Where a node stands on the drawing, in px."""

    name: str
    x: int
    y: int
    w: int
    h: int


@lru_cache
def drawing(flow: Any) -> tuple[list[Box], list[str], list[str], int, int]:
    """Boxes, edges and arrow tips as SVG path data, width and height; the same for every case of the flow."""
    grid = chart.calc_layout_data(flow)
    boxes = [_box(cell) for cell in grid.cells if cell.node is not None]
    edges, tips = [], []
    for edge in grid.edges:
        points = [(round(x) + PAD, round(y) + PAD) for x, y in edge.segments]
        edges.append("M" + " L".join(f"{x} {y}" for x, y in points))
        tips.append(_tip(points))
    width = max(box.x + box.w for box in boxes) + PAD
    height = max(box.y + box.h for box in boxes) + PAD
    return boxes, edges, tips, width, height


def _box(cell: Any) -> Box:
    shape = cell.shape
    return Box(
        name=cell.node.name,
        x=round(shape.x) + PAD,
        y=round(shape.y) + PAD,
        w=round(shape.width),
        h=round(shape.height),
    )


def _tip(points: list[tuple[int, int]]) -> str:
    (x0, y0), (x, y) = points[-2], points[-1]
    if abs(x - x0) >= abs(y - y0):
        back = x - 7 if x > x0 else x + 7
        return f"M{x} {y} L{back} {y - 4} L{back} {y + 4} Z"
    back = y - 7 if y > y0 else y + 7
    return f"M{x} {y} L{x - 4} {back} L{x + 4} {back} Z"


def chart_of(case: Case) -> dict[str, Any] | None:
    """The case's flow with done, now, late and to come; none for a case without a flow. One query beside the process."""
    process = case.processes.order_by("id").last()
    if process is None:
        return None
    boxes, edges, tips, width, height = drawing(process.flow_class)
    states = _states(process)
    nodes = [_node(process.flow_class, box, states.get(box.name, "wait")) for box in boxes]
    order = {node.name: place for place, node in enumerate(nodes_of(process.flow_class))}
    nodes.sort(key=lambda node: order[node["name"]])
    now = ", ".join(str(node["title"]) for node in nodes if node["state"] in ("now", "late"))
    words = _("Now at: %(steps)s") % {"steps": now} if now else _("The process has ended.")
    return {"width": width, "height": height, "words": words, "nodes": nodes, "edges": edges, "tips": tips}


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
    drawn = isinstance(node, Step | Instruct)
    return {
        "name": box.name,
        "state": state,
        "title": node.task_title,
        "sub": _("by system") if isinstance(node, Instruct) else "",
        "is_step": drawn,
        "x": box.x,
        "y": box.y,
        "w": box.w,
        "h": box.h,
    }
