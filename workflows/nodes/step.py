"""A person's work on a case."""

from typing import Any, Self

from viewflow import this
from viewflow.workflow import STATUS, Activation, flow
from viewflow.workflow.nodes.view import ViewActivation

from accounts.models import User
from accounts.roles import Role
from cases.actions import evidence
from cases.errors import EvidenceMissing
from cases.kinds import EVIDENCE_ADDED
from cases.models import Duty
from knowledge.evidence import EvidenceKind
from record.rows import insert, writing

from .timed import Timed, TimedActivation


class StepActivation(TimedActivation, ViewActivation):
    """Claimed by one person, completed by the same person; the duty row beside it is what four eyes read."""

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.ASSIGNED)
    def assign(self, user: User, for_whom: User | None = None, *, handed_by: User | None = None) -> None:
        """Into a person's hands: taken by himself, or given to him by `handed_by`, which he then signs for."""
        self.task.owner, self.task.for_whom = user, for_whom
        self.task.assigned = self.turn.now
        duty = Duty(
            case=self.turn.case,
            duty=self.flow_task.name,
            task=self.task.uuid,
            person=user,
            for_whom=for_whom,
            began_at=self.turn.now,
        )
        names = ["owner", "for_whom", "assigned", "status"]
        if handed_by is not None:
            self.task.handed_by, self.task.handed_at = handed_by, self.turn.now
            names += ["handed_by", "handed_at"]
        holder, values = writing(self.task, *names)
        insert(duty, also=f"holder AS ({holder})", params=values)

    @Activation.status.transition(source=STATUS.ASSIGNED, target=STATUS.NEW)
    def unassign(self) -> None:
        self.task.owner = self.task.for_whom = None
        self.task.handed_by = self.task.handed_at = self.task.signed_at = None
        self.write_end("owner", "for_whom", "status", "handed_by", "handed_at", "signed_at")

    @Activation.status.transition(source=STATUS.ASSIGNED, target=STATUS.DONE)
    def complete(self) -> None:
        """Finish the step. Raises EvidenceMissing when what it needs is not on file."""
        # What this very turn has put on file need not be looked for.
        added = {fact.data["kind"] for fact in self.turn.facts if fact.kind is EVIDENCE_ADDED}
        if missing := evidence.missing(self.turn.case, [kind for kind in self.flow_task.evidence if kind not in added]):
            raise EvidenceMissing(missing=missing)
        self.task.started = self.turn.now
        self.finish(STATUS.DONE)
        if self.flow_task.relieves:
            self.flow_task.relieves.relieve(self)

    @Activation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.CANCELED)
    def cancel(self) -> None:
        self.finish(STATUS.CANCELED)

    def write_end(self, *names: str) -> None:
        """The duty ends with the task, or with the hold on it, in one statement."""
        state = Duty.State.DONE if self.task.status == STATUS.DONE else Duty.State.RELEASED
        task, values = writing(self.task, *names)
        Duty.objects.end(self.task.uuid, state=state, at=self.turn.now, also=f"task AS ({task})", params=values)


class Step(Timed, flow.View):
    """A person's work: `Step(Form).By(role).Within(limit).Needs(evidence).NotBy(step).Guide(page).Next(node)`.

    A word of ours because Viewflow's View grants by model-wide permission and knows no limit, evidence or four eyes.
    """

    activation_class = StepActivation

    evidence: tuple[EvidenceKind, ...] = ()
    apart: tuple[Any, ...] = ()
    relieves: Any = None

    def __init__(self, form: Any, **kwargs: Any) -> None:
        super().__init__(None, **kwargs)
        self.form_class = form

    def By(self, role: Role) -> Self:
        """The post that does it."""
        self.role = role
        return self

    def Needs(self, *kinds: EvidenceKind) -> Self:
        """Evidence that has to be on file before the step can be completed."""
        self.evidence = kinds
        return self

    def NotBy(self, *steps: Any) -> Self:
        """Four eyes: whoever did one of those steps, or stood in for who did, may not do this one."""
        self.apart = steps
        return self

    # The stock answers look at model-wide permissions first (Viewflow trap 2); people go through workflows.verbs.
    def can_assign(self, user: User, task: Any) -> bool:
        return False

    def can_execute(self, user: User, task: Any) -> bool:
        return False

    def can_unassign(self, user: User, task: Any) -> bool:
        return False

    def _resolve(self, instance: flow.Flow) -> None:
        super()._resolve(instance)
        self.apart = tuple(this.resolve(instance, step) for step in self.apart)
