"""Where a person goes on when nothing waits for him: the list his post lives by."""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from accounts.roles import FRONT_LINE, HEADS, SHIFT_LEADS, Role

from . import ledger_bar


@dataclass(frozen=True)
class WayOn:
    """What to say, and the one button: its address and words."""

    text: str
    url: str
    act: str


_OPEN: Final = {"state": "open"}
_BOARD: Final = "morning"
# post → its list and the filter it is looked at with
LIVES_BY: Final[dict[Role, tuple[str, dict[str, str]]]] = {
    **dict.fromkeys(FRONT_LINE, (ledger_bar.COMPLAINTS, _OPEN)),
    **dict.fromkeys(SHIFT_LEADS | HEADS | {Role.CONSUMER_PROTECTION}, (_BOARD, {})),
    Role.FRAUD: (ledger_bar.STOPS, {}),
    Role.LIABILITY: (ledger_bar.COMPLAINTS, _OPEN),
    Role.DISPUTE: ("chargebacks", {}),
    Role.ACCOUNTS_MAKER: ("advances", {}),
    Role.ACCOUNTS_CHECKER: ("advances", {}),
    Role.CREDIT_REPORTING: (ledger_bar.CREDIT, {}),
    Role.COLLECTION: ("recoveries", {}),
    Role.COMPLIANCE: ("reviews", {}),
    Role.RISK: (ledger_bar.COMPLAINTS, _OPEN),
}
_TEXTS: Final[dict[str, Any]] = {
    _BOARD: gettext_lazy("See on the morning board what is late or not signed for below you."),
    ledger_bar.COMPLAINTS: gettext_lazy("Look into the complaints within your reach meanwhile."),
    ledger_bar.STOPS: gettext_lazy("See which stops are about to lapse."),
    "chargebacks": gettext_lazy("See which windows of the card schemes end next."),
    "advances": gettext_lazy("See which advances are still with customers."),
    ledger_bar.CREDIT: gettext_lazy("See which credit records are still to be put right."),
    "recoveries": gettext_lazy("See what is still to be recovered after completion."),
    "reviews": gettext_lazy("See which reviews are running."),
}


def way_on(user: User) -> WayOn:
    """For a person without anything to do, by his first post."""
    held = user.standings_now()
    which, filters = LIVES_BY[Role(held[0].post.role)] if held else (ledger_bar.COMPLAINTS, {})
    text = _("When a step is yours to do it appears here, the most urgent first. %(meanwhile)s")
    text = text % {"meanwhile": _TEXTS[which]}
    if which == _BOARD:
        return WayOn(text, reverse("admin:morning"), _("Morning board"))
    return WayOn(text, ledger_bar.address(which, filters), str(ledger_bar.TITLES[which]))
