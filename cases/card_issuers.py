"""Which prefixes and lengths card issuers use: plain data for finding full card numbers in text."""

from typing import Final

# (first prefix, last prefix, lengths). International ranges after ISO/IEC 7812 practice; the rest are debit cards that
# Chinese banks issued before 62, compared with a public table of their BINs. Maestro is out of use and left out.
ISSUERS: Final[tuple[tuple[str, str, frozenset[int]], ...]] = (
    ("62", "62", frozenset(range(16, 20))),  # UnionPay
    ("60", "60", frozenset(range(16, 20))),  # UnionPay before 62, Discover 6011
    ("81", "81", frozenset(range(16, 20))),  # UnionPay
    ("4", "4", frozenset({13, 16, 17, 18, 19})),  # Visa; 17 to 19 on old Chinese double-brand debit cards
    ("51", "55", frozenset({16})),  # Mastercard
    ("2221", "2720", frozenset({16})),  # Mastercard
    ("34", "34", frozenset({15})),  # American Express
    ("37", "37", frozenset({15})),  # American Express
    ("35", "35", frozenset(range(16, 20))),  # JCB
    ("644", "659", frozenset(range(16, 20))),  # Discover
    ("300", "305", frozenset({14, 16})),  # Diners Club; 303 with 16 digits is China Everbright's
    ("36", "36", frozenset({14})),  # Diners Club
    ("38", "39", frozenset({14})),  # Diners Club
    ("9558", "9559", frozenset({16, 19})),  # ICBC, ABC; 955590 to 955593 Bank of Communications
    ("955100", "955100", frozenset({19})),  # Postal Savings Bank
    ("95555", "95555", frozenset({16})),  # China Merchants Bank
    ("103", "103", frozenset({19})),  # ABC
    ("18572", "18572", frozenset({18})),  # Kunming rural credit
    ("9111", "9111", frozenset({19})),  # China Guangfa Bank
    ("9400", "9400", frozenset(range(16, 20))),  # city commercial banks
    ("6886592", "6886592", frozenset({18})),  # Xiamen Bank
    ("69580", "69580", frozenset({18})),  # Bank of Jiangsu
    ("690755", "690755", frozenset({15, 16, 18})),  # China Merchants Bank
    ("8430", "8439", frozenset({16})),  # SPD Bank
    ("870", "870", frozenset({16})),  # SPD Bank
    ("90030", "90030", frozenset({16})),  # China Everbright Bank
    ("90592", "90592", frozenset({16})),  # Industrial Bank
    ("966666", "966666", frozenset({18})),  # Industrial Bank
    ("968", "968", frozenset({16})),  # CITIC
    ("9843", "9843", frozenset({16})),  # SPD Bank
    ("9896", "9896", frozenset({16})),  # Bank of Chongqing
    ("99880", "99880", frozenset({16})),  # Ping An Bank
    ("999999", "999999", frozenset({16})),  # Hua Xia Bank
    ("504923", "504923", frozenset({16})),  # Bank of Jiangsu
    ("566666", "566666", frozenset({16})),  # Shengjing Bank
    ("683970", "683970", frozenset({18})),  # Bank of Quanzhou
    ("694301", "694301", frozenset({18})),  # Bank of Changsha
    ("900000", "900010", frozenset({16, 19})),  # ICBC, China Minsheng Bank
    ("900105", "900105", frozenset({16})),  # Shandong rural credit
    ("900205", "900205", frozenset({16})),  # Shandong rural credit
    ("909810", "909810", frozenset({18})),  # Guangzhou rural credit
    ("920000", "921000", frozenset({16, 19})),  # Everbright prepaid
    ("985262", "985262", frozenset({16})),  # Shunde rural credit
    ("990871", "990871", frozenset({18})),  # Fudian Bank
)


def is_issued(digits: str) -> bool:
    """Whether some issuer uses numbers with this beginning and this many digits (ASCII digits)."""
    return any(first <= digits[: len(first)] <= last and len(digits) in lengths for first, last, lengths in ISSUERS)
