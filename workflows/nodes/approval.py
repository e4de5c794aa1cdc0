"""Approval by a post or by the level a sum needs: 同意, 退回修改, and where the question has it 不同意."""

from collections.abc import Iterator
from typing import Any, Self

from django.utils.translation import gettext as _
from viewflow import this
from viewflow.workflow import STATUS, Activation, flow
from viewflow.workflow.base import Edge

from accounts import authority, people
from accounts.permissions import Place
from accounts.roles import LEVEL_OF, Level, Role
from cases.actions.asking import Question
from cases.models import Duty, Interest

from .step import Step, StepActivation

APPROVED, RETURNED, REFUSED = "approved", "returned", "refused"


def level_of(place: Place) -> Level:
    """How high a place stands: the lowest tier it has."""
    tiers = (Level.OUTLET, Level.TIER2, Level.TIER1)
    return next((level for level in tiers if getattr(place, f"{level.value}_id") is not None), Level.HEAD_OFFICE)


class ApprovalActivation(StepActivation):
    def prepare(self) -> None:
        """Where a sum chooses: the lowest level whose limit covers it and which has somebody eligible; say why."""
        super().prepare()
        if self.flow_task.sum_of is not None:
            self._choose(*self._level())

    def ends_stretches(self) -> bool:
        return bool(self.task.outcome != RETURNED)

    def look_for_another_level(self) -> bool:
        """When nobody in office at the chosen level may sign any more, choose anew. Returns whether that changed it."""
        if self.flow_task.sum_of is None or self.task.owner_id is not None:
            return False
        if self._has_somebody(self.task.role, self._barred()):
            return False
        role, why = self._level()
        if self.task.role == role:
            return False
        self._choose(role, why)
        self.task.save(update_fields=["role", "role_why"])
        return True

    def _choose(self, role: str, why: str) -> None:
        self.task.role, self.task.role_why = role, why
        if self.flow_task.question.choose_level is not None:
            self.flow_task.question.choose_level(self.turn, role=role, why=why)

    def _level(self) -> tuple[str, str]:
        case, barred = self.turn.case, self._barred()
        skipped: list[str] = []
        total = self.flow_task.sum_of(case)
        for role in authority.approving_roles(total, at=self.turn.now, place=self.task, currency=case.currency):
            if self._stands_below(role):
                continue
            if self._has_somebody(role, barred):
                return str(role), "; ".join([*skipped, "lowest level whose limit covers the sum"])
            skipped.append(f"{role}: nobody eligible")
        return str(Role.CARD_CENTRE_HEAD), "; ".join([*skipped, "highest level"])

    def _has_somebody(self, role: str, barred: set[int]) -> bool:
        """Somebody in office there is free: neither he nor whom he stands in for is barred."""
        return any(
            not barred & {person.pk for person in (office.person, office.for_whom) if person}
            for office in people.in_office(role, self.task, self.turn.now)
        )

    def _stands_below(self, role: Role) -> bool:
        """What waits at a body above the one that decided is not for the levels under that body."""
        return self.flow_task.place is not None and LEVEL_OF[role].rank > level_of(self.task).rank

    def _barred(self) -> set[int]:
        """Ids of those who did a duty kept apart from this one, stood in for who did, or have an interest."""
        names = [node.name for node in self.flow_task.apart]
        duties = Duty.objects.filter(case=self.turn.case, duty__in=names, state=Duty.State.DONE)
        barred = {pk for pair in duties.values_list("person_id", "for_whom_id") for pk in pair if pk}
        return barred | set(Interest.objects.filter(case=self.turn.case).values_list("person_id", flat=True))

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Activation]:
        yield self.flow_task.after(self.task.outcome)._create(self, self.task.token)


class Approval(Step):
    """A step with two or three ends, each with its next node: `Approval(form).Of(question).By(role).Approved(node)`.

    A word of ours because what is asked brings its own answers, and because with `ByAuthority` the level depends on
    limits of authority and on who is still free to sign. `Refused` only where the question can be refused.
    """

    activation_class = ApprovalActivation

    question: Question
    sum_of: Any = None

    def __init__(self, form: Any, **kwargs: Any) -> None:
        super().__init__(form, **kwargs)
        self._approved = self._returned = self._refused = None

    def Of(self, question: Question) -> Self:
        """What waits for the answer, and what the answers do to it."""
        self.question = question
        return self

    def ByAuthority(self, sum_of: Any) -> Self:
        """The level is chosen at activation by the limits of authority for this sum of the case; instead of `By`."""
        self.sum_of = sum_of
        return self

    def Approved(self, node: Any) -> Self:
        self._approved = node
        return self

    def Returned(self, node: Any) -> Self:
        self._returned = node
        return self

    def Refused(self, node: Any) -> Self:
        self._refused = node
        return self

    def after(self, outcome: str) -> Any:
        return {APPROVED: self._approved, RETURNED: self._returned, REFUSED: self._refused}[outcome]

    def _resolve(self, instance: flow.Flow) -> None:
        super()._resolve(instance)
        self._approved, self._returned = (this.resolve(instance, node) for node in (self._approved, self._returned))
        if self._refused is not None:
            self._refused = this.resolve(instance, self._refused)

    def _outgoing(self) -> Iterator[Edge]:
        yield Edge(src=self, dst=self._approved, edge_class="next", label=_("Approve"))
        yield Edge(src=self, dst=self._returned, edge_class="cond_false", label=_("Return for change"))
        if self._refused is not None:
            yield Edge(src=self, dst=self._refused, edge_class="cond_false", label=_("Refuse"))


def asked_before(node: Step) -> list[Question]:
    """The questions whose "no" leads back to this step, each once, in the order of the flow's nodes."""
    approvals = (one for one in node.flow_class.instance.nodes() if isinstance(one, Approval))
    found = (one.question for one in approvals if node in (one._returned, one._refused))
    return list({one.returns: one for one in found}.values())
