"""The key that signs seals, told in the journal when another one is there: before the first seal it signs."""

import base64
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from record import algorithms, keyring
from record.journal import Actor, Fact, Kind, append, entries, register

STREAM: Final = "keys:seals"
CHANGED: Final = register(Kind("seal_key.changed", _("Seals are signed with the key %(key)s from now on: %(public)s.")))
ASKED: Final = register(Kind("seal.asked", _("A seal was asked for.")))


def tell_new(actor: Actor) -> None:
    """Tell of the key when it is another than the one told last. NoSealKey when there is none."""
    key_id, private = keyring.signing()
    public = base64.b64encode(algorithms.signature_now().public(private)).decode()
    told = {"key": key_id, "public": public}
    last = entries(STREAM).filter(kind=CHANGED.name).order_by("-number").first()
    if last is None or last.data != told:
        with transaction.atomic():
            append(STREAM, Fact(CHANGED, told), actor=actor)


def asked_for(actor: Actor) -> None:
    """Tell that a person asks for a seal now; it covers this entry, too."""
    with transaction.atomic():
        append(STREAM, Fact(ASKED), actor=actor)
