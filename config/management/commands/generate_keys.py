"""Print fresh secrets for a production machine."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from django.core.management.base import BaseCommand

from config.production import KEY_BYTES
from record import clock


class Command(BaseCommand):
    """Lines for the environment; keep them apart from the database's backups."""

    help = "Print SECRET_KEY, MASTER_KEYS, INDEX_KEYS and SEAL_KEY, freshly drawn, as lines for the environment."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the four lines."""
        self.stdout.write(f"SECRET_KEY={secrets.token_urlsafe(64)}")
        for name, key_id in (("MASTER_KEYS", "k1"), ("INDEX_KEYS", "k1"), ("SEAL_KEY", _of_today())):
            key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
            self.stdout.write(f"{name}={key_id}:{key}")


def _of_today() -> str:
    """An id no earlier key of the seals has: seals name theirs for good."""
    return clock.now().strftime("s%Y%m%d")
