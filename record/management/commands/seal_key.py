"""Tell with which public keys seals are checked."""

import base64
import hashlib
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from record import algorithms, keyring


class Command(BaseCommand):
    help = "Print the public keys of the seals as a line for SEAL_PUBLIC_KEYS: for auditors, and before a new SEAL_KEY."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fingerprint", action="store_true", help="what auditors give verify.py to compare")

    def handle(self, *args: Any, **options: Any) -> None:
        keys = keyring.public_keys(algorithms.signature_now())
        if options["fingerprint"]:
            for key_id, public in keys.items():
                self.stdout.write(f"{key_id}: {hashlib.sha256(public).hexdigest()}")
            return
        told = ",".join(f"{key_id}:{base64.b64encode(public).decode()}" for key_id, public in keys.items())
        self.stdout.write(told or _("No key is known."))
