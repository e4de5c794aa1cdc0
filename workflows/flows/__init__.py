"""One flow a file, or a package of its parts.

Module, class and node names are stored in rows: schema, renamed only with a data migration.
"""

from .advance import AdvanceFlow
from .card_fraud import CardFraudFlow
from .chargeback import ChargebackFlow
from .dissent import DissentFlow
from .general import GeneralFlow
from .inquiry import InquiryFlow
from .police import PoliceFlow
from .review import ReviewFlow

# What answers the customer; what runs beside it with partners and outlives the answer.
MAIN = [CardFraudFlow, GeneralFlow]
BESIDE = [ChargebackFlow, InquiryFlow, PoliceFlow, AdvanceFlow]
# What begins when the customer does not agree with the answer.
AFTER = [DissentFlow, ReviewFlow]
FLOWS = [*MAIN, *BESIDE, *AFTER]

__all__ = [
    "AFTER",
    "BESIDE",
    "FLOWS",
    "MAIN",
    "AdvanceFlow",
    "CardFraudFlow",
    "ChargebackFlow",
    "DissentFlow",
    "GeneralFlow",
    "InquiryFlow",
    "PoliceFlow",
    "ReviewFlow",
]
