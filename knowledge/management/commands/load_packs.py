"""Load policy packs by hand."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from knowledge import loading, pack_files
from record.management import by_whom


class Command(BaseCommand):
    """Loads new versions of the policy packs; what is loaded already stays as it is."""

    help = "Load policy packs (limits with their sources). A version that was loaded before never changes."

    def add_arguments(self, parser: CommandParser) -> None:
        by_whom.add_option(parser)
        parser.add_argument("folder", nargs="?", type=Path, default=pack_files.FOLDER)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        try:
            new = loading.load_packs(folder, by=by_whom.actor(options, "load_packs"))
        except (pack_files.BrokenPack, loading.PackChanged) as wrong:
            raise CommandError(str(wrong)) from wrong
        self.stdout.write(f"{new} new rules.")
