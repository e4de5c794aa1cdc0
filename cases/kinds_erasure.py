"""What can be told of erasure: in the batch's own stream, and in the streams of what belonged to the person."""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

PROPOSED = register(Kind("erasure.proposed", _("Erasure was proposed; persons: %(count)s."), ("reason",)))
APPROVED = register(Kind("erasure.approved", _("The erasure was approved after a second look at each person.")))
REFUSED = register(Kind("erasure.refused", _("The erasure was refused."), ("reason",)))
WITHDRAWN = register(Kind("erasure.withdrawn", _("The erasure was taken back.")))
BEGUN = register(Kind("erasure.begun", _("The erasure began; persons: %(count)s.")))
ERASED = register(Kind("erasure.erased", _("Number %(number)s was erased; keys destroyed: %(keys)s.")))
HELD = register(Kind("erasure.held", _("Number %(number)s was kept.")))
GONE = register(Kind("erasure.gone", _("Number %(number)s had been erased before.")))
FAILED = register(Kind("erasure.failed", _("Number %(number)s could not be erased for a technical reason.")))
DONE = register(
    Kind("erasure.done", _("The erasure is done: erased %(erased)s, kept %(held)s, erased before %(gone)s."))
)
# In the stream of each complaint and visit of the person.
DATA_ERASED = register(Kind("data.erased", _("The personal data were erased by the erasure batch %(number)s.")))
DATA_KEPT = register(Kind("data.kept", _("The erasure batch %(number)s kept the personal data.")))
