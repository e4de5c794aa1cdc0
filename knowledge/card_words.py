"""How a card was used, in words: what the card system's codes for reading, checking and place mean.

Codes as the gateway hands them on (entry mode and cardholder verification after ISO 8583 fields 22 and 52, country
after ISO 3166-1); one that is not listed is shown as it came, so that nothing is hidden.
"""

from collections.abc import Iterator
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

HOME: Final = "CN"

ENTRY_MODES: Final[dict[str, Promise]] = {
    "chip": gettext_lazy("chip"),
    "contactless": gettext_lazy("contactless"),
    "magstripe": gettext_lazy("magnetic stripe"),
    "manual": gettext_lazy("number typed"),
    "online_3ds": gettext_lazy("online with 3-D check"),
    "online_no3ds": gettext_lazy("online without 3-D check"),
}

VERIFICATIONS: Final[dict[str, Promise]] = {
    "pin": gettext_lazy("PIN"),
    "signature": gettext_lazy("signature"),
    "pin_signature": gettext_lazy("PIN and signature"),
    "otp": gettext_lazy("text-message code"),
    "device": gettext_lazy("known device"),
    "none": gettext_lazy("no check"),
}

# Where Chinese cards are used most; the rest by its code.
COUNTRIES: Final[dict[str, Promise]] = {
    "AU": gettext_lazy("Australia"),
    "CA": gettext_lazy("Canada"),
    "DE": gettext_lazy("Germany"),
    "FR": gettext_lazy("France"),
    "GB": gettext_lazy("United Kingdom"),
    "HK": gettext_lazy("Hong Kong, China"),
    "ID": gettext_lazy("Indonesia"),
    "IT": gettext_lazy("Italy"),
    "JP": gettext_lazy("Japan"),
    "KH": gettext_lazy("Cambodia"),
    "KR": gettext_lazy("South Korea"),
    "MM": gettext_lazy("Myanmar"),
    "MO": gettext_lazy("Macao, China"),
    "MY": gettext_lazy("Malaysia"),
    "PH": gettext_lazy("Philippines"),
    "RU": gettext_lazy("Russia"),
    "SG": gettext_lazy("Singapore"),
    "TH": gettext_lazy("Thailand"),
    "TW": gettext_lazy("Taiwan, China"),
    "US": gettext_lazy("United States"),
    "VN": gettext_lazy("Vietnam"),
}


def use_of(*, entry_mode: str, verification: str) -> str:
    """How the card was read and the holder checked, in one line; empty when neither is known."""
    return _(", ").join(_known(entry_mode, verification))


def _known(entry_mode: str, verification: str) -> Iterator[str]:
    for code, words in ((entry_mode, ENTRY_MODES), (verification, VERIFICATIONS)):
        if code:
            yield str(words.get(code, code))


def abroad(country: str) -> str:
    """The country's name when it is not at home; empty at home, and when it is not known."""
    return "" if country in ("", HOME) else str(COUNTRIES.get(country, country))
