"""Ask and steer the embedded PostgreSQL."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.embedded.binaries import remove_copy
from config.embedded.server import Server


class Command(BaseCommand):
    """Where the rows lie, start, stop, remove."""

    help = "Tell where the embedded database lies, start it, stop it, or remove it with all its rows."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("what", choices=["where", "start", "stop", "remove"])

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        """Do it and tell where the rows lie (or lay)."""
        server = Server(Path(settings.EMBEDDED_DATABASE_DIR))
        if what == "remove":
            server.remove()
            Server(settings.DATA_DIR / "bench" / "postgres").remove()  # the server `make bench` keeps its rows in
            remove_copy()
        elif what != "where":
            getattr(server, what)()
        self.stdout.write(str(server.data))
