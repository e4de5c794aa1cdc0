"""Read every chain again and tell where one breaks."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from record.models import Stream
from record.verify import Flaw, verify_streams


class Command(BaseCommand):
    help = "Verify the journal: every entry as it was written, in its place, none missing. Exit code 1 at any break."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stream", default="", metavar="PREFIX", help="only streams whose name begins so")
        parser.add_argument("--history", action="store_true", help="also compare history rows with their digests")
        parser.add_argument("--json", action="store_true", help="one JSON object a break, then one with the counts")

    def handle(self, *args: Any, **options: Any) -> None:
        breaks = 0
        for found in verify_streams(options["stream"], history=options["history"]):
            breaks += 1
            line = f"{found.stream} {found.number}: {Flaw(found.what).label}"
            self.stdout.write(json.dumps(found._asdict()) if options["json"] else line)
        streams = Stream.objects.filter(key__startswith=options["stream"]).count()
        counts = {"streams": streams, "breaks": breaks}
        self.stdout.write(json.dumps(counts) if options["json"] else _("%(streams)s streams read.") % counts)
        if breaks:
            raise CommandError(_("%(breaks)s streams are broken.") % counts)
