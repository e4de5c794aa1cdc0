"""The SMS gateway's door: an order names a template, and only here, on its way out, it gets number and words.

Nothing of the person stands in the outbox, in a log or in an answer. That his number was opened is told in the access
stream of the day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_noop as _

from cases import access
from cases.gateways.protocol import Answer, BankSystem, Instruction
from cases.kinds_systems import PHONE_OPENED
from cases.models import Case
from knowledge import messages
from record.errors import KeyDestroyed, SealBroken

PURPOSE = "text message to the customer"
NO_NUMBER = _("No telephone number of the customer can be read.")


@dataclass(frozen=True)
class _Addressed:
    """The order as it leaves."""

    key: UUID
    operation: str
    payload: Mapping[str, Any]


class Texts:
    """Stands before the gateway itself, over HTTP or in memory."""

    def __init__(self, gateway: BankSystem) -> None:
        self._gateway = gateway

    def send(self, order: Instruction) -> Answer:
        """Open the number and hand the message over. Without a number nothing leaves: rejected."""
        case = Case.objects.select_related("customer__person_key", "person_key").get(uuid=order.payload["case"])
        phone = _phone(case, order)
        if not phone:
            return Answer("rejected", reason=NO_NUMBER)
        told = {name: order.payload[name] for name in ("template", "reference", "last_four")}
        words = messages.text(told["template"], settings.REDRESS["SMS_LANGUAGE"], told)
        payload = {"template": told["template"], "phone": phone, "text": words}
        return self._gateway.send(_Addressed(order.key, order.operation, payload))

    def enquire(self, key: UUID) -> Answer:
        """Ask what became of a message; this needs no number."""
        return self._gateway.enquire(key)


def _phone(case: Case, order: Instruction) -> str:
    """The number in clear, and that it was opened, before it leaves; "" when there is none or it cannot be read."""
    if case.customer is None or case.customer.phone is None:
        return ""
    try:
        phone = case.customer.reveal("phone", purpose=PURPOSE)
    except (KeyDestroyed, SealBroken):
        return ""
    access.opened_by_system(case, PHONE_OPENED, {"order": str(order.key), "purpose": PURPOSE})
    return phone
