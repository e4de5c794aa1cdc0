"""Read every chain and every seal again and tell where something breaks."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from record import seal_copies, verification
from record.flaws import Break
from record.models import Seal
from record.verify import Reading, Scope


class Command(BaseCommand):
    help = (
        "Verify the journal: every entry as it was written, in its place, none missing, and as the seals over it say. "
        "Exit code 1 at any break."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        some = parser.add_mutually_exclusive_group()
        some.add_argument("--stream", default="", metavar="PREFIX", help="only streams whose name begins so")
        some.add_argument("--case", default="", metavar="REF", help="only the streams of the case of this number")
        some.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="only what grew since (2026-11-22)")
        parser.add_argument("--history", action="store_true", help="also compare history rows with their digests")
        parser.add_argument("--seals", type=Path, metavar="FILE", help="the copy of the seals outside the database")
        parser.add_argument("--json", action="store_true", help="one JSON object a break, then one with the counts")

    def handle(self, *args: Any, **options: Any) -> None:
        task = verification.Task(Reading(history=options["history"]), _copies(options))
        breaks = 0
        for found in _breaks(task, options):
            breaks += 1
            self.stdout.write(json.dumps(found._asdict()) if options["json"] else found.words())
        counts = {
            "streams": task.reading.streams,
            "entries": task.reading.entries,
            "seals": Seal.objects.count(),
            "breaks": breaks,
        }
        said = _("%(streams)s streams read with %(entries)s entries; there are %(seals)s seals.") % counts
        self.stdout.write(json.dumps(counts) if options["json"] else said)
        if breaks:
            raise CommandError(_("%(breaks)s breaks were found.") % counts)


def _breaks(task: verification.Task, options: dict[str, Any]) -> Iterator[Break]:
    if reference := options["case"]:
        return task.of_some(Scope("{name} = ANY(%s)", [_streams_of(reference)]))
    if options["stream"]:
        return task.of_some(Scope("starts_with({name}, %s)", [options["stream"]]))
    if options["since"]:
        zone = ZoneInfo(settings.BANK_TIME_ZONE)
        return task.of_grown(datetime.combine(options["since"], time(), zone))
    return task.of_all()


def _streams_of(reference: str) -> list[str]:
    find = verification.STREAMS_OF.get("case")
    if found := find(reference) if find else []:
        return found
    raise CommandError(_("There is no case of this number."))


def _copies(options: dict[str, Any]) -> verification.Copies | None:
    if options["seals"] is None:
        return verification.kept_copies()
    if not options["seals"].is_file():
        raise CommandError(_("There is no file of seals at this place."))
    return seal_copies.read(options["seals"])
