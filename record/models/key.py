"""One key per person. Rotating wraps it again, erasing drops it; neither touches what was sealed with it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record import algorithms, clock, envelope, keyring
from record.errors import KeyDestroyed


class PersonKey(models.Model):
    """A data key, wrapped by the master key `master_id`. `subject` is the uuid of the person or case it belongs to."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.UUIDField(null=True, db_index=True)
    wrapped = models.BinaryField(null=True)
    master_id = models.CharField(max_length=16)
    algorithm = models.CharField(max_length=16, default="aes256gcm")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    destroyed_at = models.DateTimeField(null=True, editable=False)
    destroyed_why = models.TextField(blank=True)

    class Meta:
        verbose_name = _("Person's key")
        indexes = [
            # Rotation asks for the keys still under an older master key; destroyed ones are of no interest to it.
            models.Index(fields=["master_id", "id"], name="record_personkey_master", condition=Q(wrapped__isnull=False))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(wrapped=None, destroyed_at__isnull=False) | Q(wrapped__isnull=False, destroyed_at=None),
                name="record_personkey_alive_or_not",
            )
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def destroyed(self) -> bool:
        """Whether the person was erased."""
        return self.wrapped is None

    def wrap(self, secret: bytes) -> None:
        """Put the 32 secret bytes under the current master key; does not save."""
        self.master_id, master = keyring.masters().current
        self.algorithm = algorithms.cipher_now().name
        self.wrapped = envelope.seal(master, secret, label=self._label)

    def unwrap(self) -> bytes:
        """The 32 secret bytes. KeyDestroyed after erasure, SealBroken when the row was tampered with or moved."""
        if self.wrapped is None:
            raise KeyDestroyed(self.uuid)
        return envelope.unseal(keyring.masters().key(self.master_id), bytes(self.wrapped), label=self._label)

    @property
    def _label(self) -> str:
        return f"record.personkey|wrapped|{self.uuid}"
