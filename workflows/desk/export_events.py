"""Event logs of an export: which step and flow each fact is about, and how that is called.

Both formats are registered here, as this app alone knows flows: a fact names a node and a step, the log wants its title
and the process it belongs to (two flows may have a node of the same name).
"""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Any, Final

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from cases.exports import formats, ocel, xes
from cases.exports.events import COMPLETE, OBJECTS, Event, Source, Thing
from cases.exports.scope import Scope
from cases.kinds import ORDER_CONFIRMED, ORDER_REJECTED
from cases.models import Case
from record.models import Entry

from .. import kinds, kinds_handing
from ..flows import FLOWS
from ..models import StepTask
from ..nodes import Instruct
from ..nodes.approval import APPROVED, REFUSED, RETURNED
from ..nodes.instruct import CONFIRMED, REJECTED

SCHEDULED: Final = "schedule"
# Kind of fact → its place in the standard lifecycle of XES. A step given back waits for its post again.
TRANSITIONS: Final = {
    kinds.FLOW_STARTED.name: "start",
    kinds.FLOW_OPENED.name: "start",
    kinds.FLOW_ENDED.name: COMPLETE,
    kinds.STEP_OPENED.name: SCHEDULED,
    kinds.STEP_CLAIMED.name: "assign",
    kinds.STEP_RELEASED.name: SCHEDULED,
    kinds.STEP_HANDED_OVER.name: "reassign",
    kinds.STEP_REASSIGNED.name: "reassign",
    kinds_handing.STEP_SIGNED.name: "assign",
    kinds.STEP_COMPLETED.name: COMPLETE,
    kinds.STEP_APPROVED.name: COMPLETE,
    kinds.STEP_RETURNED.name: COMPLETE,
    kinds.STEP_REFUSED.name: COMPLETE,
    kinds.STEP_CANCELLED.name: "withdraw",
    kinds.WAIT_ENDED.name: COMPLETE,
    kinds.CAME_LATE.name: "unknown",
    kinds.ORDER_DROPPED.name: "withdraw",
    kinds.ORDER_SILENT.name: "unknown",
    ORDER_CONFIRMED.name: COMPLETE,
    ORDER_REJECTED.name: COMPLETE,
}
OUTCOMES: Final = {
    kinds.STEP_APPROVED.name: APPROVED,
    kinds.STEP_RETURNED.name: RETURNED,
    kinds.STEP_REFUSED.name: REFUSED,
    ORDER_CONFIRMED.name: CONFIRMED,
    ORDER_REJECTED.name: REJECTED,
}
# Records that are objects of a log are named in the body of the entry that changed them.
_CHANGES: Final = Q()
for _label in OBJECTS:
    _CHANGES.add(Q(body__contains=f'"model":"{_label}"'), Q.OR)


def events(scope: Scope, ids: list[int], everything: bool) -> Iterator[tuple[Case, Iterator[Event]]]:
    """The facts of these cases, one case after another, as they are read. Three queries for some cases."""
    cases = {case.stream: case for case in Case.objects.filter(pk__in=ids)}
    flows = {step.uuid: step.codes["flow"] for step in steps(ids)}
    wanted = Q(kind__in=TRANSITIONS)
    rows = scope.entries(ids).filter(wanted | _CHANGES if everything else wanted)
    for stream, entries in groupby(rows.iterator(chunk_size=1000), key=lambda entry: entry.stream):
        yield cases[stream], _of_case(entries, flows)


def steps(ids: list[int]) -> Iterator[Thing]:
    """What a person or a bank system did, and where roads met, with its flow. A query for some cases.

    Of a node or a flow that is gone from the source the name is not told; its uuid still ties events together.
    """
    tasks = StepTask.objects.filter(case__in=ids).select_related("process").order_by("case", "pk")
    for task in tasks.iterator(chunk_size=1000):
        node = task.flow_task
        if task.flow_task_type in ("HUMAN", "JOIN") or isinstance(node, Instruct):
            flow = getattr(task.process.flow_class, "__name__", "")
            yield Thing(
                str(task.uuid), task.case_id, {"node": getattr(node, "name", ""), "flow": flow, "role": task.role}
            )


def _of_case(entries: Iterator[Entry], flows: dict[str, str]) -> Iterator[Event]:
    """Some facts about an order name its node alone: then it is the one opened last."""
    opened: dict[str, str] = {}
    for entry in entries:
        step, task = entry.data.get("step", ""), entry.data.get("task", "")
        if entry.kind == kinds.STEP_OPENED.name:
            opened[step] = task
        if entry.kind not in TRANSITIONS:
            yield _event(entry, entry.kind, entry.kind, "", "")
        elif "flow" in entry.data:
            name = entry.data["flow"]
            yield _event(entry, name, _titles().get((name, ""), name), name, "")
        elif step:
            task = task or opened.get(step, "")
            flow = flows.get(task, "")
            yield _event(entry, step, str(_titles().get((flow, step), step)), flow, task)


def _event(entry: Entry, name: str, title: Any, flow: str, task: str) -> Event:
    transition = TRANSITIONS.get(entry.kind, COMPLETE)
    if entry.kind == kinds.STEP_OPENED.name and not entry.data["role"] and isinstance(_node(flow, name), Instruct):
        transition = "start"  # an order waits for nobody
    return Event(
        number=entry.number,
        kind=entry.kind,
        name=name,
        title=str(title),
        at=entry.recorded_at,
        transition=transition,
        resource=entry.actor_number,
        role=entry.actor_role,
        flow=flow,
        instance=task,
        more=_more(entry),
        changed=tuple(_changed(entry)),
    )


def _more(entry: Entry) -> dict[str, Any]:
    """Codes and moments that belong to it; never what somebody wrote."""
    more: dict[str, Any] = {}
    if outcome := OUTCOMES.get(entry.kind):
        more["outcome"] = outcome
    if entry.kind == kinds.STEP_CANCELLED.name:
        more["outcome"] = entry.data["why"]
    if entry.kind == kinds.STEP_OPENED.name:
        more |= {"post": entry.data["role"], "due": entry.data["due"] and parse_datetime(entry.data["due"])}
    if entry.happened_at != entry.recorded_at:
        more["happened"] = entry.happened_at
    return more


def _changed(entry: Entry) -> Iterator[tuple[str, str]]:
    for change in entry.changed:
        if change["model"] in OBJECTS:
            yield OBJECTS[change["model"]], str(change["uuid"])


@cache
def _nodes() -> dict[tuple[str, str], Any]:
    return {(flow.__name__, node.name): node for flow in FLOWS for node in flow.instance.nodes()}


def _node(flow: str, name: str) -> Any:
    return _nodes().get((flow, name))


@cache
def _titles() -> dict[tuple[str, str], Any]:
    """Titles of nodes, and of flows under no node; lazy ones, so that each export reads them in its language."""
    nodes = {key: node.task_title for key, node in _nodes().items() if node.task_title}
    return {**nodes, **{(flow.__name__, ""): flow.process_title for flow in FLOWS}}


def register() -> None:
    """Both logs, once."""
    if "xes" in formats.FORMATS:
        return
    source = Source(events, steps)
    formats.register(formats.Format("xes", _("XES event log"), xes.writer(source)))
    formats.register(formats.Format("ocel", _("OCEL event log"), ocel.writer(source), passes=ocel.PASSES))
