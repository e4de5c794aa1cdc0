"""What all our flows share: our tables, our lock, and the case they work on. It carries no node (Viewflow trap 5)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from viewflow.workflow import Activation, flow

from accounts.permissions import Verb
from cases.actions.turn import Turn
from cases.models import Case
from cases.models.beside import Beside

from .models import CaseProcess, StepTask


@contextmanager
def lock_case(flow_class: type[flow.Flow], process_pk: int) -> Iterator[None]:
    """The engine's lock is the house's lock: the case row, which our verbs hold already."""
    Case.objects.locked(uuid=flow_class.process_class.objects.values_list("case__uuid", flat=True).get(pk=process_pk))
    yield


class CaseFlow(flow.Flow):
    """A flow on a case. Subclasses name their nodes; `on_withdrawal` names the node a withdrawn case goes on at.

    `on_new_facts` names the node new facts begin at again, `on_settlement` the one an agreement with the customer or
    its end begins at again; none when they change nothing.
    """

    process_class = CaseProcess
    task_class = StepTask
    lock_impl = staticmethod(lock_case)
    on_withdrawal: str = ""
    on_new_facts: str = ""
    on_settlement: str = ""

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


# What a matter may point to and its steps look at
RELATED = ("person_key", "transaction", "recovery", "voucher", "referral", "decided_unit", "superior_unit")


class BesideFlow(CaseFlow):
    """A flow of its own beside the case's main flow: about one matter, opened by a person, outliving the answer.

    `matter` is the model of what it is about, found by the process's subject; `opening` the right to open it;
    `opening_form` what is asked then.
    """

    matter: type[Beside]
    opening: Verb
    opening_form: Any = None

    def for_matter(self, activation: Activation, turn: Turn, matter: Beside) -> CaseProcess:
        """Bind a new process to the case in hand and to what it is about."""
        process = self.for_case(activation, turn)
        process.subject, process.opened_by = matter.uuid, turn.user
        return process

    @classmethod
    def matter_of(cls, process: CaseProcess) -> Any:
        """What the process is about, as it stands now, ready for actions. One query."""
        fields = {field.name for field in cls.matter._meta.get_fields()}
        related = [name for name in RELATED if name in fields]
        subject: Any = process.subject
        matter: Any = cls.matter._default_manager.select_related(*related).get(uuid=subject)
        matter.case = process.case
        return matter

    @classmethod
    def is_overtaken(cls, process: CaseProcess) -> bool:
        """The telling of the decision leaves nothing to do for it: it is led out as for a withdrawn case."""
        return False
