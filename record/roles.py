"""What can be told of the database roles of web and worker processes."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

STREAM: Final = "database:roles"
HARDENED: Final = register(
    Kind("database.hardened", _("The database role %(role)s was given what it needs and no more."))
)
