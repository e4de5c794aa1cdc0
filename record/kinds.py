"""The kinds of fact the journal knows: how each reads in the reader's language, which of its values are personal."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from record.body import JournalError

UNKNOWN = "—"
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@dataclass(frozen=True)
class Kind:
    """A dotted name, a translatable sentence with `%(field)s` of the data, and the names of its personal values."""

    name: str
    sentence: "str | Promise"
    personal: tuple[str, ...] = ()

    def say(self, data: Mapping[str, Any]) -> str:
        """The sentence in the active language. Never raises: what is missing reads "—"."""
        sentence = str(self.sentence)
        try:
            return sentence % _Words((name, word(value)) for name, value in data.items())
        except Exception:
            return sentence


class _Words(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return UNKNOWN


def word(value: Any) -> str:
    """One value of a body as a reader sees it: money, local time, yes and no, lists with commas; "—" for nothing."""
    if value is None or value == "" or value == [] or value == {}:
        return UNKNOWN
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return _(", ").join(map(word, value))
    if isinstance(value, dict):
        if value.keys() == {"amount", "currency"}:
            return _money(**value)
        return ", ".join(f"{name}: {word(item)}" for name, item in value.items())
    if isinstance(value, str) and _STAMP.fullmatch(value):
        moment = timezone.localtime(datetime.fromisoformat(value))
        return formats.date_format(moment, "Y-m-d H:i")
    return str(value)


def _money(amount: str, currency: str) -> str:
    figures = f"{Decimal(amount):,.2f}"
    return _("CNY %(amount)s") % {"amount": figures} if currency == "CNY" else f"{figures} {currency}"


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known to this process. JournalError for a name that is taken or not dotted lower case."""
    if not _NAME.fullmatch(kind.name):
        raise JournalError(f"{kind.name!r} is no name for a kind: dotted, lower case.")
    if kind.name in _kinds:
        raise JournalError(f"The kind {kind.name} is registered twice.")
    _kinds[kind.name] = kind
    return kind


def kind(name: str) -> Kind:
    """The kind of this name. KeyError when no installed app registered it."""
    return _kinds[name]


def registered(kind: Kind) -> bool:
    """Whether this very kind is the one known by its name."""
    return _kinds.get(kind.name) is kind


def kinds() -> list[Kind]:
    """All registered kinds by name."""
    return [_kinds[name] for name in sorted(_kinds)]
