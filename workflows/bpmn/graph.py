"""What each of our words is in BPMN 2.0.

A person's step is a user task, an order to a bank system a service task, and what follows an answer (approval, order)
is an exclusive gateway `<name>_answer`. Roads that are always taken leave a parallel gateway, roads some of which are
asked for an inclusive one. A gathering is an inclusive gateway (it waits for whatever is still on its way), a parallel
one where it names its roads, a complex one where a limit ends the wait: its activation condition names what it waits
for without end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from viewflow.workflow import flow as engine

from ..base import CaseFlow
from ..nodes import Approval, Do, Gather, Instruct, Step, Wait
from ..table import nodes_of

ANSWER = "_answer"


@dataclass(frozen=True)
class Element:
    """One flow node. `post` is who does it, `waits_for` what a complex gateway needs, `rule` what a wait asks."""

    id: str
    tag: str
    name: str
    post: str = ""
    waits_for: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True)
class Link:
    """A sequence flow; `rule` names the question that lets a case through, of a road not always taken."""

    source: str
    target: str
    name: str = ""
    rule: str = ""

    @property
    def id(self) -> str:
        return f"{self.source}-to-{self.target}"


def graph(flow: type[CaseFlow]) -> tuple[list[Element], list[Link]]:
    """Elements in reading order, and their links, in the active language. TypeError: a node we have no word for."""
    elements: list[Element] = []
    links: list[Link] = []
    for node in nodes_of(flow):
        elements += _elements(node)
        links += _links(node)
    return elements, list(dict.fromkeys(links))


def _elements(node: Any) -> Iterator[Element]:
    yield _element(node)
    if _is_answered(node):
        yield Element(node.name + ANSWER, "exclusiveGateway", "")


def _is_answered(node: Any) -> bool:
    """What comes of it decides where the case goes: two places at least."""
    return isinstance(node, Approval | Instruct) and len({edge.dst for edge in node._outgoing()}) > 1


def _element(node: Any) -> Element:
    title = str(node.task_title or "")
    if isinstance(node, Step):
        by_sum = getattr(node, "sum_of", None) is not None
        return Element(node.name, "userTask", title, post="by_limit_of_authority" if by_sum else str(node.role))
    if isinstance(node, Wait):
        return Element(node.name, "intermediateCatchEvent", title, rule=node.rule.__name__)
    if isinstance(node, Gather):
        return Element(node.name, _gathering(node), title, waits_for=tuple(one.name for one in node.always))
    if isinstance(node, engine.Split):
        return Element(node.name, "inclusiveGateway" if _asks(node) else "parallelGateway", title)
    if node.task_type in ("START", "END"):
        return Element(node.name, f"{node.task_type.lower()}Event", "")
    return Element(node.name, _work(node), title)


def _work(node: Any) -> str:
    for kind, tag in ((Instruct, "serviceTask"), (Do, "scriptTask"), (engine.If, "exclusiveGateway")):
        if isinstance(node, kind):
            return tag
    raise TypeError(f"{type(node).__name__} has no word in BPMN; {node.name} cannot be drawn.")


def _gathering(node: Gather) -> str:
    if node.always:
        return "complexGateway"
    return "parallelGateway" if node.roads else "inclusiveGateway"


def _asks(split: Any) -> bool:
    return any(rule is not None for _to, rule, _data in split._branches)


def _links(node: Any) -> Iterator[Link]:
    if _is_answered(node):
        yield Link(node.name, node.name + ANSWER)
        for edge in node._outgoing():
            yield Link(node.name + ANSWER, edge.dst.name, _answer(node, edge))
    elif isinstance(node, engine.Split):
        for to, rule, _data in node._branches:
            always = "true" if _asks(node) else ""
            yield Link(node.name, to.name, rule=rule.__name__ if rule else always)
    elif isinstance(node, engine.If):
        rule = node._condition.__name__
        yield Link(node.name, node._on_true.name, _("Yes"), rule)
        yield Link(node.name, node._on_false.name, _("No"), f"not {rule}")
    else:
        for to in dict.fromkeys(edge.dst.name for edge in node._outgoing()):
            yield Link(node.name, to)


def _answer(node: Any, edge: Any) -> str:
    if edge.label:
        return str(edge.label)
    return _("Confirmed") if isinstance(node, Instruct) else ""
