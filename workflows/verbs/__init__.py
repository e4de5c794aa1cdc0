"""What moves a flow. Page, API, command and sweep call these; nothing else calls the engine.

Each verb: lock the case → check scope, holder, duty, state → cases.actions → engine → journal, one transaction.
"""

from .approvals import approve, refuse, send_back
from .cancelling import cancel, withdraw
from .opening import open_beside
from .orders import answer, deliver_orders
from .starting import start, start_with
from .stepwork import claim, complete, hand_over, reassign, release

__all__ = [
    "answer",
    "approve",
    "cancel",
    "claim",
    "complete",
    "deliver_orders",
    "hand_over",
    "open_beside",
    "reassign",
    "refuse",
    "release",
    "send_back",
    "start",
    "start_with",
    "withdraw",
]
