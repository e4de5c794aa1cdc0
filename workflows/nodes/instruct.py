"""An order to a bank system, and the wait for its answer."""

from collections.abc import Callable, Iterator
from typing import Any, Self

from django.utils.translation import gettext as _
from viewflow import this
from viewflow.workflow import STATUS, Activation, flow
from viewflow.workflow.base import Edge
from viewflow.workflow.nodes.handle import HandleActivation

from cases.gateways import is_on
from cases.kinds import ORDER_CONFIRMED, ORDER_REJECTED
from record import outbox
from record.models import Order

from .. import kinds
from .step import StepActivation
from .timed import Timed, TimedActivation

CONFIRMED, REJECTED, OFF, BY_HAND = "confirmed", "rejected", "off", "by_hand"
READS = frozenset({"list_transactions"})  # changes nothing at the bank, whenever it arrives
HARMLESS = READS | {"restore_account"}  # done twice is done once


class InstructActivation(TimedActivation, HandleActivation):
    @Activation.status.transition(source=STATUS.NEW)
    def activate(self) -> None:
        """Write the order in the case's transaction and wait.

        With the interface off, or no card known that the order could name, go to the manual twin at once.
        """
        if not is_on(self.flow_task.system) or self.turn.case.card_id is None:
            self.task.outcome = OFF
            self.finish_order()
            return
        self.flow_task.order(self.turn, task=self.task.uuid)

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.DONE)
    def finish_order(self) -> None:
        self.finish(STATUS.DONE)

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.DONE, conditions=[lambda activation: False])
    def complete(self) -> None:
        """Never by the engine's own loop: only an answer ends the wait."""

    def answer(self, order: Order, *, confirmed: bool, data: dict[str, Any], reason: str = "") -> None:
        """Take the bank system's answer once: run the action it confirms, drop an open twin, go on."""
        self.task.outcome = CONFIRMED if confirmed else REJECTED
        about = {"step": self.flow_task.name, "task": str(self.task.uuid), "order": str(order.key)}
        if confirmed:
            self.turn.tell(ORDER_CONFIRMED, data={**about, "receipt": data["receipt"]})
            self.flow_task.confirmed(self.turn, order=order, data=data)
        else:
            self.turn.tell(ORDER_REJECTED, data=about, personal={"reason": reason})
            if self.flow_task.rejected_action:
                self.flow_task.rejected_action(self.turn, order=order, reason=reason)
        twins = [task for task in self.task.leading.all() if task.is_open]
        self.finish_order()
        if any(twin.flow_task is self._following for twin in twins):
            return  # the step it leads to is open already and goes on by itself
        for twin in twins:
            twin.process = self.process
            twin.flow_task.activation_class(twin).cancel()
            twin_is = {"step": twin.flow_task.name, "task": str(twin.uuid), "why": "answered"}
            self.turn.tell(kinds.STEP_CANCELLED, data=twin_is)
        self.activate_next()

    @property
    def _following(self) -> Any:
        """Where the outcome leads."""
        return self.flow_task._next if self.task.outcome == CONFIRMED else self.flow_task._rejected

    def silence(self) -> None:
        """The limit has passed without an answer: open the manual twin beside the wait, once."""
        if self.flow_task._silent is None or any(task.is_open for task in self.task.leading.all()):
            return
        self.turn.tell(kinds.ORDER_SILENT, data={"step": self.flow_task.name})
        self._activate_next({self.flow_task._silent._create(self, self.task.token)})

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Activation]:
        yield self._following._create(self, self.task.token)

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.CANCELED)
    def cancel(self) -> None:
        self.finish(STATUS.CANCELED)
        self._drop_order()

    def _drop_order(self) -> None:
        """Nobody waits for it any more: it is never sent. What was sent is still asked about, and not sent again."""
        for order in Order.objects.filter(task=self.task.uuid, state=Order.State.NEW):
            if outbox.void(order, "nobody waits for it"):
                self.turn.tell(kinds.ORDER_DROPPED, data={"step": self.flow_task.name, "order": str(order.key)})

    def may_have_arrived(self) -> bool:
        """An order of this wait may change something at the bank unknown to us. No worker takes it until we end."""
        orders = Order.objects.filter(task=self.task.uuid).exclude(operation__in=READS).select_for_update()
        return any(order.state in (Order.State.SENT, Order.State.UNKNOWN) for order in orders)


class Instruct(Timed, flow.Handle):
    """An order to a bank system: `Instruct("card", action).Confirmed(action).Rejected(node).Silent(node).Next(node)`.

    A word of ours because an answer may come late, twice or never: the order is an outbox row with its own key, written
    with the case; the answer runs the node once; the twin (a step of a person) relieves the wait.
    """

    activation_class = InstructActivation

    def __init__(self, system: str, order: Callable[..., Order], **kwargs: Any) -> None:
        super().__init__(None, **kwargs)
        self.system = system
        self.order = order
        self.rejected_action: Callable[..., Any] | None = None
        self._rejected = self._silent = None

    def Confirmed(self, action: Callable[..., Any]) -> Self:
        """What a confirmation changes on the case."""
        self.confirmed = action
        return self

    def Rejected(self, node: Any, action: Callable[..., Any] | None = None) -> Self:
        """Where to go, and what to note on the case, when the bank system says no or there is no interface."""
        self._rejected, self.rejected_action = node, action
        return self

    def Silent(self, node: Any) -> Self:
        """The manual twin that opens beside the wait when the limit passes without an answer."""
        self._silent = node
        return self

    def relieve(self, twin: StepActivation) -> None:
        """The twin was done by hand: the wait is over."""
        waiting = twin.process.steptask_set.filter(flow_task=self, status=STATUS.NEW)
        for task in waiting:
            task.process = twin.process
            task.outcome = BY_HAND
            InstructActivation(task).cancel()

    def _resolve(self, instance: flow.Flow) -> None:
        super()._resolve(instance)
        self._rejected, self._silent = (this.resolve(instance, node) for node in (self._rejected, self._silent))
        for twin in (self._rejected, self._silent):
            if twin is not None:
                twin.relieves = self

    def _outgoing(self) -> Iterator[Edge]:
        yield Edge(src=self, dst=self._next, edge_class="next")
        if self._rejected is not None:
            yield Edge(src=self, dst=self._rejected, edge_class="cond_false", label=_("Rejected"))
        if self._silent not in (None, self._rejected):
            yield Edge(src=self, dst=self._silent, edge_class="cond_false", label=_("No answer"))
