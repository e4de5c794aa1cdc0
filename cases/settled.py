"""What stands agreed with the customer, and what that asks of proposal and letter (CBIRC 2020 No.3 art. 21.5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _, override

from cases import sums
from cases.errors import CaseError
from cases.models import Case, DisputedTransaction, MoneyEntry, Settlement

OF_THE_AGREEMENT = (MoneyEntry.Kind.PRINCIPAL, MoneyEntry.Kind.GOODWILL)


@dataclass(frozen=True)
class Split:
    """An agreed sum as lines: principal by transaction within the bank's shares, the rest as goodwill."""

    principal: Sequence[Decimal]
    goodwill: Decimal


def standing(case: Case) -> Settlement | None:
    """The agreement that stands; one query."""
    return case.settlements.select_related("person_key", "agreement").filter(ended_at=None).first()


def agrees(case: Case, lines: Iterable[tuple[str, Decimal]]) -> None:
    """A proposal under an agreement is the agreed sum: principal, the rest goodwill. CaseError at `extra_goodwill`."""
    agreed = standing(case)
    if agreed is None:
        return
    kinds, amounts = zip(*lines, strict=True) if (lines := list(lines)) else ((), ())
    if sums.total(amounts) != agreed.amount:
        raise CaseError(
            _("Customer and bank agreed on %(sum)s; the lines come to %(total)s.")
            % {"sum": sums.spoken(agreed.amount), "total": sums.spoken(sums.total(amounts))},
            field="extra_goodwill",
        )
    if not set(kinds) <= set(OF_THE_AGREEMENT):
        raise CaseError(
            _("An agreed sum is principal within the bank's share, and the rest goodwill."), field="extra_goodwill"
        )
    if agreed.amount > (case.disputed_total or sums.NOTHING):
        raise CaseError(_("The agreed sum is more than what is in dispute now."), field="extra_goodwill")


def agreed_way(case: Case, way: str) -> None:
    """The decision is told the way that was agreed. CaseError at `way`."""
    agreed = standing(case)
    if agreed is not None and agreed.way != way:
        raise CaseError(_("Another way was agreed with the customer."), field="way")


def split(amount: Decimal, borne: Iterable[DisputedTransaction]) -> Split:
    """The agreed sum over these transactions in their order, each up to the bank's share."""
    principal = []
    for one in borne:
        principal.append(min(amount, one.bank_share or sums.NOTHING))
        amount -= principal[-1]
    return Split(principal, amount)


def letter_words(agreed: Settlement, zone: str) -> str:
    """The sentence of the decision that names the agreement, in the bank's own language."""
    with override(settings.LANGUAGE_CODE):
        return _(
            "By settlement agreement %(number)s of %(day)s between you and us, we pay you %(sum)s yuan. Your ways to "
            "contest this decision stay open."
        ) % {
            "number": agreed.agreement.reference,
            "day": agreed.agreed_at.astimezone(ZoneInfo(zone)).date().isoformat(),
            "sum": sums.spoken(agreed.amount),
        }
