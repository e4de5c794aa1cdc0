"""In whose name a command runs: the person named with --as, else the system, with the command as what made it act."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from record.journal import Actor, system


def add_option(parser: CommandParser) -> None:
    """`--as STAFF`, to be left out where no person acts, as when a timer starts it."""
    parser.add_argument("--as", dest="staff", default="", metavar="STAFF", help="staff number of whoever runs it")


def actor(options: Mapping[str, Any], command: str) -> Actor:
    """Who is told to have acted. CommandError when nobody active has this staff number."""
    staff, users = options.get("staff") or "", get_user_model()
    if not staff:
        return system(f"command {command}")
    user = users._default_manager.filter(**{users.USERNAME_FIELD: staff}).first()
    if user is None or not user.is_active:
        raise CommandError(_("Nobody with this staff number is active."))
    return Actor(staff, str(getattr(user, "display_name", "") or staff), cause=f"command {command}")
