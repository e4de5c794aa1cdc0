"""Tell with which public keys seals are checked."""

import base64
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from record import algorithms, keyring


class Command(BaseCommand):
    help = "Print the public keys of the seals as a line for SEAL_PUBLIC_KEYS: for auditors, and before a new SEAL_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        keys = keyring.public_keys(algorithms.signature_now())
        told = ",".join(f"{key_id}:{base64.b64encode(public).decode()}" for key_id, public in keys.items())
        self.stdout.write(told or _("No key is known."))
