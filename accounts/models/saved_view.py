"""Filters of a ledger a person keeps under a name."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from record import clock
from record.history import Tracked, TrackedQuerySet, history


class SavedViewQuerySet(TrackedQuerySet):
    def of(self, user: User, ledger: str | None = None) -> Self:
        """The views this person keeps, of one ledger when named, by their names."""
        views = self.filter(user=user, removed_at=None)
        return (views if ledger is None else views.filter(ledger=ledger)).order_by("ledger", "name", "pk")


class SavedView(Tracked):
    """A person's own view of a ledger: `filters` are codes, staff numbers and days, as they stand in its address.

    Removed, never deleted. It gives no right: whoever opens it sees what he may see then.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="views")
    ledger = models.CharField(max_length=20)
    name = models.CharField(_("Name of the view"), max_length=30)
    filters = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=clock.now, editable=False)
    removed_at = models.DateTimeField(null=True)

    history = history()
    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "ledger", "name"], condition=Q(removed_at=None), name="view_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
