"""Erase one person by destroying his key."""

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from record import keys
from record.errors import KeyKept
from record.history import acting
from record.journal import Actor


class Command(BaseCommand):
    help = "Destroy the key of one person (or case): what was sealed with it cannot be read again. Not to be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", type=UUID, help="uuid of the person or case")
        parser.add_argument("--why", required=True, help="the reason, kept in the journal")
        parser.add_argument("--as", required=True, dest="staff", help="staff number of whoever decides it")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = _actor(options["staff"])
        with acting(actor):
            try:
                count = keys.destroy(options["subject"], why=options["why"], actor=actor)
            except KeyKept as kept:
                raise CommandError(str(kept)) from None
        if not count:
            raise CommandError(_("There is no key of this person, or it was destroyed before."))
        self.stdout.write(_("%(count)s keys destroyed.") % {"count": count})


def _actor(staff: str) -> Actor:
    user = get_user_model()._default_manager.filter(**{get_user_model().USERNAME_FIELD: staff}).first()
    if user is None or not user.is_active:
        raise CommandError(_("Nobody with this staff number is active."))
    return Actor(staff, str(getattr(user, "display_name", "") or staff), cause="command erase_person")
