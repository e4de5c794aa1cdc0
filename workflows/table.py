"""The step table of a flow, generated from its nodes: who, by when, with what on file."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from viewflow.workflow.fields import get_flow_ref

from record import algorithms

from .base import CaseFlow
from .models import FlowVersion
from .nodes import Approval, Do, Gather, Instruct, Step, Wait
from .nodes.timed import Timed


@dataclass(frozen=True)
class Row:
    """One node as the rule book tells it. `limit` is a policy key, `evidence` evidence kinds, `leads_to` and
    `always` (what a gathering waits for without end) names; `rests`: no limit while something runs beside the case;
    `starts`: policy keys of the limits of several steps that begin with it.
    """

    name: str
    word: str
    title: str
    role: str
    limit: str
    evidence: tuple[str, ...]
    apart: tuple[str, ...]
    guide: str
    leads_to: tuple[str, ...]
    always: tuple[str, ...] = ()
    rests: bool = False
    starts: tuple[str, ...] = ()


WORDS = {Approval: "approval", Step: "step", Instruct: "order", Do: "action", Wait: "wait", Gather: "gather"}


def word_of(node: Any) -> str:
    """What kind of node it is, in one word."""
    return next((word for kind, word in WORDS.items() if isinstance(node, kind)), node.task_type.lower())


def nodes_of(flow: type[CaseFlow]) -> list[Any]:
    """The flow's nodes in the order they are written: part after part, then its own (the engine's is alphabetical)."""
    names = dict.fromkeys(name for part in (*flow.__mro__[1:], flow) for name in vars(part))
    return [node for name in names if (node := flow.instance._nodes_by_name.get(name))]


def rows(flow: type[CaseFlow]) -> Iterator[Row]:
    """The step table, in reading order. Titles are English source strings."""
    for node in nodes_of(flow):
        yield Row(
            name=node.name,
            word=word_of(node),
            title=_source(node.task_title),
            role="by limit of authority" if getattr(node, "sum_of", None) else str(getattr(node, "role", "") or ""),
            limit=node.limit if isinstance(node, Timed) else "",
            evidence=tuple(str(kind) for kind in getattr(node, "evidence", ())),
            apart=tuple(other.name for other in getattr(node, "apart", ())),
            guide=node.guide if isinstance(node, Timed) else "",
            leads_to=tuple(edge.dst.name for edge in node._outgoing()),
            always=tuple(other.name for other in getattr(node, "always", ())),
            rests=getattr(node, "rests", None) is not None,
            starts=tuple(getattr(node, "starts", ())),
        )


def _source(title: Any) -> str:
    """The untranslated text of a lazy string, so that the table does not depend on who reads it."""
    args = getattr(title, "_args", None) or getattr(title, "_proxy____args", None)
    return str(args[0]) if args else str(title)


@lru_cache
def version_digest(flow: Any) -> tuple[str, str]:
    """(digest, table as JSON text) of the flow as written."""
    table = json.dumps([asdict(row) for row in rows(flow)], ensure_ascii=False, sort_keys=True)
    return algorithms.digest(table.encode(), algorithms.HASH), table


def version_of(flow: type[CaseFlow]) -> FlowVersion:
    """The row of this version of the flow; made when it is first needed. One query afterwards."""
    digest, table = version_digest(flow)  # type: ignore[arg-type]  # a class is hashable
    version, _ = FlowVersion.objects.get_or_create(digest=digest, defaults={"flow": get_flow_ref(flow), "table": table})
    return version
