"""Where roads that ran side by side come together, and for which of them the case waits."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Self

from viewflow import this
from viewflow.workflow import STATUS, Activation, flow
from viewflow.workflow.token import Token

from .. import kinds
from .timed import Timed, TimedActivation

WHOLE, WITHOUT, LATE = "whole", "without", "late"


def reached_from(node: Any) -> frozenset[str]:
    """Names of the nodes the case can get to from this one."""
    seen: set[str] = set()
    todo = [edge.dst for edge in node._outgoing()]
    while todo:
        current = todo.pop()
        if current.name not in seen:
            seen.add(current.name)
            todo += [edge.dst for edge in current._outgoing()]
    return frozenset(seen)


class GatherActivation(TimedActivation):
    """One waiting place for whatever arrives; it goes on once, and what comes after that ends here and says so."""

    type = "join"

    @classmethod
    def create(
        cls, flow_task: Any, prev_activation: Activation, token: Any, data: Any = None, seed: Any = None
    ) -> Self:
        """Arrive: at the place that waits already, at a new one, or too late.

        A road the case does not always wait for, arriving when the case has gone on, is noted and moves nothing.
        """
        process = prev_activation.process
        places = process.steptask_set.filter(flow_task=flow_task).exclude(status=STATUS.CANCELED)
        waiting = places.order_by("-id").first()
        if waiting is not None and waiting.status == STATUS.NEW:
            waiting.process, waiting.case = process, process.case
            waiting.previous.add(prev_activation.task)
            return cls(waiting)
        came_late = waiting is not None and bool(flow_task.always) and prev_activation.flow_task not in flow_task.always
        activation = super().create(flow_task, prev_activation, Token(str(token).split("/", 1)[0]))
        if came_late:
            activation.come_late(prev_activation.flow_task)
        return activation

    @Activation.status.transition(source=STATUS.NEW)
    def activate(self) -> None:
        """Wait."""

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.DONE, conditions=[lambda one: one.is_ready()])
    def complete(self) -> None:
        """Go on, and say without what when the limit ended the wait."""
        open_roads = self._open_roads()
        self.task.outcome = WITHOUT if open_roads else WHOLE
        if open_roads:
            about = {"step": self.flow_task.name, "task": str(self.task.uuid), "without": open_roads}
            self.turn.tell(kinds.WAIT_ENDED, data=about)
        self.finish(STATUS.DONE)

    def is_ready(self) -> bool:
        """Nothing it always waits for is open, and nothing else is either or the limit has passed."""
        left = set(self._open_roads())
        if left & self.flow_task.before_always:
            return False
        return not left or self._is_over()

    def _is_over(self) -> bool:
        return bool(self.flow_task.always) and self.task.due_at is not None and self.task.due_at <= self.turn.now

    def _open_roads(self) -> list[str]:
        """Names of the nodes at which roads to here still stand."""
        tasks = self.process.steptask_set.open().exclude(pk=self.task.pk)
        names = {task.flow_task.name for task in tasks.only("flow_task", "process")}
        return sorted(names & self.flow_task.before)

    def limit_passed(self) -> None:
        """The sweep's word that the limit is over: go on with what there is, unless the case always waits for more."""
        if self.task.status == STATUS.NEW and self.is_ready():
            self.complete()
            self.activate_next()

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.DONE)
    def come_late(self, node: Any) -> None:
        """Noted, and nothing more: the case has gone on."""
        self.task.outcome = LATE
        self.turn.tell(kinds.CAME_LATE, data={"step": node.name, "task": str(self.task.uuid)})
        self.finish(STATUS.DONE)

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Activation]:
        if self.task.outcome != LATE:
            yield self.flow_task._next._create(self, self.task.token)

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.CANCELED)
    def cancel(self) -> None:
        self.finish(STATUS.CANCELED)


class Gather(Timed, flow.Join):
    """Roads come together: `Gather().Always(step).Within(limit).Next(node)`; without Always it waits for all of them.

    A word of ours because Viewflow's Join waits for every road or cancels those that are late. A decision waits for the
    trace however long it takes, for the rest until a limit; what is late goes on, and arrives on the record.
    """

    activation_class = GatherActivation

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.always: tuple[Any, ...] = ()
        self.roads: tuple[Any, ...] = ()

    def Always(self, *nodes: Any) -> Self:
        """The nodes the case waits for without end; for every other road it waits until the limit."""
        self.always = nodes
        return self

    def Of(self, *nodes: Any) -> Self:
        """Only these nodes are waited for: of a round that may begin again nothing else tells what comes before."""
        self.roads = nodes
        return self

    def _resolve(self, instance: flow.Flow) -> None:
        super()._resolve(instance)
        self.roads = tuple(this.resolve(instance, node) for node in self.roads)
        self.always = tuple(this.resolve(instance, node) for node in self.always)

    @cached_property
    def before(self) -> frozenset[str]:
        """Names of the nodes that lead here and that it does not lead back to; of a round, the nodes it names."""
        if self.roads:
            return frozenset(node.name for node in self.roads)
        return self._leading_to(self) - reached_from(self)

    @cached_property
    def before_always(self) -> frozenset[str]:
        """Of these the ones on roads it waits for without end."""
        if not self.always:
            return self.before
        return frozenset().union(*(self._leading_to(node) | {node.name} for node in self.always)) & self.before

    def _leading_to(self, node: Any) -> frozenset[str]:
        nodes = self.flow_class.instance.nodes()
        return frozenset(one.name for one in nodes if one is not node and node.name in reached_from(one))
