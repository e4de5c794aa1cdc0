"""manage.py sweep_evidence: take away stored files that never got their row."""

import time
from itertools import islice
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from cases import kinds
from cases.models import Evidence
from cases.storage import store
from record.journal import Actor, Fact, append
from record.management import by_whom

DAY: Final = 24 * 60 * 60
BATCH: Final = 1000


class Command(BaseCommand):
    """A file is written before its row, so a request that failed in between leaves one. After a day nothing waits."""

    help = "Remove sealed evidence files older than a day that belong to no case."

    def add_arguments(self, parser: CommandParser) -> None:
        by_whom.add_option(parser)
        parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")

    def handle(self, *args: Any, **options: Any) -> None:
        place, actor = store(), by_whom.actor(options, "sweep_evidence")
        # The machine's own time: a clock set for a demo must not age files.
        old = place.older_than(time.time() - DAY)
        orphans = 0
        while names := list(islice(old, BATCH)):
            found = _orphans(names)
            orphans += len(found)
            if found and not options["dry_run"]:
                _told(len(found), actor)
                for name in found:
                    place.drop(name)
        self.stdout.write(_("Files without a row: %(count)d") % {"count": orphans})


def _told(count: int, actor: Actor) -> None:
    """Before the files go, as many as go: a run that is killed has told too much, never too little."""
    with transaction.atomic():
        append("evidence:swept", Fact(kinds.EVIDENCE_SWEPT, {"count": count}), actor=actor)


def _orphans(names: list[str]) -> list[str]:
    kept = set(Evidence.objects.filter(stored_at__in=names).values_list("stored_at", flat=True))
    return [name for name in names if name not in kept]
