"""One page for people who watch a demonstration: cards, orders, ledger and texts, newest first. No script."""

from collections.abc import Iterable, Sequence

from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sandbox_bank.ledger import Bank
from sandbox_bank.store import Row

MOST = 200
PAGE = """<!doctype html>
<html lang="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{}</title><link rel="stylesheet" href="/page.css"></head>
<body><h1>{}</h1><p>{}</p>{}</body></html>
"""
TABLE = """
<section><h2>{}</h2><div class="wide"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></section>
"""


def render(bank: Bank, language: str) -> str:
    """The page in "zh-hans" or "en"."""
    with translation.override("en" if language == "en" else "zh-hans"):
        title = _("Sandbox bank")
        note = _("A bank to practise on. No real money, no real customer.")
        return format_html(PAGE, translation.get_language(), title, title, note, _tables(bank))


def _tables(bank: Bank) -> SafeString:
    cards = [_("Card token"), _("Card"), _("State"), _("Stopped at"), _("Disputed hold")]
    orders = [_("No."), _("Received at"), _("Operation"), _("State"), _("Order key")]
    entries = [_("Voucher"), _("Booked at"), _("Kind"), _("Account"), _("Amount"), _("Currency"), _("Order key")]
    messages = [_("No."), _("Sent at"), _("Phone"), _("Text"), _("Order key")]
    tables = [
        _table(_("Cards"), cards, (_card(card) for card in _newest(bank.cards()))),
        _table(_("Orders"), orders, (_order(order) for order in _newest(bank.orders()))),
        _table(_("Ledger"), entries, (_entry(entry) for entry in _newest(bank.ledger()))),
        _table(_("Text messages"), messages, (_message(sent) for sent in _newest(bank.messages()))),
    ]
    return SafeString("".join(tables))


def _newest(rows: Sequence[Row]) -> Iterable[Row]:
    return list(reversed(rows))[:MOST]


def _table(title: str, heads: Iterable[str], rows: Iterable[Sequence[object]]) -> SafeString:
    lines = (format_html_join("", "<td>{}</td>", ((cell,) for cell in row)) for row in rows)
    head = format_html_join("", '<th scope="col">{}</th>', ((head,) for head in heads))
    return format_html(TABLE, title, head, format_html_join("", "<tr>{}</tr>", ((line,) for line in lines)))


def _card(card: Row) -> Sequence[object]:
    number = f"{card['first6'][:4]} {card['first6'][4:]}** **** {card['last4']}"
    hold = _("yes") if card["hold"] else _("no")
    return card["token"], number, _words()[card["state"]], card["stopped_at"] or "", hold


def _order(order: Row) -> Sequence[object]:
    words = _words()
    return order["number"], order["received_at"], words[order["operation"]], words[order["state"]], order["key"]


def _entry(entry: Row) -> Sequence[object]:
    money = entry["amount"], entry["currency"]
    return entry["voucher"], entry["booked_at"], _words()[entry["kind"]], entry["account"], *money, entry["key"]


def _message(sent: Row) -> Sequence[object]:
    return sent["number"], sent["sent_at"], f"{sent['phone'][:3]}****{sent['phone'][-4:]}", sent["text"], sent["key"]


def _words() -> dict[str, str]:
    return {
        "active": _("active"),
        "stopped": _("stopped"),
        "replaced": _("replaced"),
        "pending": _("pending"),
        "booked": _("booked"),
        "rejected": _("rejected"),
        "credit": _("Credit"),
        "reversal": _("Reversal"),
        "reverse": _("Reversal"),
        "restoration": _("Account restoration"),
        "hold_account": _("Disputed hold"),
        "restore_account": _("Account restoration"),
        "stop_card": _("Stop the card"),
        "formal_loss": _("Make the loss report formal"),
        "stop_state": _("Ask about the loss report"),
        "send_sms": _("Send a text message"),
        "release_card": _("Lift the stop"),
        "replace_card": _("Replace the card"),
        "list_transactions": _("List the transactions"),
    }
