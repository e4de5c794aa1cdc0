"""Seals over the journal: how long every stream was and how it ended, signed and chained; never altered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from record import clock


class Seal(models.Model):
    """One seal. `body` is the RFC 8785 text that was hashed and signed; the other columns repeat it for queries.

    It covers the entries whose id is above the `horizon` of the seal before and not above its own.
    """

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField(_("Sealed at"))
    horizon = models.BigIntegerField()
    streams = models.BigIntegerField()
    entries = models.BigIntegerField()
    root = models.TextField()
    previous = models.TextField()
    body = models.TextField()
    hash = models.TextField()
    algorithm = models.TextField()
    signed_by = models.TextField()
    key_id = models.TextField()
    signature = models.TextField()

    class Meta:
        verbose_name = _("Seal")

    def __str__(self) -> str:
        return f"seal {self.number}"


class SealedHead(models.Model):
    """A leaf of a seal: a stream that had grown, how long it was, and the hash of its last entry."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="heads", db_index=False)
    position = models.BigIntegerField()
    stream = models.TextField()
    length = models.BigIntegerField()
    head = models.TextField()

    class Meta:
        verbose_name = _("Sealed head")
        constraints = [models.UniqueConstraint(fields=["seal", "position"], name="record_sealedhead_place")]
        # The newest seal of a stream; a seal names a stream once.
        indexes = [models.Index(fields=["stream", "-seal"], name="record_sealedhead_stream")]

    def __str__(self) -> str:
        return f"{self.seal_id} {self.stream} {self.length}"


class SealCopy(models.Model):
    """A seal arrived at a place outside the database: the file, or the address."""

    class Place(models.TextChoices):
        FILE = "file", _("File")
        ADDRESS = "address", _("Address")

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="copies", db_index=False)
    place = models.CharField(max_length=8, choices=Place.choices)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("Copy of a seal")
        constraints = [models.UniqueConstraint(fields=["seal", "place"], name="record_sealcopy_once")]

    def __str__(self) -> str:
        return f"{self.seal_id} {self.place}"


class Verification(models.Model):
    """One nightly reading of the journal: what was read, and what was found broken."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    # what grew since this moment was read; None: everything
    since = models.DateTimeField(null=True)
    # the last stream of the rolling share; "" when the share came to the end and begins anew
    share_until = models.TextField(blank=True)
    streams = models.BigIntegerField()
    entries = models.BigIntegerField()
    seals = models.BigIntegerField()
    breaks = models.BigIntegerField()
    # the first of them: stream, number, what
    found = models.JSONField(default=list)

    class Meta:
        verbose_name = _("Verification of the journal")
        verbose_name_plural = _("Verifications of the journal")

    def __str__(self) -> str:
        return f"{self.ended_at:%Y-%m-%d %H:%M} {self.breaks}"
