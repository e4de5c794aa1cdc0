"""What must be true of every flow, checked before the server starts."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from knowledge import guides, limits

from .base import CaseFlow
from .flows import FLOWS
from .nodes import Approval, Instruct, Step
from .table import nodes_of


@register()
def flows_are_whole(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every human step has a post, a limit, a guide in both languages and a way to an end; every order a twin."""
    return [
        Error(f"{flow.__name__}.{name} {complaint}", id="workflows.E001")
        for flow in FLOWS
        for name, complaint in complaints(flow)
    ]


def complaints(flow: type[CaseFlow]) -> Iterator[tuple[str, str]]:
    """(node name, what is wrong with it)."""
    for node in nodes_of(flow):
        yield from ((node.name, wrong) for wrong in wrongs(node))
    if flow.on_withdrawal not in {node.name for node in nodes_of(flow)}:
        yield "on_withdrawal", "names no node"


def wrongs(node: Any) -> Iterator[str]:
    """What a node lacks."""
    if isinstance(node, Step):
        if not node.role and not isinstance(node, Approval):
            yield "has no post"
        if any(node.guide not in guides.slugs(language) for language in ("en", "zh-hans")):
            yield f"has no guide {node.guide!r} in both languages"
    if isinstance(node, Step | Instruct) and node.limit not in LIMITS:
        yield f"has no limit ({node.limit!r})"
    if isinstance(node, Instruct) and (node._rejected is None or node._silent is None):
        yield "has no manual twin"
    if not reaches_an_end(node):
        yield "leads to no end"


LIMITS = {value for name, value in vars(limits).items() if name.isupper() and isinstance(value, str)}


def reaches_an_end(node: Any) -> bool:
    """Whether an end can be reached from the node."""
    seen, todo = set(), [node]
    while todo:
        current = todo.pop()
        if current.task_type == "END":
            return True
        if current.name not in seen:
            seen.add(current.name)
            todo += [edge.dst for edge in current._outgoing()]
    return False
