"""What a complaint is made of: one concern a file.

Party and card know nothing of the case, the case knows them, all others know the case.
"""

from .party import Customer, Representative  # isort: skip
from .card import Card  # isort: skip
from .case import Case, CasePerson, Interest  # isort: skip
from .burden import BurdenFinding, FindingEvidence
from .card_check import RealCardCheck
from .contact import Contact, Promise
from .control import CardControl
from .deadline import Deadline, DeadlineSpan, Notice
from .duty import DutiesApart, Duty
from .evidence import Evidence
from .letter import Letter
from .money import Booking, MoneyEntry
from .new_facts import NewFacts
from .proposal import Proposal
from .referral import Referral
from .standstill import Standstill
from .transaction import DisputedTransaction

__all__ = [
    "Booking",
    "BurdenFinding",
    "Card",
    "CardControl",
    "Case",
    "CasePerson",
    "Contact",
    "Customer",
    "Deadline",
    "DeadlineSpan",
    "DisputedTransaction",
    "DutiesApart",
    "Duty",
    "Evidence",
    "FindingEvidence",
    "Interest",
    "Letter",
    "MoneyEntry",
    "NewFacts",
    "Notice",
    "Promise",
    "Proposal",
    "RealCardCheck",
    "Referral",
    "Representative",
    "Standstill",
]
