"""Who may do a step, whose earlier duty keeps him from it, and whose steps come next."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from accounts import people
from accounts.roles import Role
from cases.models import Duty
from record import clock

from ..models import StepTask
from ..nodes import Gather, Instruct, Step
from ..verbs.hand import kept_apart

MOST_NAMES = 8


def who_can(task: StepTask) -> list[dict[str, Any]]:
    """Who may do this step, whose earlier duty keeps him from it, and who does what comes next."""
    if not task.is_open or not task.role:
        return []
    node: Step = task.flow_task
    steps = [node, *following(node)]
    kept = {step.name: kept_apart(step) for step in steps}
    states = [Duty.State.HELD, Duty.State.DONE]
    did = Duty.objects.filter(case=task.case, duty__in=set().union(*kept.values()), state__in=states)
    duties = list(did.select_related("person"))
    interested = set(task.case.interests.values_list("person_id", flat=True))
    roles = [task.role, *(step.role for step in steps[1:] if step.role)]
    offices = people.in_offices(roles, task, clock.now())

    def names(step: Step, role: str) -> list[str]:
        barred = interested | {pk for duty in duties if duty.duty in kept[step.name] for pk in _behind(duty)}
        if step is not node and node.name in kept[step.name] and task.owner_id:
            barred.add(task.owner_id)  # he is doing what keeps him from it
        free = [office for office in offices[role] if not barred & {office.person.pk, _absent(office)}]
        # He who holds the post himself and stands in for a colleague of it is one person.
        return list(dict.fromkeys(office.person.display_name for office in free))[:MOST_NAMES]

    here = names(node, task.role)
    why = "" if here else _("The administrator gives somebody this post, or a substitute to whoever is away.")
    lines = [{"label": Role(task.role).label, "names": here, "why": why}]
    if node.apart:
        lines.append({"label": _("Not by whoever did"), "names": list(_apart(node, duties)), "why": ""})
    return lines + [_next(step, names(step, step.role) if step.role else []) for step in steps[1:]]


def _next(step: Step, names: list[str]) -> dict[str, Any]:
    """A step that comes next: whose it is, and who that is today."""
    post = post_of(step)
    return {"label": _("Next: %(step)s") % {"step": step.task_title}, "names": names or [post], "why": names and post}


def _behind(duty: Duty) -> Iterator[int]:
    """Who did it, and in whose name."""
    yield from (pk for pk in (duty.person_id, duty.for_whom_id) if pk)


def _absent(office: people.InOffice) -> int | None:
    """In whose name he would act."""
    return office.for_whom.pk if office.for_whom else None


def following(node: Any) -> list[Step]:
    """The steps of people that come next when bank systems answer: each way of a question, no step by hand.

    What lies behind a place where roads come together comes next only when nothing comes before it; a step that may
    have to be done once more is not its own next one.
    """
    found: dict[str, Step] = {}
    met, todo = {node.name}, list(node._outgoing())
    later: list[Any] = []
    while todo or (later and not found):
        step = (todo or later).pop(0).dst
        if step.name in met:
            continue
        if isinstance(step, Step):
            found[step.name] = step
        else:
            met.add(step.name)
            ways = [way for way in step._outgoing() if not isinstance(step, Instruct) or way.edge_class == "next"]
            (later if isinstance(step, Gather) else todo).extend(ways)
    return list(found.values())


def post_of(step: Step) -> str:
    """Whose step it is; an approval finds its level by the sum."""
    return str(Role(step.role).label) if step.role else _("the lowest level whose limit covers the sum")


def _apart(node: Step, duties: list[Duty]) -> Iterator[str]:
    """The steps kept apart from this one, each with those who did it."""
    for other in node.apart:
        names = {duty.person.display_name: None for duty in duties if duty.duty == other.name}
        title = str(other.task_title)
        yield _("%(step)s (%(who)s)") % {"step": title, "who": _(", ").join(names)} if names else title
