"""Wrap every person's key again under the current master key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from record import keyring, keys
from record.history import acting
from record.management import by_whom


class Command(BaseCommand):
    help = (
        "Wrap every person's key again under the current (first) master key. Runs beside daily work; may be repeated."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        by_whom.add_option(parser)
        parser.add_argument("--batch", type=int, default=500, help="keys a transaction (500)")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(by_whom.actor(options, "rotate_keys")) as actor:
            done = keys.rotate(batch=options["batch"], actor=actor)
        current = keyring.masters().current[0]
        self.stdout.write(_("%(count)s keys are now under %(key)s.") % {"count": done, "key": current})
        if left := keys.under_older_masters():
            # Held by another process at this moment, or made by one that does not have the new master key yet.
            raise CommandError(_("%(count)s keys are still under an older master key: run again.") % {"count": left})
        self.stdout.write(_("Older master keys may be taken out of MASTER_KEYS."))
