"""The CFPB's public complaint file: 18 columns, three generations of its product list (regulation.md C3).

Plain reading, no database. What the file does not tell stays unknown: who the customer is, and the disputed amount
(`{$12.00}` in a narrative is any sum the writer mentioned, not the one he disputes).
"""

import contextlib
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cases import card_numbers
from cases.intake.incoming import Cut, Incoming, RowRefused
from cases.models import Case
from knowledge import taxonomy

SOURCE: Final = "cfpb"

# Column → what we call it; the order is the file's.
COLUMNS: Final = {
    "Date received": "received_on",
    "Product": "product",
    "Sub-product": "sub_product",
    "Issue": "issue",
    "Sub-issue": "sub_issue",
    "Consumer complaint narrative": "narrative",
    "Company public response": "public_response",
    "Company": "company",
    "State": "state",
    "ZIP code": "zip_code",
    "Tags": "tags",
    "Consumer consent provided?": "consent",
    "Submitted via": "submitted_via",
    "Date sent to company": "sent_on",
    "Company response to consumer": "response",
    "Timely response?": "timely",
    "Consumer disputed?": "disputed",
    "Complaint ID": "external_id",
}
BEGINS: Final = re.compile(r'"?(?:\d{4}-\d\d-\d\d|\d\d?/\d\d?/\d{2,4})"?,')
PERSONAL: Final = ("state", "zip_code", "tags")
_WITH_THEIR_OWN_PLACE: Final = {"external_id", "narrative", *PERSONAL}

CHANNELS: Final = {
    "web": Case.Channel.WEB,
    "phone": Case.Channel.PHONE,
    "email": Case.Channel.EMAIL,
    "postal mail": Case.Channel.LETTER,
    "fax": Case.Channel.OTHER,
    "referral": Case.Channel.REGULATOR,
    "web referral": Case.Channel.REGULATOR,
}
_EARLIEST: Final = date(1990, 1, 1)
_ID: Final = re.compile(r"[0-9]{1,20}", re.ASCII)
_DATES: Final = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")
# Control characters but tab and line ends, and halves of characters: what could not be decoded is one too.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def incoming(values: Mapping[str, str], *, today: date) -> Incoming:
    """One row of the file, by its column names. RowRefused: no complaint number, no date, or a date after `today`."""
    said, cut = _cleaned({name: values[column].strip() for column, name in COLUMNS.items()})
    if not _ID.fullmatch(said["external_id"]):
        raise RowRefused(_("The complaint ID is not a number."))
    received_on = _day(said["received_on"])
    if received_on > today:
        raise RowRefused(_("The date of receipt is still to come."))
    classes = (said["product"], said["sub_product"], said["issue"], said["sub_issue"])
    fraud = taxonomy.is_unauthorised_card_charge(*classes, bool(said["narrative"]))
    channel, business, cause = taxonomy.facets_for_cfpb(*classes)
    facets = {"channel": channel, "business": business, "cause": cause}
    return Incoming(
        source=SOURCE,
        external_id=said["external_id"],
        kind=Case.Kind.CARD_FRAUD if fraud else Case.Kind.GENERAL,
        channel=CHANNELS.get(said["submitted_via"].casefold(), Case.Channel.OTHER),
        received_at=datetime.combine(received_on, time.min, tzinfo=ZoneInfo(settings.BANK_TIME_ZONE)),
        narrative=said["narrative"],
        facets={name: code for name, code in facets.items() if code},
        told={name: value for name, value in said.items() if value and name not in _WITH_THEIR_OWN_PLACE},
        personal={name: said[name] for name in PERSONAL if said[name]},
        cut=cut,
    )


def _cleaned(said: dict[str, str]) -> tuple[dict[str, str], Cut]:
    """Every value without card numbers, security codes, PINs and characters nobody can keep, and what was cut."""
    numbers = secrets = characters = 0
    for name, value in said.items():
        if not value.isprintable():
            value, count = _UNWRITABLE.subn("\ufffd", value)
            characters += count
        if name != "external_id":
            value, count = card_numbers.cut(value)
            numbers += count
            value, count = card_numbers.cut_secrets(value)
            secrets += count
        said[name] = value
    return said, Cut(numbers, secrets, characters)


def _day(text: str) -> date:
    for form in _DATES:
        with contextlib.suppress(ValueError):
            day = datetime.strptime(text, form).date()  # noqa: DTZ007  a date has no zone
            if day >= _EARLIEST:
                return day
    raise RowRefused(_("The date of receipt cannot be read."))
