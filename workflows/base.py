"""What all our flows share: our tables, our lock, and the case they work on. It carries no node (Viewflow trap 5)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from viewflow.workflow import Activation, flow

from cases.actions.turn import Turn
from cases.models import Case

from .models import CaseProcess, StepTask


@contextmanager
def lock_case(flow_class: type[flow.Flow], process_pk: int) -> Iterator[None]:
    """The engine's lock is the house's lock: the case row, which our verbs hold already."""
    Case.objects.locked(uuid=flow_class.process_class.objects.values_list("case__uuid", flat=True).get(pk=process_pk))
    yield


class CaseFlow(flow.Flow):
    """A flow on a case. Subclasses name their nodes; `on_withdrawal` names the node a withdrawn case goes on at.

    `on_new_facts` names the node new facts begin at again; none when they change nothing.
    """

    process_class = CaseProcess
    task_class = StepTask
    lock_impl = staticmethod(lock_case)
    on_withdrawal: str = ""
    on_new_facts: str = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # Viewflow would give every flow this class's title; each has its own.
        for name in ("process_title", "process_description"):
            if name not in vars(cls):
                setattr(cls, name, "")
        super().__init_subclass__(**kwargs)

    def for_case(self, activation: Activation, turn: Turn) -> CaseProcess:
        """Bind a new process to the case in hand."""
        from .table import version_of

        process = activation.process
        process.case = turn.case
        process.turn = turn
        process.created = turn.now
        process.flow_version = version_of(type(self))
        return process
