"""Work of the system itself, and questions gateways ask about a case."""

from collections.abc import Callable
from typing import Any

from viewflow.workflow import Activation, flow

from cases.actions.turn import Turn
from cases.models import Case


class Do(flow.Function):
    """The system does one case action, in the turn that brought the flow here."""

    def __init__(self, action: Callable[[Turn], Any], **kwargs: Any) -> None:
        super().__init__(lambda activation: action(activation.process.turn), **kwargs)


def on_case(rule: Callable[[Case], bool]) -> Callable[[Activation], bool]:
    """Let a gateway ask a rule about the case (a bound method would always be true, Viewflow trap 3)."""
    return lambda activation: rule(activation.process.case)


def on_matter(rule: Callable[[Any], bool]) -> Callable[[Activation], bool]:
    """Let a gateway of a flow beside the case ask a rule about what the process is about, as it stands now."""
    return lambda activation: rule(activation.process.flow_class.matter_of(activation.process))
