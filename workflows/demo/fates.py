"""What befalls a demo case, and how many days each step of its way takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from .left import LEFT, Left

# What befalls past cases: an event, or after ":" trouble with a bank system. Between two of them come plain cases.
SPECIAL: Final = (
    *("returned", "withdrawn", "returned", ":stop_rejected", "declined", "returned", ":end_rejected", "handed_over"),
    *("withdrawn", ":credit_rejected", "returned", ":stop_silent", "refused", "declined", ":list_rejected"),
    *(":restore_rejected", "returned", ":credit_silent", "interest", ":credit_late", "handed_over", "withdrawn"),
)
# Whole days between a step's opening and its end: at least, at most.
GAPS: Final = {
    "keep_evidence": (0, 1),
    "trace": (1, 4),
    "decide": (1, 4),
    "propose": (0, 1),
    "approve": (0, 1),
    "draft_letter": (0, 1),
    "tell": (0, 1),
    "pay": (0, 1),
    "ask_core": (0, 1),
    "restore_by_hand": (0, 1),
    "end_collection": (0, 1),
    "end_credit_mark": (0, 1),
    "repair_debits": (0, 1),
    "end_card": (0, 4),
    "end_card_by_hand": (0, 2),
    "close": (0, 2),
    "call_back": (0, 1),
    "archive": (3, 24),
}
LATE: Final = {"trace": 4, "decide": 9, "propose": 2, "approve": 3, "tell": 2, "pay": 2, "end_card": 4, "close": 3}
AGAIN: Final = {"returned": ("propose", "approve"), "refused": ("decide", "propose", "approve")}
BY_HAND: Final = {
    "credit_silent": ("ask_core", "pay_by_hand", "check_by_hand"),
    "credit_pending": ("ask_core", "pay_by_hand", "check_by_hand"),
    "credit_rejected": ("pay_by_hand", "check_by_hand"),
    "restore_rejected": ("restore_by_hand",),
}
# The core ledger's silence is noticed when the payment's limit has passed: at the end of the day after the order.
SILENT_DAYS: Final = 2
# A letter's way between draft and telling.
LETTER: Final = ("check_letter", "issue_letter", "seal_letter")
# What runs beside the money, done the day the customer is told.
AFTER: Final = ("correct_credit_record", "judge_risk")
# What opens in the call or within the hour after it, and what opens beside the way: behind which step.
FROM_THE_CALL: Final = (
    *("stop_by_hand", "hold_by_hand", "stop_collection", "mark_credit_record"),
    *("obtain_mandate", "offer_stop"),
)
BESIDE_THE_WAY: Final = {
    "vote_risk": "decide",
    "end_collection": "tell",
    "end_credit_mark": "tell",
    "repair_debits": "check_payment",
}
# Trace and decision have their limits from the receipt of the complaint.
FROM_RECEIPT: Final = ("trace", "decide")


@dataclass(frozen=True)
class Fate:
    """What befalls case `number`: an event, trouble with a bank system, a step done late, where it is left."""

    number: int
    event: str = ""
    trouble: str = ""
    late: str = ""
    left: Left | None = None

    def chance(self, *what: object) -> Random:
        """Luck that is the same whenever it is asked for the same thing."""
        return Random("|".join(map(str, ("demo", self.number, *what))))  # noqa: S311  no secret

    @property
    def is_written(self) -> bool:
        """Whether the customer is told by a letter; he is wherever one waits for somebody."""
        if self.left is not None and self.left.step in LETTER:
            return True
        return self.chance("written").random() < 0.5

    def gap(self, step: str, visit: int = 1) -> int:
        """Whole days between the step's opening and its end, the `visit`-th time it comes."""
        least, most = GAPS.get(step, (0, 0))
        late = LATE.get(step, 0) if step == self.late and visit == 1 else 0
        return self.chance("gap", step, visit).randint(least, min(most, least + 2) if self.left else most) + late

    def way(self) -> list[str]:
        """The people's steps before the one it is left at, in order; all of them when it is not left."""
        steps = ["trace", "decide", "propose", "approve", *AGAIN.get(self.event, ())]
        steps += [
            "draft_letter",
            *(LETTER if self.is_written else ()),
            "tell",
            *AFTER,
            "pay",
            "check_payment",
            *BY_HAND.get(self.trouble, ()),
            "end_card",
        ]
        steps += ["end_card_by_hand"] if self.trouble == "end_rejected" else []
        steps += ["close", "call_back", "archive"]
        if self.left is None:
            return steps
        if self.left.step in FROM_THE_CALL:
            return []
        if self.left.step in BESIDE_THE_WAY:
            return steps[: steps.index(BESIDE_THE_WAY[self.left.step]) + 1]
        last = max(at for at, step in enumerate(steps) if step == self.left.step)
        return steps[:last]

    def received_days_ago(self) -> int:
        """When a case that is left was received, counted back from where it is left."""
        if self.left is None:
            raise ValueError("this case is not left anywhere")
        if self.left.step in FROM_RECEIPT:
            return self.left.days
        way = self.way()
        days = sum(self.gap(step, way[: at + 1].count(step)) for at, step in enumerate(way))
        silent = "ask_core" in (*way, self.left.step)
        return self.left.days + days + (SILENT_DAYS if silent else 0)


def fates(cases: int) -> Iterator[Fate]:
    """What befalls so many cases: at least a fifth are past, the rest are left where LEFT says."""
    left = LEFT[: cases * 4 // 5]
    for number, where in enumerate(left, start=1):
        yield Fate(number, event=where.event, trouble=where.trouble, left=where)
    for number in range(len(left) + 1, cases + 1):
        yield _past(number, number - len(left) - 1)


def _past(number: int, count: int) -> Fate:
    """Every second past case has something to tell, in turn; of the plain ones one in four has a late step."""
    at, plain = divmod(count, 2)
    if not plain:
        event, _colon, trouble = SPECIAL[at % len(SPECIAL)].partition(":")
        return Fate(number, event=event, trouble=trouble)
    late = list(LATE)[at // 4 % len(LATE)] if at % 4 == 0 else ""
    return Fate(number, late=late)
