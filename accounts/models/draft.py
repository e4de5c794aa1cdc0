"""What a person has typed into a page and not sent yet."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from record import clock
from record.sealed import SealedField, SealedModel


class Draft(SealedModel):
    """One form half filled in, of one person, sealed: a record of nothing, gone once it is sent or after some days.

    `place` is the path of its page, with the query it was opened with. `answers` is the form as a query string
    (`name=value&…`), sealed under the key of the person the case is about, or under a key of its own when there is no
    case yet. No history: it is written while somebody types, and nothing of it has happened
    (docs/decisions/0031-drafts.md).
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="drafts")
    place = models.CharField(max_length=400)
    answers = SealedField()
    kept_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("draft")
        # a page asks for its reader's drafts of it, newest first; the nightly sweep reads a small table whole
        indexes = [models.Index(fields=["owner", "place", "-kept_at"], name="draft_of_a_page")]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def has_own_key(self) -> bool:
        """Whether its key seals nothing else, and goes with it."""
        return self.person_key is not None and self.person_key.subject == self.uuid
