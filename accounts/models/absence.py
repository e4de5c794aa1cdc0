"""Who is away, and who stands in for him AB角."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from accounts.models.span import ENDS_BEFORE, TimeSpan, in_order
from record.history import Tracked, history


class Absence(Tracked):
    """A person is away from `since` to before `until` (UTC; empty = until he is back), with or without a substitute."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences", verbose_name=_("Member of staff")
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="substitutions",
        verbose_name=_("Substitute"),
    )
    since = models.DateTimeField(_("Begins"))
    until = models.DateTimeField(_("Ends"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_it_began",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=ENDS_BEFORE,
            ),
            models.CheckConstraint(
                name="absence_substitute_is_another",
                condition=Q(substitute=None) | ~Q(substitute=F("user")),
                violation_error_message=_("Nobody stands in for himself."),
            ),
            ExclusionConstraint(
                name="absence_one_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (TimeSpan("since", "until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("An absence of this person is already recorded in that time."),
            ),
        ]

    def clean(self) -> None:
        """PostgreSQL builds no range that ends before it begins, so this is asked first."""
        in_order(self.since, self.until, "until")

    def __str__(self) -> str:
        return f"{self.user}"


# Walks from the substitute to the people away, and on to those they in turn stand in for; UNION drops a person met
# twice, so a circle ends. Who is away himself stands in for nobody: his own substitute does.
STOOD_IN_FOR = """
WITH RECURSIVE away AS (
    SELECT user_id, substitute_id FROM accounts_absence WHERE since <= %s AND (until IS NULL OR until > %s)
), covered AS (
    SELECT user_id FROM away WHERE substitute_id = %s AND NOT EXISTS (SELECT FROM away WHERE user_id = %s)
    UNION
    SELECT away.user_id FROM away JOIN covered ON away.substitute_id = covered.user_id
)
SELECT user_id FROM covered
"""


def stood_in_for(user_id: int, at: datetime) -> RawSQL:
    """Ids of all people the person stands in for at a moment, through chains of absences, as a subquery."""
    return RawSQL(STOOD_IN_FOR, (at, at, user_id, user_id))  # noqa: S611  constant text, values as parameters
