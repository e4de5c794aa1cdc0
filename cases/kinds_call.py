"""What can be told of calls: the customer urges, names payments as not his; a caller's number is looked up."""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

URGED = register(Kind("customer.urged", _("The customer urged, time %(number)s; told to: %(to)s.")))
CALLER_LOOKED_UP = register(
    Kind(
        "caller.looked_up",
        _("A phone number or the end of a card was looked up; complaints shown: %(references)s."),
    )
)
# His statement, not a finding: what each was is told by `cases.kinds.TRANSACTIONS_MARKED`.
TRANSACTIONS_NAMED = register(
    Kind(
        "transaction.named",
        _("The customer says these were not his: %(transactions)s; now %(count)s, together %(total)s."),
    )
)
NAMING_TAKEN_BACK = register(
    Kind(
        "transaction.not_named",
        _("The customer does not dispute these any more: %(transactions)s; now %(count)s, together %(total)s."),
    )
)
