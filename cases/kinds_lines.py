"""What can be told of instalments, points and the sum held; beside `cases.kinds`, whose rules hold here."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register


def _kind(name: str, sentence: "str | Promise") -> Kind:
    return register(Kind(name, sentence))


INSTALMENTS_MARKED = _kind("instalments.marked", _("Disputed transactions turned into instalments: %(count)s."))
INSTALMENTS_UNDONE = _kind(
    "instalments.undone", _("Instalments of %(transactions)s were undone at %(at)s, receipt %(receipt)s.")
)
POINTS_PROPOSED = _kind("points.proposed", _("Points to give back with proposal %(number)s: %(total)s."))
POINTS_RESTORED = _kind("points.restored", _("%(total)s points were given back at %(at)s, receipt %(receipt)s."))
FIRST_HOP_FOUND = _kind("transactions.first_hop", _("The money of %(transactions)s went to %(name)s first."))
FIRST_HOP_CASH = _kind("transactions.first_hop_cash", _("The money of %(transactions)s was taken out in cash."))
