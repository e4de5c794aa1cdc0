"""Where a case stands in its flow: the drawing with done, now, late and to come."""

from typing import Any

from django.utils.translation import gettext as _
from viewflow.workflow import STATUS

from cases.models import Case
from record import clock
from workflows.models import CaseProcess, StepTask
from workflows.nodes import Gather, Instruct
from workflows.rulebook import waits_for

from .drawing import HEIGHT, WIDTH, Box, drawing, left_out

WIDE = 12.0  # px of a Chinese character in the drawing's type; half of it for others, a little more for safety
NARROW = 6.6
ROOM = WIDTH - 16
MARK = 18  # px of the sign in front of the first line


def chart_of(case: Case) -> dict[str, Any] | None:
    """The case's main flow with the state of every step; none for a case without one. One query beside the process."""
    main = [process for process in case.processes.all() if process.subject is None]
    if not main:
        return None
    process = max(main, key=lambda one: one.pk)
    last = _last_tasks(case, process)
    drawn = drawing(process.flow_class, left_out(process.flow_class, last))
    nodes = [_node(process.flow_class, box, last.get(box.name)) for box in drawn.boxes]
    now = _(", ").join(str(node["title"]) for node in nodes if node["state"] in ("now", "late"))
    words = _("Now at: %(steps)s") % {"steps": now} if now else _("The process has ended.")
    size = {"width": drawn.width, "height": drawn.height, "w": WIDTH, "h": HEIGHT}
    return {**size, "words": words, "nodes": nodes, "edges": drawn.edges, "tips": drawn.tips}


def _last_tasks(case: Case, process: CaseProcess) -> dict[str, StepTask]:
    """By node name; a node visited twice shows the latest visit."""
    tasks = sorted((task for task in case.tasks.all() if task.process_id == process.pk), key=lambda task: task.pk)
    return {task.flow_task.name: task for task in tasks}


def state_of(task: StepTask | None) -> str:
    """done, now, late, or wait for what has not been reached (or was called off)."""
    if task is None:
        return "wait"
    if task.is_open:
        return "late" if task.due_at is not None and task.due_at <= clock.now() else "now"
    return "done" if task.status == STATUS.DONE else "wait"


def _node(flow: Any, box: Box, task: StepTask | None) -> dict[str, Any]:
    node, state = flow.instance.node(box.name), state_of(task)
    return {
        "name": box.name,
        "state": state,
        "title": node.task_title,
        "waits_for": waits_for(str(other.task_title) for other in node.always) if isinstance(node, Gather) else "",
        "lines": lines_of(str(node.task_title), marked=state != "wait"),
        "by_system": isinstance(node, Instruct),
        "due_at": task.due_at if task and state in ("now", "late") else None,
        "ended_at": task.finished if task and state == "done" else None,
        "aside": box.aside,
        "x": box.x,
        "y": box.y,
    }


def lines_of(title: str, *, marked: bool = False) -> list[str]:
    """A title in at most two lines that fit a box, cut with … when it is longer still; `marked`: a sign is in front."""
    first = ROOM - (MARK if marked else 0)
    words, line = _words(title), ""
    while words and (not line or _width(line + words[0].rstrip()) <= first):
        line += words.pop(0)
    lines = [_cut(line.strip(), first), _cut("".join(words).strip(), ROOM)]
    return [text for text in lines if text]


def _cut(text: str, room: float) -> str:
    if _width(text) <= room:
        return text
    while _width(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _words(title: str) -> list[str]:
    """What may stand on a line of its own: a Latin word with its space, a single Chinese character."""
    parts: list[str] = []
    for sign in title:
        if parts and ord(sign) < 0x2E80 and ord(parts[-1][-1]) < 0x2E80 and parts[-1][-1] != " ":
            parts[-1] += sign
        else:
            parts.append(sign)
    return parts


def _width(text: str) -> float:
    return sum(WIDE if ord(sign) >= 0x2E80 or sign == "…" else NARROW for sign in text)
