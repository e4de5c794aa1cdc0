"""A process beside the case waits for something of the case, and goes on by itself when that holds."""

from collections.abc import Callable
from typing import Any

from .gather import Gather, GatherActivation


class WaitActivation(GatherActivation):
    """Asked when it is reached, and again when the case has moved (`verbs.leading`)."""

    def is_ready(self) -> bool:
        return bool(self.flow_task.rule(self.process.case))


class Wait(Gather):
    """A waiting place with a question instead of other roads: `Wait(rule).Next(node)`.

    A word of ours because no person and no timer ends the wait: an advance is settled when the decision is told.
    """

    activation_class = WaitActivation

    def __init__(self, rule: Callable[[Any], bool], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rule = rule
