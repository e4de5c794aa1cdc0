"""What every node that waits has: a limit that starts with it, ends with it, and is told in the journal."""

from collections.abc import Callable
from typing import Any, Self

from viewflow.workflow import STATUS, Activation

from accounts.models import Branch
from accounts.permissions import Place
from cases.actions import deadlines
from cases.actions.turn import Turn
from record.journal import stamp

from .. import kinds


class TimedActivation(Activation):
    """Creates the task with its post and place, opens its limit, and closes it at the end, whatever the end is."""

    @property
    def turn(self) -> Turn:
        return self.process.turn

    @classmethod
    def create(
        cls, flow_task: Any, prev_activation: Activation, token: Any, data: Any = None, seed: Any = None
    ) -> Self:
        """One task row and its link to the task before; nothing is put in data or seed (Viewflow trap 7)."""
        process = prev_activation.process
        case = process.case
        place = flow_task.place_of(process)
        task = flow_task.flow_class.task_class(
            process=process,
            case=case,
            flow_task=flow_task,
            token=token,
            tier1_id=place.tier1_id,
            tier2_id=place.tier2_id,
            outlet_id=place.outlet_id,
            created=process.turn.now,
        )
        activation = cls(task)
        activation.prepare()
        if flow_task.limit and not cls.is_unregistered(case, prev_activation) and not flow_task.is_resting(case):
            deadline = deadlines.start(activation.turn, flow_task.limit, subject=task.uuid)
            task.due_at = deadline.due_at
        for key in flow_task.starts:
            activation.start_stretch(key)
        task.begin(prev_activation.task)
        activation.turn.tell(
            kinds.STEP_OPENED,
            data={
                "step": flow_task.name,
                "task": str(task.uuid),
                "role": task.role,
                "due": stamp(task.due_at) if task.due_at else None,
            },
        )
        return activation

    def start_stretch(self, key: str) -> None:
        """Begin a limit of several steps, unless it runs already: a step sent back or begun anew gives no more time."""
        case = self.turn.case
        if deadlines.running(self.turn, subject=case.uuid, key=key) is None:
            deadlines.start(self.turn, key, subject=case.uuid, role=self.task.role)

    @staticmethod
    def is_unregistered(case: Any, previous: Activation) -> bool:
        """An imported case waits for its first person without a clock: it was received before anybody here knew."""
        is_first = previous.flow_task.task_type == "START" and previous.process.subject is None
        return bool(case.imported_from) and is_first

    def prepare(self) -> None:
        """Fill the task before it is saved."""
        self.task.role = str(self.flow_task.role or "")

    def write_end(self, *names: str) -> None:
        """Write these columns of a task nobody works on any more."""
        self.task.save(update_fields=names)

    def finish(self, status: str) -> None:
        """Write the end of the task and close its limit."""
        self.task.finished = self.turn.now
        self.task.status = status
        self.write_end("status", "outcome", "started", "finished")
        if self.flow_task.limit:
            outcome = "cancelled" if status == STATUS.CANCELED else None
            deadlines.stop(self.turn, subject=self.task.uuid, outcome=outcome)
        if status == STATUS.DONE and self.ends_stretches():
            for key in self.flow_task.ends:
                deadlines.stop(self.turn, subject=self.turn.case.uuid, key=key)

    def ends_stretches(self) -> bool:
        """Whether being done ends the limits of several steps that end with this one."""
        return True

    def drop_stretches(self) -> None:
        """The case is led back to before this step: its limits of several steps are no longer needed."""
        for key in {*self.flow_task.starts, *self.flow_task.ends}:
            deadlines.stop(self.turn, subject=self.turn.case.uuid, key=key, outcome="cancelled")


def superior_of(process: Any) -> Place:
    """The body above the one that decided, in a flow about a review; head office when none stands above."""
    superior: Place | None = process.flow_class.matter_of(process).superior_unit
    return superior or Branch.objects.head_office()


class Timed:
    """Node mixin: `.Within(limit)`, where limit is a policy key of knowledge.limits."""

    limit: str = ""
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    role: str = ""
    guide: str = ""
    rests: Callable[[Any], bool] | None = None
    place: Callable[[Any], Place] | None = None

    def At(self, place: Callable[[Any], Place]) -> Self:
        """Where it waits, when not where the case is handled: the place of the process, seen by it and from above."""
        self.place = place
        return self

    def place_of(self, process: Any) -> Place:
        """Where this step of the process waits."""
        found: Place = process.case if self.place is None else self.place(process)
        return found

    def RestsWhile(self, rule: Callable[[Any], bool]) -> Self:
        """The limit does not run while the rule holds of the case: it begins when that has ended."""
        self.rests = rule
        return self

    def is_resting(self, case: Any) -> bool:
        """Its limit does not run yet."""
        return self.rests is not None and self.rests(case)

    def Within(self, limit: str) -> Self:
        """The node's house limit, by its policy key; the law's limit on the case is apart."""
        self.limit = limit
        return self

    def Starts(self, *limits: str) -> Self:
        """Limits of several steps, by policy key, that begin when this one opens; of the case, not of a task."""
        self.starts = limits
        return self

    def Ends(self, *limits: str) -> Self:
        """Limits of several steps that end with this one: done, and of an approval answered but not sent back."""
        self.ends = limits
        return self

    def Guide(self, slug: str) -> Self:
        """The page of knowledge/guides shown beside the step."""
        self.guide = slug
        return self

    def Titled(self, title: Any) -> Self:
        """The step's name on the screen; translatable."""
        self.task_title = title
        return self
