"""催办: the customer asks how far it is, and nothing else."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel

from .party import Representative


class Urge(SealedModel, Tracked):
    """One time the customer urged: who called by which channel, `happened_at` when (UTC), taken `by` whom.

    No `Contact`, because he learned nothing new by it: the limit for the next contact goes on. `Case.urged` counts.
    """

    HOLDER = "holder"
    CALLERS = [(HOLDER, _("The holder in person")), *Representative.Kind.choices]

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="urges")
    caller = models.CharField(max_length=8, choices=CALLERS)
    channel = models.CharField(max_length=10)
    note = SealedField(null=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    history = history()

    class Meta:
        ordering = ["happened_at", "id"]

    def __str__(self) -> str:
        return str(_("Urged"))
