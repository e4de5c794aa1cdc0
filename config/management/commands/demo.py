"""Everything a stranger needs, with one command: `make demo`."""

from __future__ import annotations

import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import fasteners
from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config.embedded.server import Server
from config.supervisor import Supervisor

READY_SECONDS = 60


class Command(BaseCommand):
    """Database, migrations, demo bank, sandbox bank, worker and web server, kept running until Ctrl-C."""

    help = "Run the whole product on this machine with a demo bank. A second call reuses everything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--port", type=int, default=8000, help="port of the web server (default 8000)")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        """Prepare, run, clean up."""
        if settings.PRODUCTION:
            raise CommandError("A demo bank has no place in a production database.")
        settings.DATA_DIR.mkdir(exist_ok=True)
        lock = fasteners.InterProcessLock(settings.DATA_DIR / "demo.lock")
        if not lock.acquire(blocking=False):
            self.stdout.write("The demo is running already.")
            self._show(port)
            return
        try:
            self._prepare()
            self._run(port)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        finally:
            _stop_database()
            lock.release()

    def _prepare(self) -> None:
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
        if "load_demo" in get_commands():
            call_command("load_demo")

    def _run(self, port: int) -> None:
        supervisor = Supervisor(_commands(port), settings.DATA_DIR / "demo.children")
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, supervisor.request_stop)
        try:
            supervisor.end_orphans()
            _refuse_taken(port)
            supervisor.start()
            self._wait(supervisor, port)
            if not supervisor.stopping:
                self._show(port)
            supervisor.watch()
        finally:
            self.stdout.write("Stopping …")
            supervisor.stop()

    def _wait(self, supervisor: Supervisor, port: int) -> None:
        until = time.monotonic() + READY_SECONDS
        while not supervisor.stopping and not _answers(port):
            if time.monotonic() > until:
                raise CommandError("The web server did not come up; the lines above tell why.")
            supervisor.look()
            time.sleep(0.2)

    def _show(self, port: int) -> None:
        if "load_demo" in get_commands():
            call_command("load_demo", logins=True)
        self.stdout.write(self.style.SUCCESS(f"Open {_address(port)}"))
        self.stdout.write("Ctrl-C stops everything.")
        connections.close_all()


def _stop_database() -> None:
    """Stop the embedded server unless somebody else works on it; it notices closed connections a moment later."""
    connections.close_all()
    if settings.EMBEDDED:
        server = Server(Path(settings.EMBEDDED_DATABASE_DIR))
        for _ in range(10):
            if server.stop_if_unused() or not server.is_running():
                return
            time.sleep(0.2)


def _commands(port: int) -> dict[str, list[str]]:
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    web += ["--blocking-threads", "4", "--working-dir", str(settings.BASE_DIR), "config.wsgi:application"]
    return {"sandbox bank": [*manage, "sandbox_bank"], "worker": [*manage, "worker"], "web server": web}


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(f"Port {port} is taken: try `make demo PORT=8080`.") from error


def _address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"{_address(port)}/readyz", timeout=2) as response:  # noqa: S310  our own address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
