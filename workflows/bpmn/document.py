"""The XML of a flow: process, and the diagram that shows it. The same flow and language give the same bytes."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from ..base import CaseFlow
from .graph import Element, Link, graph
from .layout import Points, Shape, shapes, ways

NAMESPACES: Final = {
    "xmlns:bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "xmlns:bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "xmlns:dc": "http://www.omg.org/spec/DD/20100524/DC",
    "xmlns:di": "http://www.omg.org/spec/DD/20100524/DI",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
TARGET: Final = "urn:redress:flows"


class _Writer:
    def __init__(self) -> None:
        self.text = io.StringIO()
        self._xml = XMLGenerator(self.text, "UTF-8", short_empty_elements=True)
        self._xml.startDocument()

    @contextmanager
    def element(self, tag: str, **attributes: object) -> Iterator[None]:
        """One element and what is written meanwhile; attributes that are empty are left out."""
        told = {name: str(value) for name, value in attributes.items() if value != ""}
        self._xml.startElement(tag, AttributesImpl(told))
        yield
        self._xml.endElement(tag)

    def leaf(self, tag: str, text: str = "", **attributes: object) -> None:
        with self.element(tag, **attributes):
            if text:
                self._xml.characters(text)


def document(flow: type[CaseFlow]) -> str:
    """The flow in the active language, ready for a file in UTF-8."""
    elements, links = graph(flow)
    writer, name = _Writer(), flow.__name__
    with writer.element("bpmn:definitions", id=f"{name}-definitions", targetNamespace=TARGET, **NAMESPACES):
        with writer.element("bpmn:process", id=name, name=str(flow.process_title), isExecutable="false"):
            for element in elements:
                _node(writer, element, links)
            for link in links:
                _link(writer, link)
        _diagram(writer, name, elements, links)
    return writer.text.getvalue() + "\n"


def _node(writer: _Writer, element: Element, links: Sequence[Link]) -> None:
    with writer.element(f"bpmn:{element.tag}", id=element.id, name=element.name):
        for link in links:
            if link.target == element.id:
                writer.leaf("bpmn:incoming", link.id)
        for link in links:
            if link.source == element.id:
                writer.leaf("bpmn:outgoing", link.id)
        if element.post:
            writer.leaf("bpmn:potentialOwner", id=f"{element.id}-post", name=element.post)
        if element.waits_for:
            _expression(writer, "bpmn:activationCondition", " and ".join(element.waits_for))
        if element.rule:
            with writer.element("bpmn:conditionalEventDefinition", id=f"{element.id}-rule"):
                _expression(writer, "bpmn:condition", element.rule)


def _link(writer: _Writer, link: Link) -> None:
    told = {"id": link.id, "name": link.name, "sourceRef": link.source, "targetRef": link.target}
    with writer.element("bpmn:sequenceFlow", **told):
        if link.rule:
            _expression(writer, "bpmn:conditionExpression", link.rule)


def _expression(writer: _Writer, tag: str, text: str) -> None:
    writer.leaf(tag, text, **{"xsi:type": "bpmn:tFormalExpression"})


def _diagram(writer: _Writer, name: str, elements: Sequence[Element], links: Sequence[Link]) -> None:
    placed = shapes(elements, links)
    diagram = writer.element("bpmndi:BPMNDiagram", id=f"{name}-diagram")
    with diagram, writer.element("bpmndi:BPMNPlane", id=f"{name}-plane", bpmnElement=name):
        for ident, shape in placed.items():
            _shape(writer, ident, shape)
        for ident, points in ways(placed, links).items():
            _edge(writer, ident, points)


def _shape(writer: _Writer, ident: str, shape: Shape) -> None:
    with writer.element("bpmndi:BPMNShape", id=f"{ident}-shape", bpmnElement=ident):
        writer.leaf("dc:Bounds", x=shape.x, y=shape.y, width=shape.width, height=shape.height)


def _edge(writer: _Writer, ident: str, points: Points) -> None:
    with writer.element("bpmndi:BPMNEdge", id=f"{ident}-edge", bpmnElement=ident):
        for x, y in points:
            writer.leaf("di:waypoint", x=x, y=y)
