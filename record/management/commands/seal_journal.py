"""Seal what was written into the journal since the last seal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from record import seal_copies, seal_keys, seals
from record.errors import NoSealKey, SealBusy
from record.management import by_whom


class Command(BaseCommand):
    help = (
        "Seal every stream of the journal that grew since the last seal, and copy seals outside the database. "
        "May be repeated; exit code 1 when a copy could not be made."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        by_whom.add_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        actor = by_whom.actor(options, "seal_journal")
        try:
            seal_keys.tell_new(actor)
            if options["staff"]:
                seal_keys.asked_for(actor)
            made = seals.seal()
        except (NoSealKey, SealBusy) as error:
            raise CommandError(str(error)) from None
        if made is None:
            self.stdout.write(_("Nothing was written since the last seal."))
        else:
            counts = {"number": made.number, "streams": made.streams, "entries": made.entries, "hash": made.hash}
            said = _("Seal %(number)s covers %(streams)s streams with %(entries)s new entries: %(hash)s")
            self.stdout.write(said % counts)
        if failed := seal_copies.make():
            places = ", ".join(f"{place} ({why})" for place, why in failed.items())
            raise CommandError(_("Seals could not be copied to: %(places)s. Run again.") % {"places": places})
