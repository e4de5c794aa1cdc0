"""A flow as BPMN 2.0, generated from its nodes (docs/decisions/0044-event-logs-and-bpmn.md).

graph.py    nodes → elements and links, what each of our words is in BPMN
layout.py   where they stand: columns by the way a case takes, rows below each other
document.py both as XML
"""

from .document import document

__all__ = ["document"]
