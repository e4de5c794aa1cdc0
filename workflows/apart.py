"""The flows' `.NotBy` declarations, written to the database, so that its trigger refuses what code might forget."""

from typing import Any

from cases.actions.extension import ANSWER, ASK
from cases.models import DutiesApart

from .flows import FLOWS
from .nodes import Step

# Duties outside every flow: whoever asks for more time does not grant it, nor does anybody with an interest.
OUTSIDE = "case"
APART = {(OUTSIDE, ANSWER, ASK), (OUTSIDE, ANSWER, "")}


def declared() -> set[tuple[str, str, str]]:
    """(flow, duty, duty it is kept apart from); an empty second duty: nobody with an interest may do the first."""
    pairs = set(APART)
    for flow in FLOWS:
        for node in flow.instance.nodes():
            if isinstance(node, Step):
                pairs.add((flow.__name__, node.name, ""))
                pairs |= {(flow.__name__, node.name, other.name) for other in node.apart}
    return pairs


def keep_apart(**kwargs: Any) -> None:
    """Make the table say what the flows say. Runs after each migrate; changes nothing when nothing changed."""
    held = {(row.flow, row.first, row.second): row.pk for row in DutiesApart.objects.all()}
    wanted = declared()
    DutiesApart.objects.filter(pk__in=[pk for pair, pk in held.items() if pair not in wanted]).delete()
    DutiesApart.objects.bulk_create(
        DutiesApart(flow=flow, first=first, second=second) for flow, first, second in wanted - set(held)
    )
