"""What moves a flow. Page, API, command and sweep call these; nothing else calls the engine.

Each verb: lock the case → check scope, holder, duty, state → cases.actions → engine → journal, one transaction.
"""

from .approvals import approve, refuse, send_back
from .cancelling import cancel, withdraw
from .opening import open_beside
from .orders import answer, deliver_orders
from .preserving import answer_item, ask_for_evidence, evidence_lasts
from .starting import start, start_handling, start_with
from .stepwork import claim, complete, hand_back, hand_over, reassign, release, sign

__all__ = [
    "answer",
    "answer_item",
    "approve",
    "ask_for_evidence",
    "cancel",
    "claim",
    "complete",
    "deliver_orders",
    "evidence_lasts",
    "hand_back",
    "hand_over",
    "open_beside",
    "reassign",
    "refuse",
    "release",
    "send_back",
    "sign",
    "start",
    "start_handling",
    "start_with",
    "withdraw",
]
