"""XES 2.0 (IEEE 1849-2016): one trace a case, one event a fact about a step or a flow, written as it is read."""

import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from cases.models import Case

from .bundle import Bundle, Member
from .events import Event, Source, moment
from .formats import Writer
from .scope import Scope

NAME: Final = "xes/log.xes"
EXTENSIONS: Final = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)
CLASSIFIERS: Final = (
    ("Activity", "concept:name"),
    ("Transition", "concept:name lifecycle:transition"),
    ("Resource", "org:resource"),
)
# What every trace and event has, with the value a reader assumes where it is missing: it never is.
GLOBAL: Final[dict[str, dict[str, Any]]] = {
    "trace": {"concept:name": "?"},
    "event": {
        "concept:name": "?",
        "time:timestamp": datetime.fromisoformat("1970-01-01T00:00:00+00:00"),
        "lifecycle:transition": "unknown",
        "org:resource": "?",
    },
}
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writer(source: Source) -> Writer:
    """The format's writer over these events; the manifest counts events."""

    def write(scope: Scope, bundle: Bundle) -> None:
        with bundle.member(NAME) as member:
            member.rows = 0
            log = _Log(member)
            log.begin()
            for ids in scope.chunks():
                for case, events in source.events(scope, ids, False):
                    log.trace(case, events)
            log.end()

    return write


class _Log:
    """The XML of it; every value passes through a writer that escapes."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.text = io.TextIOWrapper(member, "utf-8", newline="\n", write_through=False)
        self.xml = XMLGenerator(self.text, "utf-8", short_empty_elements=True)

    def begin(self) -> None:
        """The head: extensions, what is always there, classifiers."""
        self.xml.startDocument()
        about = {"xes.version": "1849.2016", "xes.features": "", "xmlns": "http://www.xes-standard.org/"}
        self._open("log", about)
        for name, prefix, uri in EXTENSIONS:
            self._leaf("extension", name=name, prefix=prefix, uri=uri)
        for scope, values in GLOBAL.items():
            self._open("global", {"scope": scope})
            self._values(values)
            self.xml.endElement("global")
        for name, keys in CLASSIFIERS:
            self._leaf("classifier", name=name, scope="event", keys=keys)
        self._values({"concept:name": "Redress", "lifecycle:model": "standard"})

    def trace(self, case: Case, events: Iterator[Event]) -> None:
        """A case by its number and its codes, and its events in the order they were recorded."""
        self.xml.characters("\n")
        self._open("trace")
        codes = {"uuid": str(case.uuid), "kind": case.kind, "channel": case.channel, "state": case.state}
        self._values({"concept:name": case.reference, **codes})
        for event in events:
            self._open("event")
            self._values(_told(event))
            self.xml.endElement("event")
            self.member.count()
        self.xml.endElement("trace")

    def end(self) -> None:
        """The last tag."""
        self.xml.characters("\n")
        self.xml.endElement("log")
        self.xml.endDocument()
        self.text.detach()  # flushes, and leaves the member to its bundle

    def _values(self, values: dict[str, Any]) -> None:
        for key, value in values.items():
            if value not in (None, ""):
                tag, text = _typed(value)
                self._leaf(tag, key=key, value=text)

    def _open(self, tag: str, attributes: dict[str, str] | None = None) -> None:
        self.xml.startElement(tag, AttributesImpl(attributes or {}))

    def _leaf(self, tag: str, **attributes: str) -> None:
        self._open(tag, attributes)
        self.xml.endElement(tag)


def _told(event: Event) -> dict[str, Any]:
    return {
        "concept:name": event.name,
        "concept:instance": event.instance,
        "time:timestamp": event.at,
        "lifecycle:transition": event.transition,
        "org:resource": event.resource,
        "org:role": event.role,
        "title": event.title,
        "flow": event.flow,
        "kind": event.kind,
        "entry": event.number,
        **event.more,
    }


def _typed(value: Any) -> tuple[str, str]:
    """The tag of a value and its text."""
    if isinstance(value, datetime):
        return "date", moment(value)
    if isinstance(value, int):
        return "int", str(value)
    return "string", _NO_XML.sub("\ufffd", str(value))
