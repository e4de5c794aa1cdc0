"""What must be true of every flow, checked before the server starts."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.utils.functional import Promise

from accounts.permissions import Verb, allowed
from knowledge import guides, limits

from .base import CaseFlow
from .flows import FLOWS
from .nodes import Approval, Gather, Instruct, Step
from .table import nodes_of


@register()
def flows_are_whole(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every human step has a post, a limit, a guide in both languages and a way to an end; every order a twin."""
    return [
        Error(f"{flow.__name__}.{name} {complaint}", id="workflows.E001")
        for flow in FLOWS
        for name, complaint in complaints(flow)
    ]


LIMITS = {value for name, value in vars(limits).items() if name.isupper() and isinstance(value, str)}


def complaints(flow: type[CaseFlow]) -> Iterator[tuple[str, str]]:
    """(node name, what is wrong with it)."""
    nodes = nodes_of(flow)
    for node in nodes:
        yield from (
            (node.name, wrong) for wrong in (*_of_step(node), *_of_limit(node), *_of_gathering(node), *_of_ways(node))
        )
    met = {reached.name for node in nodes if node.task_type == "START" for reached in from_here(node)}
    yield from ((node.name, "is never reached") for node in nodes if node.name not in met)
    if flow.on_withdrawal not in {node.name for node in nodes}:
        yield "on_withdrawal", "names no node"


def _of_step(node: Any) -> Iterator[str]:
    if not isinstance(node, Step):
        return
    if not node.role and getattr(node, "sum_of", None) is None:
        yield "has no post"
    verb = Verb.APPROVE if isinstance(node, Approval) else Verb.COMPLETE
    if node.role and not allowed(node.role, verb, step_role=node.role):
        yield f"has a post that may not finish steps ({node.role})"
    if isinstance(node, Approval) and (node._refused is None) != (node.question.refuse is None):
        yield "has not the ways out that what it asks has answers"
    if any(node.guide not in guides.slugs(language) for language in ("en", "zh-hans")):
        yield f"has no guide {node.guide!r} in both languages"
    if node in node.apart:
        yield "is kept apart from itself"


def _of_limit(node: Any) -> Iterator[str]:
    starts, ends = set(getattr(node, "starts", ())), set(getattr(node, "ends", ()))
    yield from (f"names no limit ({key!r})" for key in sorted((starts | ends) - LIMITS))
    ended = ends.union(*(getattr(reached, "ends", ()) for reached in from_here(node)))
    yield from (f"starts a limit that no later step ends ({key!r})" for key in sorted(starts - ended))
    if isinstance(node, Step | Instruct):
        if node.limit not in LIMITS:
            yield f"has no limit ({node.limit!r})"
        if not isinstance(node.task_title, Promise):
            yield "has no title to translate"


def _of_gathering(node: Any) -> Iterator[str]:
    if isinstance(node, Gather):
        if node.always and node.limit not in LIMITS:
            yield "waits for the rest without a limit"
        if not isinstance(node.task_title, Promise):
            yield "has no title to translate"


def _of_ways(node: Any) -> Iterator[str]:
    if isinstance(node, Instruct) and (node._rejected is None or node._silent is None):
        yield "has no manual twin"
    if not any(reached.task_type == "END" for reached in from_here(node)):
        yield "leads to no end"


def from_here(node: Any) -> list[Any]:
    """The node and all that can be reached from it."""
    seen: dict[str, Any] = {}
    todo = [node]
    while todo:
        current = todo.pop()
        if current.name not in seen:
            seen[current.name] = current
            todo += [edge.dst for edge in current._outgoing()]
    return list(seen.values())
