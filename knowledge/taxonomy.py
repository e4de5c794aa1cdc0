"""Into which class of JR/T 0169-2018 a complaint falls: plain Python over two tables, no database.

Codes are ours (`taxonomy.csv`); the facets are A channel of the business, B class of business, C cause.
`cfpb_crosswalk.csv` maps the three generations of the CFPB's product lists; the first row that fits decides.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import Path

CODES = Path(__file__).with_name("taxonomy.csv")
CROSSWALK = Path(__file__).with_name("cfpb_crosswalk.csv")

CHANNELS = {"atm": "A_FRONT_SELF", "pos": "A_FRONT_3RD", "app": "A_FRONT_E_APP", "online": "A_FRONT_3RD"}
LOST = {"counterfeit", "online", "lost_card"}


@dataclass(frozen=True)
class CrosswalkRow:
    """One line of the crosswalk: what it decides (A, B, C, charge), the patterns it fits, the answer and why."""

    decides: str
    patterns: tuple[str, str, str, str]
    code: str
    reason: str

    def fits(self, classes: Sequence[str]) -> bool:
        """Whether product, sub-product, issue and sub-issue fit the patterns; capitals do not matter."""
        return all(fnmatchcase(said, pattern) for said, pattern in zip(classes, self.patterns, strict=True))


@cache
def codes() -> dict[str, str]:
    """Every local code with its facet."""
    with CODES.open(encoding="utf-8", newline="") as lines:
        return {line["local_code"]: line["facet"] for line in csv.DictReader(lines)}


def facets_for(transaction_type: str, channel: str, *, credit: bool = False) -> tuple[str, str, str]:
    """The default facets (A, B, C) of a card-fraud complaint; a person may change them.

    `transaction_type` as in `grounds.TransactionType` (empty: not yet known), `channel` one of atm, pos, online,
    app, wallet; `credit` for a credit card. Source: taxonomy notes, section 6.
    """
    place = "A_FRONT_3RD" if channel == "wallet" else CHANNELS.get(channel, "A_FRONT_OTHER")
    card = "B_CARD_CREDIT" if credit else "B_CARD_DEBIT"
    if not transaction_type or transaction_type in LOST:
        return place, "B_PAY_NONBANK" if channel == "wallet" else f"{card}_FRAUD", "C_FUND_SAFE"
    if transaction_type == "telecom":
        return place, "B_PAY_TRANSFER", "C_FUND_SAFE"
    # The customer's own payment, or a quarrel with the merchant: the card was used, not stolen.
    return place, f"{card}_USE", "C_PROCESS"


def facets_for_cfpb(product: str, sub_product: str, issue: str, sub_issue: str) -> tuple[str, str, str | None]:
    """The facets (A, B, C) for a complaint classed by the CFPB; no C when its classes do not tell the cause."""
    classes = (product, sub_product, issue, sub_issue)
    return decide("A", *classes).code, decide("B", *classes).code, decide("C", *classes).code or None


def is_unauthorised_card_charge(
    product: str, sub_product: str, issue: str, sub_issue: str, narrative_present: bool
) -> bool:
    """Whether the CFPB's classes tell of a card charge the customer did not make.

    Classes that mix such charges with other trouble count only when there is a narrative a person can judge by.
    """
    code = decide("charge", product, sub_product, issue, sub_issue).code
    return code == "yes" or (code == "narrative" and narrative_present)


@lru_cache(maxsize=20_000)
def decide(what: str, product: str, sub_product: str, issue: str, sub_issue: str) -> CrosswalkRow:
    """The row of the crosswalk that decides A, B, C or charge for these classes; its reason tells why."""
    classes = [" ".join(said.split()).casefold() for said in (product, sub_product, issue, sub_issue)]
    return next(row for row in crosswalk() if row.decides == what and row.fits(classes))


@cache
def crosswalk() -> tuple[CrosswalkRow, ...]:
    """All rows of the crosswalk in the order in which they are asked."""
    with CROSSWALK.open(encoding="utf-8", newline="") as lines:
        return tuple(
            CrosswalkRow(
                decides=line["decides"],
                patterns=(line["product"], line["sub_product"], line["issue"], line["sub_issue"]),
                code=line["code"],
                reason=line["reason"],
            )
            for line in csv.DictReader(lines)
        )
