"""Secrets of a card in typed text: security code, PIN, expiry date, each named and followed by a value.

PCI DSS 3.3.1: the security code and the PIN are not stored at all once a payment is authorised; the expiry date has no
use in a complaint. A word alone ("the PIN was tried three times") is no secret, nor is a full date with its day.
"""

import re
from dataclasses import dataclass
from typing import Final

from cases.text_places import Found, plain, replaced

# Words and signs between the name of a secret and its value: "is", "是", ":" and the like, never a full stop.
_LINK: Final = (
    r"(?:[\s:=#'\"“”‘’「」-]|(?:is|was|no\.?|num(?:ber)?|code|my|the|now)(?![a-z])|[是为即就的了号码]|数字|[三四六346]位|设|改|置|成|输入?)"
    r"{0,8}?"
)
# Not a sum, a date, or a count of something.
_NO_UNIT: Final = r"(?![0-9]|[-/.,:][0-9]|\s*[年月日号元次位笔人时点分天%])"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"
_MONTH_2: Final = r"(?:0[1-9]|1[0-2])"
_NO_DAY: Final = r"(?!\s*[-/.年月]?\s*[0-9])"

_PATTERNS: Final = {
    "security_code": re.compile(
        r"(?:(?<![a-z])(?:cvv2?|cvc2?|cvn2?|csc)(?![a-z])|security\s+code|安全码|卡?背面?后?[三四34]位(?:数字?)?)"
        rf"{_LINK}(?<![0-9])(?P<value>[0-9]{{3,4}}){_NO_UNIT}",
        re.IGNORECASE,
    ),
    "pin": re.compile(
        rf"(?:(?<![a-z])pin(?![a-z])|passcode|password|密码){_LINK}(?<![0-9])(?P<value>[0-9]{{4,6}}){_NO_UNIT}",
        re.IGNORECASE,
    ),
    "expiry": re.compile(
        r"(?:有效期限?[至到]?|到期日|失效日期?|(?<![a-z])exp(?:iry|iration|ires|\.)?(?:\s+date)?(?![a-z])"
        rf"|(?:valid|good)\s+(?:thru|through|until|to)){_LINK}(?<![0-9])"
        rf"(?P<value>{_MONTH_2}\s?[-/.]?\s?(?:20)?[2-4][0-9]{_NO_DAY}"
        rf"|20[2-4][0-9]\s?[-/.年]\s?{_MONTH}月?{_NO_DAY}"
        rf"|[2-4][0-9]年{_MONTH}月{_NO_DAY}|{_MONTH}月[2-4][0-9]年{_NO_DAY})",
        re.IGNORECASE,
    ),
}
# An expiry date may be kept where the full number is not: imports lose what may never be stored, and no more.
NEVER_STORED: Final = ("security_code", "pin")


@dataclass(frozen=True)
class Secret(Found):
    """The place of a secret's value in a text, and what it is: `security_code`, `pin` or `expiry`."""

    what: str


def forbidden(text: str) -> list[Secret]:
    """Every named secret with its value, left to right."""
    seen = plain(text)
    found = [
        Secret(match.start("value"), match.end("value"), what)
        for what, pattern in _PATTERNS.items()
        for match in pattern.finditer(seen)
    ]
    return sorted(found, key=lambda secret: secret.start)


def cut_secrets(text: str) -> tuple[str, int]:
    """The text with security codes and PINs starred out, and how many there were. For imports."""
    places = [secret for secret in forbidden(text) if secret.what in NEVER_STORED]
    apart = [place for at, place in enumerate(places) if not at or places[at - 1].end <= place.start]
    return replaced(text, apart, lambda value: "*" * len(value))
