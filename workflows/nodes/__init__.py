"""The words our flows are written in: who does it, by when, with what on file, and who may not."""

from .approval import Approval, asked_before
from .do import Ask, Do, on_case, on_matter
from .gather import Gather
from .instruct import Instruct
from .step import Step
from .timed import superior_of
from .wait import Wait

__all__ = [
    "Approval",
    "Ask",
    "Do",
    "Gather",
    "Instruct",
    "Step",
    "Wait",
    "asked_before",
    "on_case",
    "on_matter",
    "superior_of",
]
