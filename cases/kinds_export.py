"""What can be told of exports: in the export's own stream, and in the stream of the person of the day."""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

ASKED = register(Kind("export.asked", _("An export was asked for."), ("purpose",)))
APPROVED = register(Kind("export.approved", _("The export with personal values in clear was approved.")))
REFUSED = register(Kind("export.refused", _("The export was refused."), ("reason",)))
BEGUN = register(Kind("export.begun", _("The export began, try %(number)s; complaints: %(cases)s.")))
MADE = register(
    Kind(
        "export.made",
        _("The export is ready: complaints %(cases)s, entries %(entries)s, under seal %(seal)s; %(digest)s."),
    )
)
FAILED = register(Kind("export.failed", _("The export was not made.")))
CANCELLED = register(Kind("export.cancelled", _("The export was cancelled.")))
DOWNLOADED = register(Kind("export.downloaded", _("The file of the export was taken.")))
EXPIRED = register(Kind("export.expired", _("The file of the export was deleted.")))
CASE_EXPORTED = register(Kind("case.exported", _("Complaint %(reference)s was put into an export.")))
CASES_EXPORTED = register(Kind("cases.exported", _("Complaints were exported; how many: %(cases)s.")))
