"""What a complaint is made of: one concern a file.

Party and card know nothing of the case, the case knows them, all others know the case.
"""

from .party import Customer, Representative  # isort: skip
from .card import Card  # isort: skip
from .case import Case, CasePerson, Interest  # isort: skip
from .after_telling import Attribution, CreditCorrection, FollowUp, RiskJudgement
from .beside import Ending
from .burden import BurdenFinding, FindingEvidence
from .card_check import RealCardCheck
from .chargeback import Chargeback
from .companion import Preauthorisation, StopCompanion
from .contact import Contact, Promise
from .control import CardControl
from .deadline import Deadline, DeadlineSpan, Notice
from .duty import DutiesApart, Duty
from .evidence import Evidence
from .evidence_item import EvidenceItem
from .finding import ComplaintFinding
from .inquiry import Inquiry, InquiryChase
from .letter import Letter
from .measure import AccountMeasure
from .money import Booking, MoneyEntry
from .new_facts import NewFacts
from .police import PayeeStop, PoliceReport
from .proposal import Proposal
from .referral import Referral
from .standstill import Standstill
from .transaction import DisputedTransaction

__all__ = [
    "AccountMeasure",
    "Attribution",
    "Booking",
    "BurdenFinding",
    "Card",
    "CardControl",
    "Case",
    "CasePerson",
    "Chargeback",
    "ComplaintFinding",
    "Contact",
    "CreditCorrection",
    "Customer",
    "Deadline",
    "DeadlineSpan",
    "DisputedTransaction",
    "DutiesApart",
    "Duty",
    "Ending",
    "Evidence",
    "EvidenceItem",
    "FindingEvidence",
    "FollowUp",
    "Inquiry",
    "InquiryChase",
    "Interest",
    "Letter",
    "MoneyEntry",
    "NewFacts",
    "Notice",
    "PayeeStop",
    "PoliceReport",
    "Preauthorisation",
    "Promise",
    "Proposal",
    "RealCardCheck",
    "Referral",
    "Representative",
    "RiskJudgement",
    "Standstill",
    "StopCompanion",
]
