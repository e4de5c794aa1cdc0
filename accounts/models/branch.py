"""The bank's tree: head office, tier-1 branches, tier-2 branches, outlets."""

import uuid
from typing import Self, cast

from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext_lazy as _

from accounts import permissions
from accounts.models.placed import Placed
from accounts.roles import Level
from accounts.scope import PlacedQuerySet
from record.history import Tracked, TrackedQuerySet, history

CODE = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9.-]{0,19}\Z", _("Letters, digits, dots and hyphens only."))


class BranchQuerySet(PlacedQuerySet, TrackedQuerySet):  # type: ignore[override]  # as_manager, by the plugin
    """Branches, found by place."""

    def open(self) -> Self:
        """Those not closed."""
        return self.filter(closed_at=None)

    def head_office(self) -> "Branch":
        """The root of the tree. Raises Branch.DoesNotExist in an empty bank."""
        return cast(Branch, self.get(level=Level.HEAD_OFFICE))

    def below(self, branch: "Branch") -> Self:
        """The branch and everything under it."""
        return self if branch.level == Level.HEAD_OFFICE else self.filter(**{f"{branch.level}_id": branch.pk})


class Branch(Placed, Tracked):
    """One unit of the bank. Levels may be skipped (an outlet right under a tier-1 branch), never reversed.

    The tier columns name the branch itself on its own level and its ancestors above; `settle()` fills them. A branch is
    closed, never deleted.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("Branch code"), max_length=20, unique=True, validators=[CODE])
    name = models.CharField(_("Branch name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    level = models.CharField(_("Branch level"), max_length=12, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Belongs to")
    )
    closed_at = models.DateTimeField(_("Closed on"), null=True, blank=True, editable=False)

    history = history()
    objects = BranchQuerySet.as_manager()

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ["code"]
        indexes = [models.Index(fields=[tier], name=f"branch_{tier}") for tier in ("tier1", "tier2", "outlet")]
        constraints = [
            models.UniqueConstraint(
                fields=["level"], condition=Q(level=Level.HEAD_OFFICE), name="branch_one_head_office"
            ),
            models.CheckConstraint(
                name="branch_stands_on_its_level",
                condition=Q(level=Level.HEAD_OFFICE, parent=None, tier1=None, tier2=None, outlet=None)
                | Q(level=Level.TIER1, parent__isnull=False, tier1=F("id"), tier2=None, outlet=None)
                | Q(level=Level.TIER2, parent__isnull=False, tier2=F("id"), outlet=None)
                | Q(level=Level.OUTLET, parent__isnull=False, outlet=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    @property
    def stream(self) -> str:
        """Where the journal tells about this branch."""
        return f"branch:{self.uuid}"

    def covers(self, place: permissions.Place | None) -> bool:
        """True when this branch is the place (a branch, case or step) or stands above it."""
        return permissions.within(self.pk, self.level, place)

    def settle(self) -> None:
        """Fill the tier columns from the parent and itself, taking the id beforehand. Does not save."""
        if not self.pk:
            self.pk = _next_id()
        if self.parent is not None:
            self.place(self.parent)
        if self.level != Level.HEAD_OFFICE:
            setattr(self, f"{self.level}_id", self.pk)


def chain(place: permissions.Place | None) -> list[int]:
    """Ids of the branches below the head office that a place belongs to, nearest first."""
    ids = (place.outlet_id, place.tier2_id, place.tier1_id) if place is not None else ()
    return [branch for branch in ids if branch is not None]


def covering(place: permissions.Place | None, prefix: str = "branch") -> Q:
    """Rows whose branch covers the place. `prefix` is the way to the branch column."""
    return Q(**{f"{prefix}__in": chain(place)}) | Q(**{f"{prefix}__level": Level.HEAD_OFFICE})


def _next_id() -> int:
    """A branch names itself in its own row, so the id must be known before the row is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('accounts_branch', 'id'))")
        return int(cursor.fetchone()[0])
