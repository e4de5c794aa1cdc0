"""Time limits as rows: the case's by law, each step's by the house, each promise's. They are the truth; no timer is."""

import uuid
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.rows import Rows, insert

if TYPE_CHECKING:
    from cases.models import Case


@cache
def _ended() -> Rows:
    return Rows(ended=Deadline)


class DeadlineManager(models.Manager["Deadline"]):
    """Begins and ends a limit together with its span, in one statement each: every step pays for both."""

    def begin(self, deadline: "Deadline") -> "Deadline":
        """Insert a limit and its first span."""
        insert(
            deadline,
            also="span AS (INSERT INTO cases_deadlinespan (deadline_id, counts, began_at, why)"
            " SELECT id, true, %s, '' FROM new)",
            params=[deadline.started_at],
        )
        return deadline

    def end(
        self,
        case: "Case",
        *,
        at: datetime,
        outcome: str = "",
        pk: int | None = None,
        subject: Any = None,
        key: str = "",
    ) -> "Deadline | None":
        """End a running limit of the case and its span: the one named, else the most urgent of subject and key.

        Late when `due_at <= at`, unless `outcome` says else.
        """
        named = [pk] if pk else [case.pk, subject, key, key]
        which = "id = %s" if pk else "case_id = %s AND subject IS NOT DISTINCT FROM %s AND (%s = '' OR key = %s)"
        rows = _ended()
        statement = (
            "WITH ended AS (UPDATE cases_deadline SET ended_at = %s, next_alarm_at = NULL, outcome ="
            " COALESCE(NULLIF(%s, ''), CASE WHEN due_at <= %s THEN 'missed' ELSE 'met' END)"
            f" WHERE id = (SELECT id FROM cases_deadline WHERE {which} AND ended_at IS NULL"
            " ORDER BY due_at, id LIMIT 1) RETURNING *),"
            " span AS (UPDATE cases_deadlinespan SET ended_at = %s"
            f" WHERE ended_at IS NULL AND deadline_id IN (SELECT id FROM ended)) SELECT {rows.columns} FROM ended"
        )
        for (ended,) in rows.read(self.db, statement, [at, outcome, at, *named, at]):
            found: Deadline = ended
            return found
        return None


# The clock of the case itself that leads: by law, or agreed with the customer in its place. Running ones of all cases
# are few; the complaint ledger asks which of them have passed.
LEADING = Q(kind__in=("law", "agreed"), subject=None, overridden_at=None, forewarns=False)


class Deadline(models.Model):
    """One time limit of a case. `subject` is the uuid of the step task, promise or matter beside the case it is for,
    none for the case itself.

    `next_alarm_at` is when the sweep has to look at it again; none when nothing more will come. Times are UTC.
    Not tracked by history: every change of it is an event in the case's stream (deadline.*).
    """

    class Kind(models.TextChoices):
        LAW = "law", _("Regulatory limit")
        HOUSE = "house", _("House limit")
        PROMISE = "promise", _("Promise")
        AGREED = "agreed", _("Date agreed with the customer")

    class Outcome(models.TextChoices):
        MET = "met", _("In time")
        MISSED = "missed", _("Late")
        CANCELLED = "cancelled", _("No longer needed")
        EXTENDED = "extended", _("Extended by law")
        OVERRIDDEN = "overridden", _("Another date was agreed")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="deadlines")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(_("Policy key"), max_length=60)
    policy_version = models.CharField(max_length=40, blank=True)
    subject = models.UUIDField(null=True, db_index=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    reminder_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    next_alarm_at = models.DateTimeField(null=True)
    # A limit that is no step's says whose it is; a forewarning reminds of another limit and is never overdue itself.
    role = models.CharField(max_length=24, blank=True)
    forewarns = models.BooleanField(default=False)
    # Another date was agreed with the customer and leads while that stands: the limit is kept and sounds no alarm.
    overridden_at = models.DateTimeField(null=True)

    objects = DeadlineManager()

    class Meta:
        indexes = [
            models.Index(fields=["next_alarm_at", "case"], condition=Q(ended_at=None), name="deadline_alarms"),
            models.Index(fields=["case", "due_at"], condition=Q(ended_at=None), name="deadline_running"),
            models.Index(fields=["due_at", "case"], condition=LEADING & Q(ended_at=None), name="deadline_leading"),
            # Answered late: few of all, and asked for in one go by the auditor.
            models.Index(fields=["case"], condition=LEADING & Q(outcome="missed"), name="deadline_leading_missed"),
        ]

    def __str__(self) -> str:
        return self.key


class DeadlineSpan(models.Model):
    """A stretch of time that counts, or does not, towards a limit. Spans of one limit leave no gap between them."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="spans")
    counts = models.BooleanField(default=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["began_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["deadline"], condition=Q(ended_at=None), name="span_one_running")
        ]

    def __str__(self) -> str:
        return f"{self.began_at} – {self.ended_at or ''}"


class Notice(models.Model):
    """A line on somebody's home page. One per deadline, level and person, however many workers sweep.

    Without a deadline it is an alarm or a word of its own.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("Reminder")
        OVERDUE = "overdue", _("Time limit passed")
        ESCALATION = "escalation", _("Reported to you")
        UNSTOPPED = "unstopped", _("ALARM: the card is not stopped any more")
        URGED = "urged", _("The customer urges")
        URGENT = "urgent", _("Urgent complaint")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="notices")
    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="notices", null=True)
    level = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    made_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["to", "-made_at"], condition=Q(seen_at=None), name="notice_unseen")]
        constraints = [models.UniqueConstraint(fields=["deadline", "level", "to"], name="notice_once")]

    def __str__(self) -> str:
        return self.get_kind_display()
