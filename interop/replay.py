"""python -m interop.replay LOG.xes LOG.json FLOW.bpmn: what pm4py makes of them, as one JSON object.

Of each case the events of the flow that stand for its elements are replayed: a person's step when it was completed, an
order when it was placed. Then each case is tampered with, one event taken out, two neighbours of it swapped.
"""

import json
import sys
import warnings
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pm4py
from pm4py.objects.log.obj import EventLog, Trace

from .net import MODEL, net_of

NAME, TRANSITION, CASE = "concept:name", "lifecycle:transition", "case:concept:name"
STANDS_FOR = {"userTask": "complete", "serviceTask": "start"}


def replayed(path: Path, bpmn: Path) -> dict[str, list[Any]]:
    """Number of the case → its events as the model has them."""
    process = ElementTree.parse(bpmn).getroot().find(f"{MODEL}process")
    assert process is not None
    tags = {element.attrib["id"]: element.tag.removeprefix(MODEL) for element in process}
    log = pm4py.convert_to_event_log(pm4py.read_xes(str(path)))
    wanted = {}
    for trace in log:
        events = [
            event
            for event in trace
            if event["flow"] == process.attrib["id"] and STANDS_FOR.get(tags.get(event[NAME], "")) == event[TRANSITION]
        ]
        wanted[trace.attributes[NAME]] = events
    return wanted


def fitness(cases: dict[str, list[Any]], model: Any) -> dict[str, float]:
    """Fitness of each case by token replay."""
    log = EventLog([Trace(events, attributes={NAME: name}) for name, events in cases.items()])
    found = pm4py.conformance_diagnostics_token_based_replay(log, *model)
    return {name: one["trace_fitness"] for name, one in zip(cases, found, strict=True)}


def having(cases: dict[str, list[Any]], *names: str) -> list[tuple[str, list[Any]]]:
    """The cases that have events of all these names."""
    return [(case, events) for case, events in cases.items() if set(names) <= {event[NAME] for event in events}]


def without(events: list[Any], name: str) -> list[Any]:
    """The events without the first of this name."""
    at = next(number for number, event in enumerate(events) if event[NAME] == name)
    return events[:at] + events[at + 1 :]


def swapped(events: list[Any], first: str, second: str) -> list[Any]:
    """The events, the last two of these names in each other's place."""
    names = [event[NAME] for event in events]
    one, other = (len(names) - 1 - names[::-1].index(name) for name in (first, second))
    order = list(range(len(events)))
    order[one], order[other] = other, one
    return [events[number] for number in order]


def main(xes: str, ocel: str, bpmn: str) -> dict[str, Any]:
    """Everything that is asked."""
    model, cases = net_of(Path(bpmn)), replayed(Path(xes), Path(bpmn))
    objects = pm4py.read_ocel2_json(ocel)
    return {
        "cases": {name: [event[NAME] for event in events] for name, events in cases.items()},
        "fitness": fitness(cases, model),
        "removed": {
            step: fitness({name: without(events, step) for name, events in having(cases, step)}, model)
            for step in ("stop_loss", "decide", "approve", "close")
        },
        "swapped": {
            f"{one} {other}": fitness(
                {name: swapped(events, one, other) for name, events in having(cases, one, other)}, model
            )
            for one, other in (("trace", "decide"), ("approve", "tell"), ("close", "call_back"))
        },
        "ocel": {
            "events": len(objects.events),
            "objects": len(objects.objects),
            "types": sorted(pm4py.ocel_get_object_types(objects)),
            "relations": len(objects.relations),
        },
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.stdout.write(json.dumps(main(*sys.argv[1:]), ensure_ascii=False))
