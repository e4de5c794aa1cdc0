"""What can be told of calls: the customer urges, a caller's number is looked up."""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

URGED = register(Kind("customer.urged", _("The customer urged, time %(number)s; told to: %(to)s.")))
CALLER_LOOKED_UP = register(
    Kind(
        "caller.looked_up",
        _("A phone number was looked up; complaints shown: %(references)s."),
    )
)
