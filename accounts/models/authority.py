"""Limits of authority: up to which sum a post may approve, where and on which days."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import BigIntegerField, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.models.branch import Branch
from accounts.models.span import ENDS_BEFORE, DaySpan, in_order
from accounts.roles import Role
from record.history import Tracked, history


class LimitKind(models.TextChoices):
    """What a limit is about. Only the first two decide who may; the quarter's is shown to whoever approves."""

    COMPENSATION = "compensation", _("Compensation approval")
    LIABILITY = "liability", _("Liability decision alone, without the panel")
    QUARTER = "quarter", _("Compensation approved in a quarter, all together")


class Everywhere(Func):
    """The branch's id, 0 for "everywhere": NULL would never count as equal and let two limits stand side by side."""

    function = "COALESCE"
    output_field = BigIntegerField()

    def __init__(self) -> None:
        super().__init__(F("branch"), Value(0))


class AuthorityLimit(Tracked):
    """The largest sum (in `currency`) a role may approve at a branch and below; `branch` empty = everywhere.

    Days are the bank's local days, the last one included; an empty end is open. A limit is ended and a new one begun,
    never overwritten, so that every past approval can be checked against the limit of its day.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    role = models.CharField(_("Role"), max_length=20, choices=Role.choices)
    branch = models.ForeignKey(
        Branch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="limits",
        verbose_name=_("Branch"),
        help_text=_("Empty: everywhere."),
    )
    kind = models.CharField(_("Applies to"), max_length=16, choices=LimitKind.choices, default=LimitKind.COMPENSATION)
    amount = models.DecimalField(_("Limit"), max_digits=16, decimal_places=2, validators=[MinValueValidator(0)])
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    valid_from = models.DateField(_("First day"))
    valid_to = models.DateField(_("Last day"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("authority limit")
        verbose_name_plural = _("authority limits")
        ordering = ["role", "branch", "-valid_from"]
        constraints = [
            models.CheckConstraint(name="limit_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="limit_ends_after_it_began",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=ENDS_BEFORE,
            ),
            ExclusionConstraint(
                name="limit_one_a_day",
                expressions=[
                    ("role", RangeOperators.EQUAL),
                    (Everywhere(), RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("currency", RangeOperators.EQUAL),
                    (
                        DaySpan("valid_from", "valid_to", RangeBoundary(inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Another limit for this role is already set for some of these days."),
            ),
        ]

    def clean(self) -> None:
        """PostgreSQL builds no range that ends before it begins, so this is asked first."""
        in_order(self.valid_from, self.valid_to, "valid_to")

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.amount:,.2f} {self.currency}"
