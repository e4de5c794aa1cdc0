"""Why a change to people or branches cannot be made. Each error carries the sentence a person reads."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """The change cannot be made; `field` names the value at fault when it is one value."""

    sentence: str | Promise = _("This cannot be changed now.")

    def __init__(self, sentence: str | Promise | None = None, *, field: str | None = None) -> None:
        self.sentence = sentence or self.sentence
        self.field = field
        super().__init__(str(self.sentence))


class NotAllowed(Refused):
    """The person may not do this."""

    sentence = _("Your post does not include this.")
