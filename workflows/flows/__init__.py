"""One flow a file. Module, class and node names are stored in rows: schema, renamed only with a data migration."""

from .card_fraud import CardFraudFlow
from .chargeback import ChargebackFlow
from .general import GeneralFlow
from .inquiry import InquiryFlow
from .police import PoliceFlow

# What answers the customer; what runs beside it with partners and outlives the answer.
MAIN = [CardFraudFlow, GeneralFlow]
BESIDE = [ChargebackFlow, InquiryFlow, PoliceFlow]
FLOWS = [*MAIN, *BESIDE]

__all__ = ["BESIDE", "FLOWS", "MAIN", "CardFraudFlow", "ChargebackFlow", "GeneralFlow", "InquiryFlow", "PoliceFlow"]
