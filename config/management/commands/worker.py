"""Run background work: sweeps, orders to bank systems, housekeeping."""

from __future__ import annotations

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from procrastinate.contrib.django import app

log = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 30.0


class Command(BaseCommand):
    """A worker that comes back when the database does. SIGINT and SIGTERM let the running jobs finish."""

    help = "Run background work until told to stop. Any number of workers may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--concurrency", type=int, default=2, help="jobs at the same time (default 2)")
        parser.add_argument("--once", action="store_true", help="do what is due, then exit")

    def handle(self, *args: Any, concurrency: int, once: bool, **options: Any) -> None:
        """Work; after a failure pause, twice as long each time, and work again."""
        pause = 1.0
        while True:
            started = time.monotonic()
            try:
                _work(concurrency, wait=not once)
                return
            except Exception:
                log.exception("the worker stopped, starting it again")
            if once:
                raise SystemExit(1)
            pause = 1.0 if time.monotonic() - started > LONGEST_PAUSE_SECONDS else min(pause * 2, LONGEST_PAUSE_SECONDS)
            time.sleep(pause)


def _work(concurrency: int, *, wait: bool) -> None:
    connection.ensure_connection()  # starts an embedded server that went away
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # type: ignore[attr-defined]
        worker_app.run_worker(concurrency=concurrency, wait=wait)
