"""Journal tables: streams with their heads, entries, and the personal values entries speak of. None is ever altered."""

import json
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import DurationField, ExpressionWrapper, F, Func, JSONField, Q, TextField, Value
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from record import algorithms
from record.kinds import kind

# What the auditor asks of entries, written once for the indexes and for whoever asks: no index serves what differs.
GAP: Final = timedelta(minutes=30)  # a fact typed within it is told at once
LATE_BY: Final = ExpressionWrapper(F("recorded_at") - F("happened_at"), output_field=DurationField())
BY_PEOPLE_LATE: Final = Q(GreaterThan(LATE_BY, Value(GAP))) & ~Q(actor_number="system")
ABOUT_CASE: Final = Func(F("body"), template="((%(expressions)s)::jsonb #>> '{data,case}')", output_field=TextField())
ABOUT_CASES: Final = Func(F("body"), template="((%(expressions)s)::jsonb #> '{data,cases}')", output_field=JSONField())
SEARCHES: Final = ("caller.looked_up", "words.looked_for")
LOOKS: Final = Q(stream__startswith="access:")


class Stream(models.Model):
    """One chain of entries, named by what it is about (`case:<uuid>`). Moved only by the trigger on entries."""

    key = models.TextField(_("Stream"))
    length = models.BigIntegerField(default=0)
    head = models.TextField(default=algorithms.nothing)
    algorithm = models.TextField(default=algorithms.HASH)

    class Meta:
        verbose_name = _("Journal stream")
        constraints = [
            # Not `unique=True` on the field: Django would add a second index for LIKE that nobody asks.
            models.UniqueConstraint(fields=["key"], name="record_stream_once"),
            models.CheckConstraint(condition=~Q(key=""), name="record_stream_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """One thing that happened. `body` is the RFC 8785 text that was hashed; the other columns repeat it for queries."""

    stream = models.TextField()
    number = models.BigIntegerField()
    kind = models.TextField()
    happened_at = models.DateTimeField(_("Happened at"))
    recorded_at = models.DateTimeField(_("Recorded at"))
    actor_number = models.TextField(_("Staff number"))
    actor_name = models.TextField(_("Name"))
    actor_role = models.TextField(_("Post"), blank=True)
    for_whom = models.TextField(_("For whom"), blank=True)
    previous = models.TextField()
    body = models.TextField()
    hash = models.TextField()
    algorithm = models.TextField(default=algorithms.HASH)

    class Meta:
        verbose_name = _("Journal entry")
        verbose_name_plural = _("Journal entries")
        constraints = [models.UniqueConstraint(fields=["stream", "number"], name="record_entry_place_in_stream")]
        indexes = [
            models.Index(fields=["kind", "recorded_at"], name="record_entry_kind_recorded"),
            BrinIndex(fields=["recorded_at"], pages_per_range=64, autosummarize=True, name="record_entry_recorded"),
            models.Index(F("recorded_at").desc(), F("id").desc(), condition=BY_PEOPLE_LATE, name="record_entry_late"),
            models.Index(
                F("actor_number"),
                F("recorded_at").desc(),
                F("id").desc(),
                condition=BY_PEOPLE_LATE,
                name="record_entry_late_of",
            ),
            models.Index(
                ABOUT_CASE, F("recorded_at").desc(), F("id").desc(), condition=LOOKS, name="record_entry_looked_at"
            ),
            GinIndex(ABOUT_CASES, condition=LOOKS & Q(kind__in=SEARCHES), name="record_entry_searched"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.number} {self.kind}"

    @cached_property
    def told(self) -> dict[str, Any]:
        """The whole body, parsed. ValueError when it is no JSON (somebody altered it)."""
        whole: dict[str, Any] = json.loads(self.body)
        return whole

    @property
    def data(self) -> dict[str, Any]:
        """What the fact said: strings, whole numbers, booleans, None, lists and dicts."""
        data: dict[str, Any] = self.told["data"]
        return data

    @property
    def changed(self) -> list[dict[str, Any]]:
        """The records it changed: model, uuid or pk, fields with before and after, digest of the history row."""
        changed: list[dict[str, Any]] = self.told["changed"]
        return changed

    def say(self) -> str:
        """The entry as a sentence in the active language. Never raises: an unknown kind reads as its name."""
        try:
            return kind(self.kind).say(self.data)
        except Exception:
            return str(self.kind)


class SealedValue(models.Model):
    """A personal value of an entry and the salt of its commitment, sealed under the person's key. Never altered."""

    stream = models.TextField()
    number = models.BigIntegerField()
    field = models.TextField()
    key = models.ForeignKey("record.PersonKey", models.PROTECT, related_name="+")
    ciphertext = models.BinaryField()

    class Meta:
        verbose_name = _("Sealed value")
        constraints = [
            models.UniqueConstraint(fields=["stream", "number", "field"], name="record_sealedvalue_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.number} {self.field}"
