"""Trouble with a bank system that a demo case meets, as switches of the sandbox bank for one order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from record.models import Order

from .. import verbs
from . import words
from .plans import Plan
from .practice_bank import PracticeBank

# A bank system that has taken an order and books it only after this looks silent for as long as anybody tries the demo.
FOR_DAYS: Final = timedelta(days=30)


@dataclass(frozen=True)
class Trouble:
    """What goes wrong with the orders of these operations. `late`: booked only after that time, whoever asks before."""

    operations: tuple[str, ...] = ()
    switch: Mapping[str, Any] = field(default_factory=dict)
    late: timedelta = timedelta()
    answers_late: bool = False

    @property
    def wish(self) -> Mapping[str, Any]:
        """The switch as the sandbox bank takes it."""
        return self.switch or {"late": {"seconds": self.late.total_seconds()}}


ENDS: Final = ("replace_card", "release_card")
NONE: Final = Trouble()
TROUBLES: Final = {
    "stop_rejected": Trouble(("stop_card",), {"reject": words.CARD_REJECTED}),
    "stop_silent": Trouble(("stop_card",), late=timedelta(minutes=50)),
    "stop_pending": Trouble(("stop_card",), late=FOR_DAYS),
    "hold_rejected": Trouble(("hold_account",), {"reject": words.HOLD_REJECTED}),
    "list_rejected": Trouble(("list_transactions",), {"reject": words.LIST_REJECTED}),
    "credit_rejected": Trouble(("credit",), {"reject": words.CREDIT_REJECTED}),
    # the order never reaches the books, so that the person who asks reads "not booked"
    "credit_silent": Trouble(("credit",), {"silent": {"when": "before"}}),
    "credit_pending": Trouble(("credit",), late=FOR_DAYS),
    # the answer comes when somebody is already about to ask
    "credit_late": Trouble(("credit",), late=timedelta(hours=40), answers_late=True),
    "restore_rejected": Trouble(("restore_account",), {"reject": words.RESTORE_REJECTED}),
    "end_rejected": Trouble(ENDS, {"reject": words.CARD_REJECTED}),
}


def trouble_of(plan: Plan) -> Trouble:
    """The trouble of a case; none for most."""
    return TROUBLES.get(plan.fate.trouble, NONE)


@dataclass
class Courier:
    """Carries the orders of all cases, as the worker does; those that meet trouble find the sandbox bank ready."""

    bank: PracticeBank
    troubles: dict[UUID, Trouble] = field(default_factory=dict)

    def deliver(self) -> None:
        """Send and ask about what is due now. One at a time: an answer may place the order that is to meet trouble."""
        self.bank.keep_time()
        self._prepare()
        while verbs.deliver_orders(1):
            self._prepare()

    def _prepare(self) -> None:
        for order in Order.objects.filter(state=Order.State.NEW):
            trouble = self.troubles.get(order.subject, NONE)
            if order.operation in trouble.operations:
                self.bank.spoil(order.key, **trouble.wish)
