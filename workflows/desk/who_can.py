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
    """Who may do this step, whose earlier duty keeps him from it, and whose post comes next."""
    if not task.is_open or not task.role:
        return []
    node: Step = task.flow_task
    apart = kept_apart(node)
    states = [Duty.State.HELD, Duty.State.DONE]
    duties = list(Duty.objects.filter(case=task.case, duty__in=apart, state__in=states).select_related("person"))
    barred = {pk for duty in duties for pk in (duty.person_id, duty.for_whom_id) if pk}
    barred |= set(task.case.interests.values_list("person_id", flat=True))
    offices = people.in_office(task.role, task, clock.now())
    free = [office for office in offices if not barred & {office.person.pk, office.for_whom and office.for_whom.pk}]
    # He who holds the post himself and stands in for a colleague of it is one person.
    names = list(dict.fromkeys(office.person.display_name for office in free))[:MOST_NAMES]
    why = "" if names else _("The administrator gives somebody this post, or a substitute to whoever is away.")
    lines = [{"label": Role(task.role).label, "names": names, "why": why}]
    if node.apart:
        lines.append({"label": _("Not by whoever did"), "names": list(_apart(node, duties)), "why": ""})
    return lines + [
        {"label": _("Next: %(step)s") % {"step": step.task_title}, "names": [post_of(step)], "why": ""}
        for step in following(node)
    ]


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
