"""The burden board in sentences, each made from a row: page, refusal and letter say the same.

All are in the language that is active; `knowledge/burden.csv` brings its own two.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _, gettext_lazy, pgettext, pgettext_lazy

from cases.burden import Standing
from cases.burden_cells import Cell, Facts, State
from knowledge import card_words
from knowledge.burden_table import BurdenRow, title_of
from knowledge.evidence import EvidenceKind

WHO: Final[dict[str, Promise]] = {
    "holder": gettext_lazy("cardholder"),
    "issuer": gettext_lazy("issuer (this bank)"),
    "institution": gettext_lazy("payment institution"),
    "acquirer": gettext_lazy("acquirer or merchant"),
}
BASES: Final[dict[str, Promise]] = {
    "law": gettext_lazy("the article says who must prove it"),
    "practice": gettext_lazy("trade practice: the article leaves open who proves it"),
    "contract": gettext_lazy("the card contract decides"),
}
STATES: Final[dict[State, Promise]] = {
    State.PROVED: pgettext_lazy("burden board", "proved"),
    State.CONTESTED: pgettext_lazy("burden board", "contested"),
    State.MISSING: pgettext_lazy("burden board", "missing"),
    State.LOST: pgettext_lazy("burden board", "lost for good"),
    State.NOT_APPLICABLE: pgettext_lazy("burden board", "does not apply"),
}
STANDINGS: Final[dict[Standing, Promise]] = {
    Standing.SUPPORTED: pgettext_lazy("burden board", "supported"),
    Standing.UNPROVED: pgettext_lazy("burden board", "unproved"),
    Standing.CONTRADICTED: pgettext_lazy("burden board", "contradicted"),
}
WHY: Final[dict[str, Promise]] = {
    "told": gettext_lazy("The bank was told at %(told)s."),
    "told_only": gettext_lazy("The bank was told at %(told)s; nothing of the holder's own is on file yet."),
    "told_unknown": gettext_lazy("When the bank was first told is not known."),
    "card_unchecked": gettext_lazy("Nobody has checked yet where the real card is."),
    "card_elsewhere": gettext_lazy(
        "The real card was seen at %(checked)s in %(card_country)s; the transaction was made in %(country)s at "
        "%(booked)s, %(apart)s apart."
    ),
    "card_same_country": gettext_lazy(
        "The real card was seen at %(checked)s, in the country of the transaction or that country is not known; "
        "%(apart)s apart from the transaction."
    ),
    "card_seen_late": gettext_lazy(
        "The real card was seen in %(card_country)s only at %(checked)s; the transaction was made in %(country)s at "
        "%(booked)s, %(apart)s apart."
    ),
    "card_held": gettext_lazy("The real card was seen with the holder at %(checked)s."),
    "card_gone": gettext_lazy("The card was asked for at %(checked)s: it is gone."),
    "card_said": gettext_lazy("That the holder has the card was only said on the phone, at %(checked)s."),
    "card_refused": gettext_lazy("The card was asked for at %(checked)s; the holder does not want it checked."),
    "card_unreached": gettext_lazy("The card was asked for at %(checked)s; the holder was not reached."),
    "not_claimed": gettext_lazy("Nothing on file shows it."),
    "records_unjudged": gettext_lazy("Records are on file; nobody has judged yet what they show."),
    "on_file": gettext_lazy("A record is on file."),
    "not_on_file": gettext_lazy("No record is on file."),
    "asked": gettext_lazy("The record was asked for and has not come yet."),
    "answered_none": gettext_lazy("The record was asked for; the answer was that there is none."),
    "overwritten": gettext_lazy("The record was asked for and is lost: it was overwritten or not kept."),
    "no_verification": gettext_lazy("The card system says that nothing was checked."),
    "to_judge": gettext_lazy("No row can say it: somebody has to judge it."),
    "after_stop": gettext_lazy("The card was stopped at %(stopped)s, before this transaction."),
    "after_notice": gettext_lazy("The bank had been told at %(told)s, before this transaction."),
    "in_time": gettext_lazy("Told at %(told)s, the bank knew before the loss could grow by this transaction."),
    "grew": gettext_lazy(
        "This transaction, at %(booked)s, came long after the first, and before the bank was told at %(told)s."
    ),
    "stop_declined": gettext_lazy("The holder had the card not stopped at %(declined)s, before this transaction."),
    "found_proved": gettext_lazy("Found proved at %(found)s."),
    "found_not_proved": gettext_lazy("Found not proved at %(found)s."),
    "found_contested": gettext_lazy("Found contested at %(found)s."),
    "not_applicable": gettext_lazy("This does not matter to such a transaction."),
}

# For whoever works on the board; no part of a letter.
HINTS: Final[dict[str, Promise]] = {
    "card_same_country": gettext_lazy("Weigh distance and time (art. 6), then enter a finding."),
    "card_seen_late": gettext_lazy("Weigh whether the card could have travelled (art. 6), then enter a finding."),
    "stop_declined": gettext_lazy("Weigh whether the loss grew by it (art. 7.4), then enter a finding."),
    "records_unjudged": gettext_lazy("Say what they show, then enter a finding."),
}


def hint(cell: Cell) -> str:
    """What is to be done about the cell, for colleagues; empty when nothing."""
    return str(HINTS.get(cell.seen.why, ""))


def why(cell: Cell, transaction: Any, facts: Facts) -> str:
    """Why the cell is in its state."""
    check = facts.checks[-1] if facts.checks else None
    return str(WHY[cell.seen.why]) % {
        "told": when(facts.told_at),
        "stopped": when(facts.stopped_at),
        "declined": when(facts.declined_at),
        "booked": when(transaction.booked_at),
        "found": when(cell.finding.found_at if cell.finding else None),
        "checked": when(check.checked_at if check else None),
        "apart": apart(check.checked_at - transaction.booked_at) if check else "",
        "card_country": country(check.country) if check else "",
        "country": country(transaction.country),
    }


def when(moment: datetime | None) -> str:
    """A moment to the second in the bank's zone, the year with it: a letter is read later."""
    if moment is None:
        return _("an unknown time")
    # Translators: of Django's date filter, for letters.
    return dateformat.format(moment.astimezone(ZoneInfo(settings.BANK_TIME_ZONE)), _("Y-m-d H:i:s"))


def apart(span: timedelta) -> str:
    """How far apart two moments lie, in whole minutes; with the two places it says if a card can have travelled."""
    hours, minutes = divmod(abs(round(span.total_seconds() / 60)), 60)
    if not hours:
        return pgettext("time apart", "%(minutes)d min") % {"minutes": minutes}
    return pgettext("time apart", "%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


def country(code: str) -> str:
    """The country in the reader's words, home too."""
    return card_words.abroad(code) or _("China")


def title(element: str) -> str:
    """The element's name."""
    return title_of(element, language())


def says(row: BurdenRow) -> tuple[str, str, str]:
    """Title, what is to be proved, and what follows if it stays missing."""
    return row.says(language())


def who(row: BurdenRow) -> str:
    """Who must prove it."""
    return _(", ").join(str(WHO[one]) for one in row.who)


def kinds(names: tuple[str, ...]) -> str:
    """Kinds of evidence in words, without the one that names nothing."""
    return _(", ").join(str(EvidenceKind(name).label) for name in names if name != EvidenceKind.OTHER)


def language() -> str:
    """The reader's language, as the tables of `knowledge` ask for it."""
    return get_language() or "zh-hans"
