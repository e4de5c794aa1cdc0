"""Which steps of people were open, which limits ran, and who had done what at a moment: replayed from the journal."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cases.actions import advance, proposal, review_decision, write_off
from cases.actions.asking import Question
from record.models import Entry

from .. import kinds, kinds_handing
from ..verbs.hand import all_steps

ENDS = frozenset(
    kind.name
    for kind in (
        *(kinds.STEP_COMPLETED, kinds.STEP_APPROVED, kinds.STEP_RETURNED),
        *(kinds.STEP_REFUSED, kinds.STEP_CANCELLED),
    )
)
DONE = ENDS - {kinds.STEP_CANCELLED.name}
PASSED = frozenset({kinds.STEP_HANDED_OVER.name, kinds.STEP_REASSIGNED.name})
LIMIT_ENDS = frozenset(
    {"deadline.met", "deadline.missed", "deadline.cancelled", "deadline.extended", "deadline.overridden"}
)
RESUMED, LEADS = "deadline.resumed", "deadline.leads"
# An approval finds its level by the sum, and may find another while it waits.
LEVELS: dict[str, Question] = {
    "proposal.level_chosen": proposal.QUESTION,
    "advance.level_chosen": advance.QUESTION,
    "advance.write_off_level": write_off.QUESTION,
    "review.level_chosen": review_decision.QUESTION,
}


@dataclass(frozen=True)
class OpenStep:
    """A step that was open: its name, whose it was, since when and until when, and who had it in hand."""

    step: str
    role: str
    since: datetime
    due: str | None
    holder: str = ""
    unsigned: bool = False


@dataclass(frozen=True)
class RunningLimit:
    """A time limit that ran: its rule, until when (a stamp); it may have stood still, or given way to another date."""

    key: str
    due_at: str
    stands: bool = False
    gave_way: bool = False


@dataclass
class Replay:
    """What a case's stream says of its steps and limits after some of its entries."""

    steps: dict[str, OpenStep] = field(default_factory=dict)
    limits: dict[str, RunningLimit] = field(default_factory=dict)
    done: dict[str, set[str]] = field(default_factory=dict)  # staff number → names of the steps he had finished

    def hears(self, entry: Entry) -> None:
        """Go on by one entry."""
        if entry.kind.startswith("step."):
            self._step(entry, entry.data)
        elif entry.kind in LEVELS:
            self._level(LEVELS[entry.kind], str(entry.data["role"]))
        elif entry.kind.startswith("deadline.") and entry.data.get("deadline"):
            self._limit(entry.kind, str(entry.data["deadline"]), entry.data)

    def _step(self, entry: Entry, data: dict[str, Any]) -> None:
        task = str(data.get("task", ""))
        if entry.kind == kinds.STEP_OPENED.name and data["role"]:  # others are the system's own
            self.steps[task] = OpenStep(data["step"], data["role"], entry.recorded_at, data["due"])
        if entry.kind in DONE:
            self.done.setdefault(entry.actor_number, set()).add(str(data["step"]))
        if entry.kind in ENDS:
            self.steps.pop(task, None)
        elif task in self.steps:
            self.steps[task] = _in_hand(self.steps[task], entry)

    def _level(self, question: Question, role: str) -> None:
        names = {step.name for step in all_steps() if getattr(step, "question", None) is question}
        for task, step in self.steps.items():
            if step.step in names:
                self.steps[task] = replace(step, role=role)

    def _limit(self, kind: str, limit: str, data: dict[str, Any]) -> None:
        before = self.limits.get(limit)
        if kind in LIMIT_ENDS:
            self.limits.pop(limit, None)
        elif kind == "deadline.started" or before is not None:
            self.limits[limit] = RunningLimit(
                str(data.get("key", before.key if before else "")),
                str(data["due_at"]),
                stands=kind == "deadline.paused" or (before is not None and before.stands and kind != RESUMED),
                gave_way=kind == "deadline.gave_way" or (before is not None and before.gave_way and kind != LEADS),
            )


def replayed(entries: Iterable[Entry]) -> Replay:
    """What a stream's entries, first to last, come to."""
    found = Replay()
    for entry in entries:
        found.hears(entry)
    return found


def _in_hand(step: OpenStep, entry: Entry) -> OpenStep:
    if entry.kind == kinds.STEP_CLAIMED.name:
        return replace(step, holder=f"{entry.actor_name} {entry.actor_number}", unsigned=False)
    if entry.kind == kinds.STEP_RELEASED.name:
        return replace(step, holder="", unsigned=False)
    if entry.kind in PASSED:
        return replace(step, holder=f"{entry.data['to']} {entry.data['to_number']}", unsigned=True)
    if entry.kind == kinds_handing.STEP_HANDED_BACK.name:
        return replace(step, holder=f"{entry.data['to']} {entry.data['to_number']}".strip(), unsigned=False)
    if entry.kind == kinds_handing.STEP_SIGNED.name:
        return replace(step, unsigned=False)
    return step
