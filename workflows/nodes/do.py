"""Work of the system itself, and questions gateways ask about a case."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Self

from viewflow.workflow import STATUS, Activation, flow
from viewflow.workflow.nodes.if_gate import IfActivation

from cases.actions.turn import Turn
from cases.models import Case


class Do(flow.Function):
    """The system does one case action, in the turn that brought the flow here."""

    def __init__(self, action: Callable[[Turn], Any], **kwargs: Any) -> None:
        super().__init__(lambda activation: action(activation.process.turn), **kwargs)


def on_case(rule: Callable[[Case], bool]) -> Callable[[Activation], bool]:
    """Let a gateway ask a rule about the case (a bound method would always be true, Viewflow trap 3).

    It goes by the name of the rule.
    """

    @wraps(rule, assigned=("__name__",), updated=())
    def asked(activation: Activation) -> bool:
        return rule(activation.process.case)

    return asked


def on_matter(rule: Callable[[Any], bool]) -> Callable[[Activation], bool]:
    """Let a gateway of a flow beside the case ask a rule about what the process is about, as it stands now."""

    @wraps(rule, assigned=("__name__",), updated=())
    def asked(activation: Activation) -> bool:
        return rule(activation.process.flow_class.matter_of(activation.process))

    return asked


class AskActivation(IfActivation):
    """A question is answered as it is asked: nobody waits at it, so it is one row, written once."""

    @classmethod
    def create(
        cls, flow_task: Any, prev_activation: Activation, token: Any, data: Any = None, seed: Any = None
    ) -> Self:
        """The task, done, with the way its answer leads; nothing is put in data or seed (Viewflow trap 7)."""
        process = prev_activation.process
        task = flow_task.flow_class.task_class(
            process=process,
            case=process.case,
            flow_task=flow_task,
            token=token,
            status=STATUS.DONE,
            finished=process.turn.now,
        )
        activation = cls(task)
        activation._condition_result = flow_task._condition(activation)
        task.begin(prev_activation.task)
        return activation


class Ask(flow.If):
    """A question about the case: `Ask(rule).Then(node).Else(node)`.

    A word of ours because the engine's `If` writes its task twice and wraps the question in a savepoint.
    """

    activation_class = AskActivation

    def __init__(self, rule: Callable[[Case], bool], **kwargs: Any) -> None:
        super().__init__(on_case(rule), **kwargs)
