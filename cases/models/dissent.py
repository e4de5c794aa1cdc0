"""不满意 after the telling, by word: who said so where, and the answers of the three levels 三级响应."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import clock
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel

from .beside import Beside


class Dissent(Beside):
    """The customer is not content with the decision and says so, himself or through an authority.

    `said_at` is when he did (UTC). It runs beside the case: answered by the handler, then the supervisor, then the
    manager, until he is content or all three have answered.
    """

    class Source(models.TextChoices):
        CALL = "call", _("By phone")
        CALL_BACK = "call_back", _("At the call back")
        OUTLET = "outlet", _("At an outlet")
        NFRA = "nfra", _("12378, financial regulator")
        PBOC = "pboc", _("12363, central bank")
        MAYOR = "mayor", _("12345, city hotline")
        LETTERS = "letters", _("Letters and visits office")

    AUTHORITIES = frozenset({Source.NFRA, Source.PBOC, Source.MAYOR, Source.LETTERS})
    LEVELS = 3

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="dissents")
    source = models.CharField(max_length=10, choices=Source.choices)
    referral = models.ForeignKey("cases.Referral", models.PROTECT, related_name="+", null=True)
    said_at = models.DateTimeField()
    what = SealedField(null=True)

    history = history()

    class Meta:
        indexes = [models.Index(fields=["case", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="dissent_one_running"),
        ]

    def __str__(self) -> str:
        if self.ended_at is not None:
            return str(_("Content") if self.ending == "won" else _("Not content after three answers"))
        return str(_("Waits for an answer"))

    @property
    def ended_as(self) -> str:
        """How it ended, in its own words."""
        return str(self)


class DissentAnswer(SealedModel, Tracked):
    """What one level told the customer, and whether he was content. Two times: told at, and recorded at."""

    class Result(models.TextChoices):
        CONTENT = "content", _("Content with it")
        NOT_CONTENT = "not_content", _("Not content")
        NOT_REACHED = "not_reached", _("Not reached")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    dissent = models.ForeignKey(Dissent, models.PROTECT, related_name="answers")
    level = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=12, choices=Result.choices)
    words = SealedField(null=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    history = history()

    class Meta:
        ordering = ["dissent", "level"]
        constraints = [
            models.UniqueConstraint(fields=["dissent", "level"], name="dissent_answered_once_a_level"),
            models.CheckConstraint(condition=Q(level__in=[1, 2, 3]), name="dissent_has_three_levels"),
        ]

    def __str__(self) -> str:
        return str(self.get_result_display())
