"""The customer and the card a complaint is about: found again when known, added once when not."""

import re
import unicodedata
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases import free_text
from cases.errors import CaseError
from cases.masking import masked_name, masked_phone
from cases.models import Card, Customer
from record.errors import KeyDestroyed
from record.keys import create_key
from record.sealed import blind_index, blind_indexes

PHONE: Final = "customer.phone"
IDENTITY: Final = "customer.identity_number"
# A token is never a card number: letters, or fewer or more digits than a card has.
TOKEN: Final = re.compile(r"(?!\d{12,19}$)[A-Za-z0-9_-]{1,64}", re.ASCII)
PHONE_SHAPE: Final = re.compile(r"\+?[0-9]{3,18}", re.ASCII)
IDENTITY_SHAPE: Final = re.compile(r"[0-9A-Z]{4,30}", re.ASCII)
# Written with or without the country, a Chinese number is one number.
HOME: Final = re.compile(r"(\+|00)86(?=1[0-9]{10}$)", re.ASCII)


def find_or_add_customer(
    *,
    name: str,
    phone: str = "",
    identity_number: str = "",
    kind: str = Customer.Kind.PERSON,
    care: str = "",
) -> Customer:
    """The customer of this identity number, or of this phone and name; a new one, sealed under a key of his own.

    A known customer gets what was missing in his file. Must run in a transaction with what it is for; whoever opens the
    case tells of it. CaseError: no name, or a phone or identity number that cannot be one.
    """
    name = " ".join(free_text.written(name, field="name", required=True, longest=80).split())
    phone = telephone(phone)
    identity_number = shaped(identity_number.upper(), IDENTITY_SHAPE, field="identity_number")
    if kind not in Customer.Kind:
        raise CaseError(_("Choose one of the list."), field="kind")
    customer = _by_identity(identity_number) or _by_phone(phone, name)
    if customer is None:
        customer = Customer(kind=kind, care=free_text.written(care, field="care", longest=40))
        customer.person_key = create_key(customer.uuid)
        _write(customer, name=name, phone=phone, identity_number=identity_number)
        customer.save(force_insert=True)
    elif missing := _missing(customer, phone=phone, identity_number=identity_number):
        _write(customer, **missing)
        customer.save()
    return customer


def find_customer(*, name: str, phone: str) -> Customer | None:
    """The customer of this phone (as `telephone` gives it) and name; None while either is missing."""
    return _by_phone(phone, name) if name and phone else None


def find_or_add_card(
    *, token: str, first_six: str, last_four: str, kind: str, customer: Customer | None = None
) -> Card:
    """The card of this token, or a new one; a known card without a customer gets this one.

    CaseError: a token that could be a card number, other digits than the token's card has, or an unknown kind.
    """
    if not TOKEN.fullmatch(token):
        raise CaseError(_("This is no token of the card system."), field="token")
    if not re.fullmatch(r"[0-9]{6}", first_six) or not re.fullmatch(r"[0-9]{4}", last_four):
        raise CaseError(_("Enter the first six and the last four digits of the card."), field="last_four")
    if kind not in Card.Kind:
        raise CaseError(_("Choose one of the list."), field="kind")
    values = {"first_six": first_six, "last_four": last_four, "kind": kind, "customer": customer}
    card, is_new = Card.objects.select_related("customer").get_or_create(token=token, defaults=values)
    if (card.first_six, card.last_four) != (first_six, last_four):
        raise CaseError(_("The digits do not belong to this card."), field="last_four")
    if not is_new and card.customer is None and customer is not None:
        card.customer = customer
        card.save(update_fields=["customer"])
    return card


def telephone(phone: str) -> str:
    """A phone number without what people put between its digits, at home without the country; "" for none.

    CaseError at `phone` when it cannot be one.
    """
    return HOME.sub("", shaped(phone, PHONE_SHAPE, field="phone"))


def _by_identity(identity_number: str) -> Customer | None:
    indexes = blind_indexes(identity_number, IDENTITY)
    return _customers().filter(identity_index__in=indexes).first() if indexes else None


def _by_phone(phone: str, name: str) -> Customer | None:
    """A phone may be a family's: the name must be the same too."""
    if not (indexes := blind_indexes(phone, PHONE)):
        return None
    return next((one for one in _customers().filter(phone_index__in=indexes) if _is_called(one, name)), None)


def _customers() -> QuerySet[Customer]:
    return Customer.objects.select_related("person_key").order_by("id")


def _is_called(customer: Customer, name: str) -> bool:
    try:
        return _folded(customer.reveal("name", purpose="find the customer again")) == _folded(name)
    except KeyDestroyed:
        return False


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _missing(customer: Customer, **values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value and getattr(customer, name) is None}


def _write(customer: Customer, **values: str) -> None:
    """Seal the values, and derive what lists show and searches find."""
    customer.seal(**values)
    if "name" in values:
        organisation = customer.kind == Customer.Kind.ORGANISATION
        customer.name_masked = masked_name(values["name"], organisation=organisation)
    if "phone" in values:
        customer.phone_masked = masked_phone(values["phone"])
        customer.phone_index = blind_index(values["phone"], label=PHONE)
    if "identity_number" in values:
        customer.identity_index = blind_index(values["identity_number"], label=IDENTITY)


def shaped(text: str, shape: re.Pattern[str], *, field: str) -> str:
    """The number without what people put between its signs. CaseError at `field` when it cannot be one."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign not in " -()\t")
    if plain and not shape.fullmatch(plain):
        raise CaseError(_("This number cannot be right."), field=field)
    return plain
