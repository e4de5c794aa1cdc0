"""What may be wrong with the journal, its history rows and its seals, in words."""

from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Flaw(TextChoices):
    """What is wrong with the first thing that is not as it was written."""

    MISSING = "missing", _("The entry is missing")
    UNCHAINED = "unchained", _("The entry does not follow the one before it")
    ALTERED = "altered", _("The entry's text and its hash do not agree")
    COLUMNS = "columns", _("The entry's columns and its text do not agree")
    ALGORITHM = "algorithm", _("The entry's hash is of an unknown kind")
    NOT_SEALED = "not_sealed", _("A sealed value of the entry is missing")
    CUT = "cut", _("Entries at the end of the stream are missing")
    NO_STREAM = "no_stream", _("The stream of the entries is missing")
    HEAD = "head", _("The stream does not end where it says")
    NO_HISTORY = "no_history", _("A history row the entry speaks of is missing")
    HISTORY = "history", _("A history row the entry speaks of was altered")
    SLIPPED_IN = "slipped_in", _("The entry was put under a seal that does not know it")
    SEALED_CUT = "sealed_cut", _("Entries that were sealed are missing at the end of the stream")
    SEALED_GONE = "sealed_gone", _("A stream that was sealed is gone")
    SEALED_OTHER = "sealed_other", _("The stream is another one than was sealed")
    SEAL_MISSING = "seal_missing", _("The seal is missing")
    SEAL_UNCHAINED = "seal_unchained", _("The seal does not follow the one before it")
    SEAL_ALTERED = "seal_altered", _("The seal's text and its hash do not agree")
    SEAL_COLUMNS = "seal_columns", _("The seal's columns and its text do not agree")
    SEAL_ALGORITHM = "seal_algorithm", _("The seal's hash or signature is of an unknown kind")
    SEAL_KEY = "seal_key", _("No public key of that name is known: the seal's signature cannot be checked")
    SEAL_FORGED = "seal_forged", _("The seal's signature is not right")
    SEAL_ROOT = "seal_root", _("The sealed heads are not those that were sealed")
    COPY_NEWER = "copy_newer", _("The copy outside holds this seal, the database does not: seals were cut off")
    COPY_OTHER = "copy_other", _("The copy outside says another thing of this seal")
    COPY_LACKS = "copy_lacks", _("The copy outside lacks this seal")


SEALS = "seals"


class Break(NamedTuple):
    """Where something breaks first: stream and number of the entry (or `seals` and the seal's), which `Flaw` it has."""

    stream: str
    number: int
    what: str

    def words(self) -> str:
        """The place and the flaw as a sentence in the active language."""
        return f"{self.stream} {self.number}: {Flaw(self.what).label}"
