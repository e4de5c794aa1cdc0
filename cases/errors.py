"""Why a case cannot do that now. Each error carries the sentence a person reads; its docstring is the default."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knowledge.evidence import EvidenceKind


class CaseError(Exception):
    """The case cannot do that now."""

    sentence: str | Promise = _("This cannot be done on the case now.")

    def __init__(self, sentence: str | Promise | None = None, *, field: str | None = None) -> None:
        self.sentence = sentence or self.sentence
        self.field = field
        super().__init__(str(self.sentence))


class NotAllowed(CaseError):
    """The person may not do this."""

    sentence = _("Your post does not include this.")


class SomeoneWasFirst(CaseError):
    """Another person changed the step or visit meanwhile; `who` and `when` say so. `typed`: the form of the second."""

    sentence = _("Someone else has already done this.")

    def __init__(self, sentence: str | Promise | None = None, *, who: str = "", when: object = None) -> None:
        super().__init__(sentence)
        self.who = who
        self.when = when
        self.typed: Any = None


class EvidenceMissing(CaseError):
    """A step was finished before its evidence was on file."""

    sentence = _("Evidence this step needs is not on file yet: %(kinds)s.")

    def __init__(self, *, missing: Sequence[EvidenceKind]) -> None:
        self.missing = list(missing)
        super().__init__(self.sentence % {"kinds": ", ".join(str(kind.label) for kind in self.missing)})


class StillOpen(CaseError):
    """The case cannot close: something of the customer's side is open."""

    sentence = _("The case cannot be completed yet.")
