"""Who did, or is doing, which duty on a case: what four eyes are read from."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.rows import prepared

if TYPE_CHECKING:
    from cases.models import Case


class DutyManager(models.Manager["Duty"]):
    """Asks what keeps somebody from a duty, and ends one."""

    def end(self, task: UUID, *, state: str, at: datetime, also: str, params: Sequence[Any]) -> None:
        """End what is held of a task, if anybody holds it, and do `also` (a part of a WITH, and its values)."""
        with prepared(self.db) as cursor:
            cursor.execute(
                f"WITH {also} UPDATE cases_duty SET state = %s, ended_at = %s"  # noqa: S608  our own statement
                " WHERE task = %s AND state = 'held'",
                [*params, state, at, task],
            )

    def barring(self, case: "Case", persons: Iterable[models.Model], duties: Collection[str]) -> str | None:
        """The duty on the case, held or done by or for one of these persons, that bars them from another; "" for an
        interest in the case; None for nothing. One statement: every claim asks it.
        """
        ids = [person.pk for person in persons]
        with prepared(self.db) as cursor:
            cursor.execute(
                "SELECT '' FROM cases_interest WHERE case_id = %s AND person_id = ANY(%s) UNION ALL"
                " SELECT duty FROM cases_duty WHERE case_id = %s AND duty = ANY(%s) AND state IN ('held', 'done')"
                " AND (person_id = ANY(%s) OR for_whom_id = ANY(%s)) LIMIT 1",
                [case.pk, ids, case.pk, list(duties), ids, ids],
            )
            row = cursor.fetchone()
        return row[0] if row else None


class Duty(models.Model):
    """One person's hold on one step of a case, for himself or for somebody he stands in for.

    `duty` is the step's name in its flow. A trigger refuses a row that joins two duties the flow keeps apart
    (`DutiesApart`), counting the person and whom he stands in for alike. Rows are ended, never deleted.
    """

    class State(models.TextChoices):
        HELD = "held", _("In hand")
        DONE = "done", _("Done")
        RELEASED = "released", _("Given back")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="duties")
    duty = models.CharField(max_length=40)
    task = models.UUIDField(db_index=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="duties")
    for_whom = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.HELD)
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    objects = DutyManager()

    class Meta:
        verbose_name_plural = "duties"
        indexes = [
            models.Index(fields=["case", "duty"]),
            # Which cases have been through a step: a handful of names, which PostgreSQL keeps once each.
            models.Index(fields=["duty"], name="duty_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["task"], condition=Q(state="held"), name="duty_one_holder_a_task")
        ]

    def __str__(self) -> str:
        return self.duty


class DutiesApart(models.Model):
    """Two duties one person may not join on a case; an empty `second` means: not by a person with an interest in it.

    Read by the trigger `cases_duties_apart`. Duties are known by name on a case whichever flow they come from; `flow`
    says who declared the pair, so that each flow keeps its own rows. Filled from `.NotBy` after every migrate.
    """

    flow = models.CharField(max_length=120)
    first = models.CharField(max_length=40)
    second = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name_plural = "duties apart"
        constraints = [
            models.UniqueConstraint(fields=["flow", "first", "second"], name="duties_apart_once"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="duties_apart_are_two"),
        ]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"
