"""The limits of a case or step as the page tells them: whose limit, until when, standing still or not."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from cases.models import Case, Deadline, DeadlineSpan, Standstill
from knowledge import limits, policies

from ..models import StepTask
from .casefile import loaded

STILL = Prefetch("spans", DeadlineSpan.objects.filter(ended_at=None, counts=False), to_attr="standing_still")


def of_step(task: StepTask) -> list[dict[str, Any]]:
    """Running limits of the case and of this step, with those of several steps it begins or ends. See `clocks`."""
    node = task.flow_task
    return clocks(task.case, subject=task.uuid, stretches={*node.starts, *node.ends})


def clocks(
    case: Case,
    *,
    subject: Any = None,
    stretches: Collection[str] = (),
    with_ended: bool = False,
    without: Iterable[Any] = (),
) -> list[dict[str, Any]]:
    """Running limits of the case and, when named, of one step; the most urgent first. At most two queries.

    `stretches`: keys of limits of several steps to be told. `without`: subjects that are told elsewhere on the page.
    """
    told_elsewhere = set(without)
    found = case.deadlines.all()
    if not loaded(case, "deadlines"):
        found = found.prefetch_related(STILL)
    rows = [row for row in found if row.subject is None or row.subject not in told_elsewhere]
    told = {(subject, None)} | {(case.uuid, key) for key in stretches}
    shown = [row for row in rows if (with_ended or row.ended_at is None) and _is_told(row, told, with_ended)]
    rows = sorted(shown, key=lambda row: (bool(row.ended_at or row.overridden_at), row.due_at))
    return list(_each_name_once([clock_of(row) for row in rows]))


def _each_name_once(told: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Running limits of one name as one: the most urgent, and how many they are; each stands with what it is about."""
    running = Counter(clock["what"] for clock in told if _runs(clock))
    met: set[str] = set()
    for clock in told:
        name, count = clock["what"], running[clock["what"]]
        if not _runs(clock) or count == 1:
            yield clock
        elif name not in met:
            met.add(name)
            yield {**clock, "what": _("%(limit)s, the first of %(count)s") % {"limit": name, "count": count}}


def _runs(clock: dict[str, Any]) -> bool:
    return not (clock["ended_at"] or clock["paused_at"])


def _is_told(row: Deadline, told: Collection[tuple[Any, str | None]], with_ended: bool) -> bool:
    """`told`: subjects whose limits are told, each with one key of them or none for all."""
    if row.forewarns:
        return False  # the limit it warns of stands there itself
    if row.ended_at is not None and row.kind != Deadline.Kind.LAW:
        return False
    if row.key in limits.OF_EVIDENCE:  # a dozen of them, told beside each item
        return False
    if row.subject is None or (with_ended and row.ended_at is None):
        return True
    return (row.subject, None) in told or (row.subject, row.key) in told


def clock_of(row: Deadline) -> dict[str, Any]:
    """One limit as a template's `{% time_left %}` takes it."""
    still: Iterable[DeadlineSpan] = getattr(row, "standing_still", [])
    pause = next(iter(still), None)
    return {
        "what": title_of(row),
        "due_at": row.due_at,
        "kind": row.kind,
        "paused_at": pause.began_at if pause else None,
        "reason": Standstill.Why(pause.why).label if pause else "",
        "ended_at": row.ended_at or row.overridden_at,
        "outcome": row.get_outcome_display() if row.outcome else _overridden(row),
    }


def _overridden(row: Deadline) -> str:
    """The limit is kept and does not lead: another date was agreed with the customer."""
    return str(Deadline.Outcome.OVERRIDDEN.label) if row.overridden_at else ""


def title_of(row: Deadline) -> str:
    """The rule's own name in the reader's language; the key when the rule is gone."""
    if row.kind in (Deadline.Kind.PROMISE, Deadline.Kind.AGREED):
        return str(row.get_kind_display())
    try:
        return policies.rule(row.key, row.policy_version or None).title
    except policies.PolicyMissing:
        return row.key
