"""OCEL 2.0 in JSON: events that touch several objects, a case and its steps, transactions, proposals, letter and money.

{"events": […], "objects": […], "eventTypes": […], "objectTypes": […]}: both long lists are written as they are read,
what types there are is known when they are through. Sums are strings: a float would not be the sum.
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from django.apps import apps

from cases.models import Case

from .bundle import Bundle, Member
from .events import COMPLETE, OBJECTS, Event, Source, moment
from .formats import Writer
from .scope import Scope

NAME: Final = "ocel/log.json"
BEGINNING: Final = "1970-01-01T00:00:00Z"  # of a value that holds as long as the object does
# Kind of object → its attributes; all are codes, sums or numbers.
ATTRIBUTES: Final = {
    "case": ("reference", "kind", "channel", "state"),
    "step": ("node", "flow", "role"),
    "transaction": ("amount", "currency", "channel", "type", "ground"),
    "proposal": ("number", "total", "currency", "state"),
    "letter": ("way", "means"),
    "money": ("kind", "amount", "currency", "state"),
}
EVENT_ATTRIBUTES: Final = ("resource", "role", "title", "flow", "kind", "transition", "entry")
PASSES: Final = 2


def writer(source: Source) -> Writer:
    """The format's writer over these events; the manifest counts events, not objects."""

    def write(scope: Scope, bundle: Bundle) -> None:
        with bundle.member(NAME) as member:
            member.rows = 0
            types: set[str] = set()
            _list(member, "{", "events", _events(source, scope, types, member))
            _list(member, ",", "objects", _objects(source, scope))
            _list(member, ",", "eventTypes", (_type(name, EVENT_ATTRIBUTES) for name in sorted(types)))
            _list(member, ",", "objectTypes", (_type(name, fields) for name, fields in ATTRIBUTES.items()))
            member.write(b"}\n")

    return write


def _list(member: Member, before: str, name: str, items: Iterator[dict[str, Any]]) -> None:
    member.write(f'{before}"{name}":['.encode())
    for number, item in enumerate(items):
        text = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
        member.write(f"{',' if number else ''}\n{text}".encode())
    member.write(b"]")


def _type(name: str, attributes: tuple[str, ...]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": one, "type": "string"} for one in attributes]}


def _events(source: Source, scope: Scope, types: set[str], member: Member) -> Iterator[dict[str, Any]]:
    for ids in scope.chunks():
        known = set(_known(source, ids))
        for case, events in source.events(scope, ids, True):
            for event in events:
                made = _event(case, event, known)
                types.add(made["type"])
                member.count()
                yield made


def _event(case: Case, event: Event, known: set[str]) -> dict[str, Any]:
    values = {"resource": event.resource, "role": event.role, "title": event.title, "flow": event.flow}
    values |= {"kind": event.kind, "transition": event.transition, "entry": str(event.number)}
    touched = [(f"case:{case.uuid}", "case"), (f"step:{event.instance}", "step")]
    touched += [(f"{kind}:{name}", "changed") for kind, name in event.changed]
    return {
        "id": f"{case.uuid}/{event.number}",
        "type": event.name if event.transition == COMPLETE else f"{event.name}:{event.transition}",
        "time": moment(event.at),
        "attributes": [{"name": name, "value": value} for name, value in values.items()],
        "relationships": [
            {"objectId": name, "qualifier": how} for name, how in dict.fromkeys(touched) if name in known
        ],
    }


def _known(source: Source, ids: list[int]) -> Iterator[str]:
    """Names of all objects of these cases: an event points to nothing else."""
    yield from (f"case:{uuid}" for uuid in Case.objects.filter(pk__in=ids).values_list("uuid", flat=True))
    yield from (f"step:{step.uuid}" for step in source.steps(ids))
    for label, kind in OBJECTS.items():
        rows = apps.get_model(label)._default_manager.filter(case__in=ids)
        yield from (f"{kind}:{uuid}" for uuid in rows.values_list("uuid", flat=True))


def _objects(source: Source, scope: Scope) -> Iterator[dict[str, Any]]:
    for ids in scope.chunks():
        cases = {case.pk: case for case in Case.objects.filter(pk__in=ids).order_by("pk")}
        for case in cases.values():
            yield _object("case", str(case.uuid), partial(getattr, case))
        for step in source.steps(ids):
            yield _object("step", step.uuid, step.codes.__getitem__, cases[step.case])
        for label, kind in OBJECTS.items():
            rows = apps.get_model(label)._default_manager.filter(case__in=ids).order_by("case", "pk")
            for row in rows.iterator(chunk_size=1000):
                yield _object(kind, str(row.uuid), partial(getattr, row), cases[row.case_id])


def _object(kind: str, name: str, value: Callable[[str], Any], case: Case | None = None) -> dict[str, Any]:
    values = [(one, value(one)) for one in ATTRIBUTES[kind]]
    return {
        "id": f"{kind}:{name}",
        "type": kind,
        "attributes": [
            {"name": one, "time": BEGINNING, "value": str(said)} for one, said in values if said not in (None, "")
        ],
        "relationships": [{"objectId": f"case:{case.uuid}", "qualifier": "of the case"}] if case else [],
    }
