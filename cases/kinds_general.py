"""Facts of complaints without a flow of their own, and of transactions handed on to them."""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

LOOKED_INTO = register(Kind("complaint.looked_into", _("The complaint was looked into."), personal=("findings", "due")))
HANDED_ON = register(
    Kind("transaction.handed_on", _("Transactions were handed on to complaint %(to)s; it has the clock of this one."))
)
FROM_CASE = register(
    Kind(
        "complaint.from_case",
        _("Taken over from complaint %(source)s with its clock; history and evidence stay there."),
    )
)
TAKEN_BACK = register(
    Kind("transaction.taken_back", _("A transaction was taken back from complaint %(to)s, which was withdrawn."))
)
