"""`manage.py sandbox_bank`: run the practice bank in a process of its own."""

import signal
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from sandbox_bank.ledger import Bank
from sandbox_bank.server import BankServer, push


class Command(BaseCommand):
    """Serve the sandbox bank on 127.0.0.1 until Ctrl-C or SIGTERM. It never touches the project's database."""

    help = "Run the sandbox bank (card system, core ledger and SMS gateway) over HTTP, for demonstrations and tests."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8001, help="0 takes a free port")
        parser.add_argument("--data", type=Path, default=None, help="ledger file, or :memory:")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(_("The sandbox bank does not run in production: it would answer for a real bank."))
        data = options["data"] or Path(settings.BASE_DIR) / ".data" / "sandbox-bank.sqlite3"
        with Bank(data, push=push) as bank:
            try:
                server = BankServer(bank, options["port"])
            except (OSError, OverflowError) as problem:
                raise CommandError(
                    _("Port %(port)s cannot be used: %(problem)s") % {"port": options["port"], "problem": problem}
                ) from None
            signal.signal(signal.SIGTERM, _stop)
            with server:
                self._serve(server, data)

    def _serve(self, server: BankServer, data: Path) -> None:
        self.stdout.write(f"Sandbox bank: {server.url} ({data})")
        self.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            self.stdout.write("Sandbox bank: stopped")


def _stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
