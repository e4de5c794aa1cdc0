"""Print fresh secrets for a production machine."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from django.core.management.base import BaseCommand

from config.production import KEY_BYTES


class Command(BaseCommand):
    """Lines for the environment; keep them apart from the database's backups."""

    help = "Print SECRET_KEY, MASTER_KEYS and INDEX_KEYS, freshly drawn, as lines for the environment."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the three lines."""
        self.stdout.write(f"SECRET_KEY={secrets.token_urlsafe(64)}")
        for name in ("MASTER_KEYS", "INDEX_KEYS"):
            key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
            self.stdout.write(f"{name}=k1:{key}")
