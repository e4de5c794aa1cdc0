"""What a complaint is made of: one concern a file.

Party and card know nothing of the case, the case knows them, all others know the case.
"""

from .party import Customer, Representative  # isort: skip
from .card import Card  # isort: skip
from .case import Case, CasePerson, Interest  # isort: skip
from .advance import Advance
from .after_telling import Attribution, CreditCorrection, FollowUp, RiskJudgement
from .audit_finding import AuditFinding, Rectification
from .beside import Ending
from .burden import BurdenFinding, FindingEvidence
from .card_check import RealCardCheck
from .chargeback import Chargeback
from .companion import Preauthorisation, StopCompanion
from .contact import Contact, Promise
from .control import CardControl
from .deadline import Deadline, DeadlineSpan, Notice
from .dissent import Dissent, DissentAnswer
from .duty import DutiesApart, Duty
from .erasure import ErasureBatch, ErasureItem
from .evidence import Evidence
from .evidence_item import EvidenceItem
from .export import Export
from .extension import Extension
from .finding import ComplaintFinding
from .hand_over import HandOver
from .inquiry import Inquiry, InquiryChase
from .letter import Letter
from .mandate import Mandate
from .measure import AccountMeasure
from .money import Booking, MoneyEntry
from .new_facts import NewFacts
from .panel import LiabilityPanel, PanelVote
from .points import PointsEntry
from .police import PayeeStop, PoliceReport
from .proceeding import LegalHold, Proceeding
from .proposal import Proposal
from .reception import Reception
from .referral import Referral
from .repeat_call import RepeatCall
from .review import Review, ReviewShare
from .sample import AuditMark, AuditSheet, Sample
from .settlement import Settlement
from .standstill import Standstill
from .text_message import TextMessage
from .transaction import DisputedTransaction
from .urge import Urge

__all__ = [
    "AccountMeasure",
    "Advance",
    "Attribution",
    "AuditFinding",
    "AuditMark",
    "AuditSheet",
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
    "Dissent",
    "DissentAnswer",
    "DutiesApart",
    "Duty",
    "Ending",
    "ErasureBatch",
    "ErasureItem",
    "Evidence",
    "EvidenceItem",
    "Export",
    "Extension",
    "FindingEvidence",
    "FollowUp",
    "HandOver",
    "Inquiry",
    "InquiryChase",
    "Interest",
    "LegalHold",
    "Letter",
    "LiabilityPanel",
    "Mandate",
    "MoneyEntry",
    "NewFacts",
    "Notice",
    "PanelVote",
    "PayeeStop",
    "PointsEntry",
    "PoliceReport",
    "Preauthorisation",
    "Proceeding",
    "Promise",
    "Proposal",
    "RealCardCheck",
    "Reception",
    "Rectification",
    "Referral",
    "RepeatCall",
    "Representative",
    "Review",
    "ReviewShare",
    "RiskJudgement",
    "Sample",
    "Settlement",
    "Standstill",
    "StopCompanion",
    "TextMessage",
    "Urge",
]
