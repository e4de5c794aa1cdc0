"""What the lists of the audit are called, and what each is for; saved views know them by these names."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

PREFIX: Final = "audit-"
SEARCH, BACKDATED, NEAR, PAIRS = "audit-search", "audit-backdated", "audit-near", "audit-pairs"
COURSE, VOUCHERS, LOOKS = "audit-course", "audit-vouchers", "audit-looks"
SAMPLE, POPULATION = "audit-sample", "audit-population"  # files, and no lists one narrows
TITLES: Final[dict[str, str | Promise]] = {
    SEARCH: gettext_lazy("Search all complaints"),
    BACKDATED: gettext_lazy("Recorded late"),
    NEAR: gettext_lazy("Approvals near the limit"),
    PAIRS: gettext_lazy("Same payee, same approver"),
    COURSE: gettext_lazy("Restarts, pauses, withdrawals"),
    VOUCHERS: gettext_lazy("Payments against vouchers"),
    LOOKS: gettext_lazy("Who looked at whom"),
}
PURPOSES: Final[dict[str, str | Promise]] = {
    SEARCH: gettext_lazy(
        "By period, branch, class, flow, step, person and sum; and by words in what the customer wrote."
    ),
    BACKDATED: gettext_lazy("What was typed long after it happened, with both times and who typed it."),
    NEAR: gettext_lazy("Sums at 95 to 100 % of what the approver could approve alone on that day."),
    PAIRS: gettext_lazy("One customer whose money the same person approved again and again: how often, and how much."),
    COURSE: gettext_lazy("Who let statutory clocks stand or begin anew, and who withdrew complaints, and how often."),
    VOUCHERS: gettext_lazy(
        "Each payment with its voucher, and whether sum and day agree with the core ledger; those without one first."
    ),
    LOOKS: gettext_lazy(
        "Cases read, values shown in clear, files opened, numbers looked up, files taken along; marked when the person "
        "has no part in the case."
    ),
}


FILES: Final[dict[str, str | Promise]] = {
    SAMPLE: gettext_lazy("Sheets of a sample"),
    POPULATION: gettext_lazy("What a sample was drawn from"),
}


def slug(name: str) -> str:
    """The last part of the list's address."""
    return name.removeprefix(PREFIX)


def address_name(name: str) -> str:
    """The name of the list's address."""
    return f"admin:audit_{slug(name)}"


def is_audit(name: str) -> bool:
    """Whether a ledger is one of the audit's."""
    return name in TITLES
