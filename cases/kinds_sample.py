"""What can be told of samples and of what was found in them: in the sample's stream, and of a case in the case's."""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

SEEDED = register(
    Kind(
        "sample.seeded",
        _("A sample of %(size)s was asked for; seed: %(seed)s; standards: %(standards)s."),
        ("purpose", "origin_note", "reason"),
    )
)
DRAWN = register(
    Kind(
        "sample.drawn",
        _("%(count)s complaints were drawn from %(population)s; list of all %(population_digest)s."),
    )
)
VERIFIED = register(Kind("sample.verified", _("The sample was drawn once more by the same seed.")))
COMPLETED = register(Kind("sample.completed", _("Every complaint of the sample has been audited.")))
GIVEN_UP = register(Kind("sample.given_up", _("The sample was given up."), ("reason",)))
SHEET_SIGNED = register(
    Kind(
        "audit.sheet_signed",
        _("Audit sheet of complaint %(reference)s signed; score: %(score)s, findings: %(findings)s."),
    )
)
FINDING = register(
    Kind(
        "audit.finding",
        _("Finding fed back to branch %(unit)s, to be put right by %(due_at)s; complaint %(reference)s."),
        ("text",),
    )
)
ANSWERED = register(
    Kind(
        "audit.finding_answered",
        _("Branch %(unit)s answered a finding; complaint %(reference)s."),
        ("done", "proof", "consequences"),
    )
)
CLOSED = register(Kind("audit.finding_closed", _("A finding was re-checked and closed."), ("note",)))
AGAIN = register(
    Kind("audit.finding_again", _("A finding was re-checked and is to be put right by %(due_at)s."), ("note",))
)
WITHDRAWN = register(Kind("audit.finding_taken_back", _("A finding was re-checked and taken back."), ("note",)))
# In the case's own stream, once it is audited and not before: nobody is told that a case was drawn.
CASE_AUDITED = register(Kind("case.audited", _("The complaint was audited; score: %(score)s, findings: %(findings)s.")))
CASE_FINDING_CLOSED = register(Kind("case.finding_closed", _("A finding of the audit was put right.")))
CASE_FINDING_WITHDRAWN = register(Kind("case.finding_taken_back", _("A finding of the audit was taken back.")))
