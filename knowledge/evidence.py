"""The kinds of evidence and paper a card-fraud case file can hold."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class EvidenceKind(models.TextChoices):
    """What a file or a typed reference in the case file proves; the value is stored, never renamed."""

    # From the customer, or about the customer
    CALLER_CHECK = "caller_check", _("Caller check (result and call recording)")
    CUSTOMER_STATEMENT = "customer_statement", _("Cardholder's statement")
    CARD_WHEREABOUTS = "card_whereabouts", _("Proof of where the real card is")
    MANDATE = "mandate", _("Power of attorney")
    HEIR_PROOF = "heir_proof", _("Proof of succession")
    COMPANY_PROOF = "company_proof", _("Authorisation by the organisation")
    HOLDER_CONFIRMED = "holder_confirmed", _("Record: the holder confirmed the complaint himself")
    # Three papers of the police, not to be mixed: "we heard you", "we took it up", "we opened a criminal case"
    POLICE_RECEIPT = "police_receipt", _("Police report receipt")
    POLICE_ACCEPTANCE = "police_acceptance", _("Police notice that the matter is taken up")
    POLICE_FILING = "police_filing", _("Police notice of case filing")
    # What the bank or its partners hold
    TRANSACTION_LIST = "transaction_list", _("Transaction list")
    SLIP = "slip", _("Sales slip")
    OTP_LOG = "otp_log", _("One-time code log")
    DEVICE_LOG = "device_log", _("Device and network log")
    SCHEME_RECORD = "scheme_record", _("Record of the card scheme")
    INQUIRY_LETTER = "inquiry_letter", _("Inquiry letter")
    INQUIRY_REPLY = "inquiry_reply", _("Answer to an inquiry letter")
    CCTV = "cctv", _("Camera recording")
    AUTH_RECORD = "auth_record", _("Authorisation record")
    SMS_PROOF = "sms_proof", _("Proof of text messages sent")
    LOSS_STATEMENT = "loss_statement", _("Signed statement: overwritten")
    # Receipts of what was ordered
    STOP_RECEIPT = "stop_receipt", _("Receipt: loss report in force")
    HOLD_RECEIPT = "hold_receipt", _("Receipt: disputed account held")
    COLLECTION_NOTICE = "collection_notice", _("Order or notice to collection")
    CREDIT_MARK_RECEIPT = "credit_mark_receipt", _("Receipt: objection on the credit record")
    CORE_VOUCHER = "core_voucher", _("Core system booking voucher")
    RESTORE_RECEIPT = "restore_receipt", _("Receipt: account restored")
    CARD_END_RECEIPT = "card_end_receipt", _("Receipt: card replaced, closed or released")
    RECOVERY_VOUCHER = "recovery_voucher", _("Voucher of money recovered")
    UNDERTAKING = "undertaking", _("Undertaking or assignment of rights by the customer")
    ADVANCE_VOUCHER = "advance_voucher", _("Voucher of an advance payment")
    ADVANCE_NOTICE = "advance_notice", _("Notice that an advance is to be given back")
    ADVANCE_BACK = "advance_back", _("Voucher of an advance given back")
    MANUAL_RECEIPT = "manual_receipt", _("Receipt of an order carried out by hand")
    # The decision
    PANEL_MINUTES = "panel_minutes", _("Minutes of the liability panel")
    DECISION_LETTER = "decision_letter", _("Decision notice")
    PROOF_OF_TELLING = "proof_of_telling", _("Proof that the customer was told")
    SETTLEMENT = "settlement", _("Settlement agreement")
    EXTENSION_NOTICE = "extension_notice", _("Proof that the customer was told of the extension")
    # After it
    CREDIT_REPORT = "credit_report", _("Credit report")
    FOLLOW_UP = "follow_up", _("Record of the call back or survey")
    REVIEW_APPLICATION = "review_application", _("Written application for a review")
    SUPPLEMENT_VOUCHER = "supplement_voucher", _("Core system voucher of a payment after a review")
    OTHER = "other", _("Other")


# What is overwritten in time, so that it has to be asked for before it is (card-fraud.md 2b). The logs of our own
# systems are at hand within a day; recordings and slips are fetched from somebody.
LOGS: Final = frozenset(
    {EvidenceKind.OTP_LOG, EvidenceKind.DEVICE_LOG, EvidenceKind.AUTH_RECORD, EvidenceKind.SMS_PROOF}
)
PERISHABLE: Final = (
    EvidenceKind.CCTV,
    EvidenceKind.AUTH_RECORD,
    EvidenceKind.OTP_LOG,
    EvidenceKind.DEVICE_LOG,
    EvidenceKind.SMS_PROOF,
    EvidenceKind.SLIP,
    EvidenceKind.OTHER,
)
