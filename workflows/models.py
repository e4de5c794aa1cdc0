"""Our own process and task tables: what the desk lists by stands in the row; no data column anything could leak to."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from viewflow.workflow import STATUS
from viewflow.workflow.models import AbstractProcess, AbstractTask

from accounts.models import Placed, User
from accounts.scope import PlacedQuerySet
from cases.models import Case
from record import clock
from record.rows import insert, update

OPEN = (STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED)
OPEN_HUMAN = Q(status__in=OPEN, flow_task_type="HUMAN")
HANDED = Q(status__in=OPEN, handed_at__isnull=False, signed_at=None)


class FlowVersion(models.Model):
    """What a flow's step table said when a process was started under it; one row a distinct table."""

    digest = models.CharField(max_length=80, unique=True)
    flow = models.CharField(max_length=120)
    table = models.TextField()
    first_seen_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.flow} {self.digest[:19]}"


class CaseProcessQuerySet(models.QuerySet[Any]):
    """Processes of cases: the one that answers the customer, and those that run beside it."""

    def main(self) -> Self:
        """What leads to the customer's answer."""
        return self.filter(subject=None)

    def beside(self) -> Self:
        """What was opened beside it and may outlive it."""
        return self.exclude(subject=None)


class CaseProcess(AbstractProcess):
    """A flow at work on a case. `subject` is the uuid of the matter it is about, none for the case's main flow.

    `opened_by` opened it beside the main flow (docs/decisions/0018).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="processes")
    flow_version = models.ForeignKey(FlowVersion, models.PROTECT, related_name="+")
    created = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    subject = models.UUIDField(null=True, unique=True)

    objects = CaseProcessQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "id"]),
            # The archive and the ledger of recoveries ask what still runs beside a case: few of all processes.
            models.Index(
                fields=["case"], condition=Q(finished=None, subject__isnull=False), name="process_beside_running"
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The engine stamps the end with its own clock; ours wins."""
        turn = getattr(self, "turn", None)
        if turn is not None:
            self.finished: Any = self.finished and turn.now
        super().save(*args, **kwargs)

    @property
    def coerced(self) -> Self:
        return self


class StepTaskQuerySet(PlacedQuerySet):
    def visible_to(self, user: User) -> Self:
        """Steps of the cases this person may see."""
        mine = Q(owner=user) | Q(case__people__user=user, case__people__until=None)
        return self.filter(self.in_reach_of(user) | Q(pk__in=self.model.objects.filter(mine).values("pk")))

    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def human(self) -> Self:
        return self.filter(flow_task_type="HUMAN")

    def not_signed(self) -> Self:
        """Handed over or reassigned, and whoever has them now has not signed for them."""
        return self.filter(HANDED)


class StepTask(AbstractTask, Placed):
    """One activation of a node: `role` is the post asked, `outcome` what came of it, `due_at` its limit (UTC).

    `handed_by` gave it to its holder at `handed_at` (转派, 改派); the holder signed for it at `signed_at`. All three
    are empty when he took it himself.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    process = models.ForeignKey(CaseProcess, models.PROTECT)
    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tasks", null=True, blank=True)
    for_whom = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    role = models.CharField(_("Post"), max_length=24, blank=True)
    role_why = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    due_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    handed_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=50, choices=STATUS.choices, default=STATUS.NEW)
    created = models.DateTimeField(default=clock.now)

    # What the stock table carries and we do not use.
    scheduled = None
    external_task_id = None
    owner_permission = None
    owner_permission_content_type = None
    owner_permission_obj_pk = None

    objects = StepTaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_at", "id"], condition=Q(status__in=OPEN), name="task_in_hand"),
            models.Index(
                fields=["role", "tier1", "due_at", "id"], condition=Q(status=STATUS.NEW), name="task_claim_tier1"
            ),
            models.Index(
                fields=["role", "tier2", "due_at", "id"], condition=Q(status=STATUS.NEW), name="task_claim_tier2"
            ),
            models.Index(
                fields=["role", "outlet", "due_at", "id"], condition=Q(status=STATUS.NEW), name="task_claim_outlet"
            ),
            models.Index(fields=["role", "due_at", "id"], condition=Q(status=STATUS.NEW), name="task_claim_all"),
            models.Index(fields=["case", "id"]),
            # Which cases stand at a step: what is open, by the step.
            models.Index(fields=["flow_task", "case"], condition=OPEN_HUMAN, name="task_at_step"),
            # The morning board reads what is open below a branch by its limit, however many steps are over.
            *(
                models.Index(fields=[*tier, "due_at", "id"], condition=OPEN_HUMAN, name=f"task_below_{name}")
                for name, tier in (("tier1", ["tier1"]), ("tier2", ["tier2"]), ("outlet", ["outlet"]), ("all", []))
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Fill what the engine does not know: the case, and our clock instead of its own."""
        if self.case_id is None:
            self.case = self.process.case
        turn = getattr(self.process, "turn", None)
        if turn is not None:
            self.finished: Any = self.finished and turn.now
            self.started: Any = self.started and turn.now
        if (fields := kwargs.get("update_fields")) is not None:
            update(self, *fields)
        else:
            super().save(*args, **kwargs)

    def begin(self, previous: Self) -> None:
        """Insert the task together with the engine's link to the one before."""
        self.flow_task_type = self.flow_task.task_type
        insert(
            self,
            also="link AS (INSERT INTO workflows_steptask_previous (from_steptask_id, to_steptask_id)"
            " SELECT id, %s FROM new)",
            params=[previous.pk],
        )

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def limit_kind(self) -> str:
        """Whose limit the step has, as `time_left` takes it: the house's, or that it rests and none runs."""
        return "rests" if self.due_at is None and not self.case.imported_from else "house"

    @property
    def waits_for_signature(self) -> bool:
        """Given to its holder by somebody else, and not yet signed for."""
        return self.is_open and self.handed_at is not None and self.signed_at is None

    @property
    def coerced(self) -> Self:
        return self


# The abstract task's generic key to a permission object cannot be overridden by None like the columns under it.
del StepTask.owner_permission_obj
StepTask._meta.private_fields = [
    field for field in StepTask._meta.private_fields if field.name != "owner_permission_obj"
]
