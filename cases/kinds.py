"""What can be told of a case: every kind of fact, how it reads, and which of its values are personal.

A sentence names only values that read alike in every language (references, sums, moments, numbers); what was chosen
from a list has a kind of its own or stays in the data. Texts that people wrote are personal and never in a sentence.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register


def _kind(name: str, sentence: "str | Promise", *personal: str) -> Kind:
    return register(Kind(name, sentence, personal))


# the case itself ------------------------------------------------------------------------------------------------------

CASE_OPENED = _kind("case.opened", _("Complaint %(reference)s was registered; the bank was told at %(received_at)s."))
CASE_IMPORTED = _kind("case.imported", _("The complaint was taken over from %(source)s, number %(external_id)s."))
CASE_DESCRIBED = _kind("case.described", _("What the complaint says was registered."))
CASE_WITHDRAWN = _kind("case.withdrawn", _("The customer withdrew the complaint."), "reason")
CASE_CLOSED = _kind("case.closed", _("The complaint was completed."), "note")
CASE_READ = _kind("case.read", _("Complaint %(reference)s was opened to be read."))
CASE_SHOWN = _kind(
    "case.shown_in_clear", _("Personal values of complaint %(reference)s were shown in clear."), "reason"
)
CASE_ARCHIVED = _kind("case.archived", _("The file was archived."), "index")
CASE_TAKEN_OVER = _kind(
    "case.taken_over",
    _(
        "Taken over from %(source)s, number %(external_id)s; the complaint was made on %(received_on)s. Not known: the "
        "customer, the disputed amount. No time limit counts from before this entry, and nobody was notified."
    ),
    "state",
    "zip_code",
    "tags",
)
TEXT_CUT = _kind(
    "case.text_cut",
    _("Taken out of the text: security codes and PINs %(secrets)s, unreadable characters %(characters)s."),
)
CARD_NUMBER_CUT = _kind("case.card_number_cut", _("Full card numbers were cut from the text: %(count)s."))

# people on it ---------------------------------------------------------------------------------------------------------

PEOPLE_JOINED = _kind("people.joined", _("%(person)s took a part in the complaint."))
PEOPLE_HANDED_OVER = _kind("people.handed_over", _("%(person)s handles the complaint now, after %(before)s."))
PEOPLE_REPRESENTED = _kind("people.represented", _("%(person)s speaks for the customer."))
INTEREST_DECLARED = _kind(
    "interest.declared", _("%(person)s has an interest in the matter and may not decide it."), "why"
)

# the card -------------------------------------------------------------------------------------------------------------

CONTROL_DECLINED = _kind("control.declined", _("The card is not stopped; the reason is on record."), "reason")
CONTROL_REFUSED = _kind(
    "control.refused",
    _("The customer, warned that the loss may grow, does not want the card stopped; the reason is on record."),
    "reason",
)
CONTROL_STARTED = _kind("control.started", _("The card is stopped since %(effective_at)s, receipt %(receipt)s."))
CONTROL_TYPED = _kind(
    "control.typed", _("The card is stopped since %(effective_at)s; receipt %(receipt)s was typed by hand.")
)
CONTROL_REPEATED = _kind("control.repeated", _("The stop of the card was confirmed again, receipt %(receipt)s."))
CONTROL_CORRECTED = _kind(
    "control.corrected", _("The card system says the card is stopped since %(effective_at)s, receipt %(receipt)s.")
)
CARD_TO_REPLACE = _kind("control.replacement_chosen", _("The card is to be replaced."), "reason")
CARD_TO_RELEASE = _kind("control.release_chosen", _("The loss report is to be lifted."), "reason")
CARD_REPLACED = _kind("control.replaced", _("The card was replaced at %(ended_at)s, receipt %(receipt)s."))
CARD_RELEASED = _kind("control.released", _("The loss report was lifted at %(ended_at)s, receipt %(receipt)s."))
CARD_END_REPEATED = _kind("control.end_repeated", _("The end of the stop was confirmed again, receipt %(receipt)s."))

CONTROL_TAKEN_OVER = _kind(
    "control.taken_over",
    _("A loss report older than the complaint was taken over: the card is stopped since %(effective_at)s."),
)
CONTROL_CONVERTED = _kind(
    "control.converted", _("The loss report was made formal at %(effective_at)s, receipt %(receipt)s.")
)
CONTROL_LAPSED = _kind("control.lapsed", _("Alarm: the loss report lapsed at %(ended_at)s. The card is not stopped."))
CONTROL_SEEN = _kind("control.seen", _("%(person)s looked at a stop that was typed by hand."))
CONTROL_BY_BANK = _kind("control.by_bank", _("The bank restricted an account at %(effective_at)s."))
CONTROL_BY_POLICE = _kind("control.by_police", _("An order of the police is in force since %(effective_at)s."))
CONTROL_BY_COURT = _kind("control.by_court", _("An order of a court is in force since %(effective_at)s."))
PAYEE_STOPPED = _kind(
    "control.payee_stopped",
    _("The payee's account is stopped since %(effective_at)s by the police, until %(lapses_at)s; stop %(round)s of 2."),
)
PAYEE_RENEWED = _kind("control.payee_renewed", _("The police ordered the stop of the payee's account again."))
PAYEE_LAPSED = _kind("control.payee_lapsed", _("The stop of the payee's account lapsed at %(ended_at)s."))
CONTROL_LIFTED = _kind("control.lifted", _("A stop was lifted at %(ended_at)s by whoever ordered it."))

COMPANION_OFF = _kind("companion.off", _("A way to pay beside the card was switched off, receipt %(receipt)s."))
COMPANION_NONE = _kind("companion.none", _("The customer has no such way to pay beside the card."))
COMPANION_KEPT = _kind("companion.kept", _("The customer, warned, keeps a way to pay beside the card."))
HOLD_LISTED = _kind("hold.listed", _("A shop holds %(amount)s on the card until %(hold_until)s."))

REAL_CARD_SEEN = _kind("real_card.seen", _("The real card was checked: the holder has it."))
REAL_CARD_GONE = _kind("real_card.gone", _("The real card was asked for: it is gone."))
REAL_CARD_REFUSED = _kind("real_card.refused", _("The holder does not want the real card checked."))
REAL_CARD_UNREACHED = _kind("real_card.unreached", _("The real card could not be checked: the holder was not reached."))

# protecting account and credit record ---------------------------------------------------------------------------------

ACCOUNT_HELD = _kind("protection.held", _("The disputed account is held since %(began_at)s, receipt %(receipt)s."))
ACCOUNT_HELD_TYPED = _kind(
    "protection.held_typed",
    _("The disputed account is held since %(began_at)s; receipt %(receipt)s was typed by hand."),
)
ACCOUNT_HELD_AGAIN = _kind(
    "protection.held_again", _("The hold of the account was confirmed again, receipt %(receipt)s.")
)
ACCOUNT_RELEASED = _kind("protection.account_ended", _("The hold of the account ended at %(at)s, receipt %(receipt)s."))
COLLECTION_STOPPED = _kind("protection.collection_stopped", _("Collection is stopped; order %(notice)s."))
COLLECTION_STOPPED_OUTSIDE = _kind(
    "protection.collection_stopped_outside",
    _("Collection is stopped; order %(notice)s, and %(outside)s to the firm outside."),
)
COLLECTION_ENDED = _kind(
    "protection.collection_ended",
    _("Collection was told that nothing of the loss is the customer's; order %(notice)s."),
)
COLLECTION_RELEASED = _kind(
    "protection.collection_released", _("Collection was told what the customer owes after all; order %(notice)s.")
)
CREDIT_MARKED = _kind(
    "protection.credit_marked",
    _("The objection is marked on the credit record since %(marked_at)s, receipt %(receipt)s."),
)
CREDIT_MARK_ENDED = _kind(
    "protection.credit_mark_ended", _("The mark of the objection ended at %(at)s, receipt %(receipt)s.")
)
DEBITS_REPAIRED = _kind(
    "protection.debits_repaired",
    _("What failed because the money was gone was repaired at %(at)s, receipt %(receipt)s."),
    "note",
)
NO_DEBIT_FAILED = _kind("protection.no_debit_failed", _("No debit or loan payment failed because of the loss."))

# transactions and who bears them --------------------------------------------------------------------------------------

TRANSACTIONS_LISTED = _kind(
    "transaction.listed", _("Transactions on the list: %(count)s, new: %(new)s, left out: %(left_out)s.")
)
TRANSACTION_ADDED = _kind("transaction.added", _("Transaction %(transaction)s of %(amount)s was added by hand."))
TRANSACTIONS_MARKED = _kind("transaction.marked", _("Disputed transactions: %(count)s, together %(total)s."))
LIABILITY_DECIDED = _kind(
    "liability.decided",
    _("Transaction %(transaction)s on ground %(ground)s: bank %(bank)s, cardholder %(holder)s, merchant %(merchant)s."),
    "reason",
)

# the burden of proof --------------------------------------------------------------------------------------------------

BURDEN_PROVED = _kind(
    "burden.proved", _("Transaction %(transaction)s: an element of the burden board was found proved."), "reason"
)
BURDEN_NOT_PROVED = _kind(
    "burden.not_proved",
    _("Transaction %(transaction)s: an element of the burden board was found not proved."),
    "reason",
)
BURDEN_CONTESTED = _kind(
    "burden.contested", _("Transaction %(transaction)s: an element of the burden board was found contested."), "reason"
)

# proposal and decision ------------------------------------------------------------------------------------------------

PROPOSAL_MADE = _kind("proposal.made", _("Proposal %(number)s: the customer gets %(total)s."), "reasons")
PROPOSAL_LEVEL = _kind("proposal.level_chosen", _("Proposal %(number)s goes to the level its sum needs."))
PROPOSAL_APPROVED = _kind("proposal.approved", _("Proposal %(number)s over %(total)s was approved."), "reason")
PROPOSAL_RETURNED = _kind("proposal.returned", _("Proposal %(number)s was returned for change."), "reason")
PROPOSAL_REFUSED = _kind("proposal.refused", _("Proposal %(number)s was refused."), "reason")
LETTER_DRAFTED = _kind("letter.drafted", _("The decision letter was drafted."), "findings", "reasons", "decision")
LETTER_CHECKED = _kind("letter.checked", _("The decision letter was checked."), "reason")
LETTER_RETURNED = _kind("letter.returned", _("The decision letter was returned for change."), "reason")
LETTER_ISSUED = _kind("letter.issued", _("The decision letter was issued."), "reason")
LETTER_SEALED = _kind("letter.sealed", _("The decision letter was sealed, number %(number)s in the register."))
LETTER_TOLD = _kind(
    "letter.told", _("The decision was told to the customer at %(told_at)s."), "findings", "reasons", "decision"
)

# money ----------------------------------------------------------------------------------------------------------------

MONEY_PREPARED = _kind("money.prepared", _("The payment of %(total)s was prepared."))
MONEY_CHECKED = _kind("money.checked", _("The payment of %(total)s was checked."))
MONEY_ORDERED = _kind("money.ordered", _("The payment of %(total)s was ordered from the core ledger."))
MONEY_CREDITED = _kind("money.credited", _("%(total)s was booked at %(booked_at)s, receipt %(receipt)s."))
MONEY_TYPED = _kind(
    "money.typed", _("%(total)s was booked by hand at %(booked_at)s; receipt %(receipt)s was typed and checked.")
)
MONEY_REJECTED = _kind("money.rejected", _("The core ledger rejected the payment of %(total)s."), "reason")
MONEY_NOT_BOOKED = _kind(
    "money.not_booked", _("The core ledger was asked (%(enquiry)s): the payment of %(total)s is not booked.")
)
ACCOUNT_RESTORED = _kind("money.restored", _("The account was restored at %(at)s, receipt %(receipt)s."))

# after the telling ----------------------------------------------------------------------------------------------------

CREDIT_RECORD_CORRECTED = _kind(
    "credit_record.corrected", _("Bad credit records were withdrawn; the report before was number %(report)s.")
)
CREDIT_RECORD_CLEAN = _kind("credit_record.clean", _("No bad credit record existed, by report number %(report)s."))
# No data and no personal values, on purpose: the sentence is the same for every case (反洗钱法 art. 7).
RISK_JUDGED = _kind("risk.judged", _("Crime prevention, money laundering and operational risk were judged."))
RISK_READ = _kind("risk.read", _("The risk judgement of complaint %(reference)s was read."))
ATTRIBUTED = _kind("attribution.made", _("It was said whose responsibility the matter was."), "reason")
FOLLOW_UP_DONE = _kind("follow_up.done", _("The customer was called back after completion."))
FOLLOW_UP_UNREACHED = _kind("follow_up.unreached", _("The customer was called back after completion and not reached."))

# orders to bank systems -----------------------------------------------------------------------------------------------

ORDER_PLACED = _kind("order.placed", _("An order was given to the bank system."))
ORDER_CONFIRMED = _kind("order.confirmed", _("The bank system confirmed the order, receipt %(receipt)s."))
ORDER_REJECTED = _kind("order.rejected", _("The bank system rejected the order."), "reason")
ORDER_UNKNOWN = _kind("order.unknown", _("The bank system's answer is unknown; it is asked again."))
ORDER_VOID = _kind("order.void", _("The order is void: it is done by hand."))
ORDER_REPEATED = _kind("order.repeated", _("The bank system answered the order again; nothing more was booked."))
ORDER_LATE_CONFIRMATION = _kind(
    "order.late_confirmation",
    _("ALARM: the bank system booked an order that was void, receipt %(receipt)s. It must be reversed."),
)
ORDER_AMOUNT_DIFFERS = _kind(
    "order.amount_differs",
    _("ALARM: the bank system booked %(booked)s instead of %(ordered)s, receipt %(receipt)s."),
)

# beside the case: slips and chargeback, inquiry letters, police, money recovered -------------------------------------

CHARGEBACK_OPENED = _kind("chargeback.opened", _("A slip request was opened on transaction %(transaction)s."))
SLIP_ASKED = _kind(
    "chargeback.slip_asked",
    _(
        "The slip of transaction %(transaction)s was asked for, number %(number)s; its window ends at"
        " %(window_ends_at)s."
    ),
)
SLIP_CAME = _kind("chargeback.slip_came", _("The slip of transaction %(transaction)s came."))
SLIP_NOT_COME = _kind("chargeback.slip_not_come", _("No slip of transaction %(transaction)s came."))
CHARGED_BACK = _kind("chargeback.charged", _("Transaction %(transaction)s was charged back with %(amount)s."))
CHARGEBACK_REPRESENTED = _kind("chargeback.represented", _("Transaction %(transaction)s was presented again."))
CHARGEBACK_ARBITRATION = _kind(
    "chargeback.arbitration", _("Transaction %(transaction)s went to the scheme's arbitration.")
)
CHARGEBACK_WON = _kind("chargeback.won", _("The chargeback of transaction %(transaction)s was won."))
CHARGEBACK_LOST = _kind("chargeback.lost", _("The chargeback of transaction %(transaction)s was lost."))
CHARGEBACK_MISSED = _kind(
    "chargeback.window_missed",
    _("OPERATIONAL LOSS EVENT: the chargeback window of transaction %(transaction)s was missed, %(amount)s."),
    "note",
)
CHARGEBACK_ENDED = _kind("chargeback.ended", _("The chargeback of transaction %(transaction)s ended."), "note")

INQUIRY_OPENED = _kind("inquiry.opened", _("An inquiry letter is to be sent."))
INQUIRY_SENT = _kind("inquiry.sent", _("Inquiry letter %(number)s was sent."))
INQUIRY_CHASED = _kind("inquiry.chased", _("Inquiry letter %(number)s was chased, time %(count)s."))
INQUIRY_ANSWERED = _kind("inquiry.answered", _("Inquiry letter %(number)s was answered."))
INQUIRY_SILENT = _kind("inquiry.silent", _("Inquiry letter %(number)s was not answered; it was reported upwards."))
INQUIRY_ENDED = _kind("inquiry.ended", _("The inquiry ended."), "note")

POLICE_OPENED = _kind("police.opened", _("The customer was told to report to the police."))
PLATFORM_STOPPED = _kind(
    "police.payee_stopped",
    _("The payee's account is stopped by the police platform, number %(number)s, time %(count)s, until %(lapses_at)s."),
)
PLATFORM_NOT_STOPPED = _kind("police.payee_not_stopped", _("The payee's account is not stopped, time %(count)s."))
PAYEE_IS_OURS = _kind(
    "police.payee_is_ours", _("The payee's account is with this bank: its own duties of control apply.")
)
POLICE_REPORTED = _kind("police.reported", _("It was reported to the police."))
POLICE_NO_PAPER = _kind("police.no_paper", _("It was reported to the police, who gave no paper."))
POLICE_REFUSED = _kind("police.refused", _("The police did not take the report."))
POLICE_UNWILLING = _kind("police.unwilling", _("The customer does not want to report to the police."))
POLICE_RECEIPT = _kind("police.receipt", _("Police report receipt %(receipt_number)s is on file."))
POLICE_ACCEPTANCE = _kind("police.acceptance", _("Police notice %(acceptance_number)s that it is taken up is on file."))
POLICE_FILING = _kind("police.filing", _("Police notice of case filing %(filing_number)s is on file."))
POLICE_ENDED = _kind("police.ended", _("The report to the police ended."), "note")

RECOVERY_ENTERED = _kind("recovery.entered", _("Recovered money of %(amount)s was entered, voucher %(receipt)s."))
RECOVERY_BOOKED = _kind("recovery.booked", _("Recovered money of %(amount)s was checked, voucher %(receipt)s."))
RECOVERY_RETURNED = _kind(
    "recovery.returned", _("Recovered money of %(amount)s was entered wrongly and goes back."), "reason"
)

# evidence, contacts, promises -----------------------------------------------------------------------------------------

EVIDENCE_ADDED = _kind("evidence.added", _("Evidence was put on file."))
EVIDENCE_ASKED = _kind("evidence.asked", _("To be secured: %(what)s."))
EVIDENCE_KEPT = _kind("evidence.kept", _("Secured: %(what)s."), "answered_by")
EVIDENCE_LOST = _kind("evidence.lost", _("Overwritten, signed statement on file: %(what)s."), "answered_by")
EVIDENCE_NONE = _kind("evidence.none", _("Does not exist: %(what)s."), "answered_by", "reason")
EVIDENCE_NOT_NEEDED = _kind("evidence.not_needed", _("No longer needed, its transaction is not disputed: %(what)s."))
EVIDENCE_LASTS = _kind("evidence.lasts", _("When it will be overwritten is known better: %(what)s."))
EVIDENCE_SWEPT = _kind("evidence.swept", _("Stored files that never got their row were removed: %(count)s."))
EVIDENCE_READ = _kind("evidence.read", _("A file of complaint %(reference)s was opened."))
CONTACT_ADDED = _kind("contact.added", _("A contact with the customer was recorded."), "note")
CONTACT_FIRST = _kind("contact.first", _("The customer was contacted for the first time by the handler."))
CONTACT_LETTER = _kind(
    "contact.letter", _("The customer could not be reached; a letter was sent instead, number %(letter)s.")
)
PROMISE_MADE = _kind("promise.made", _("The customer was promised something by %(due_at)s."), "what")
PROMISE_KEPT = _kind("promise.kept", _("The promise due by %(due_at)s was kept."))

# time limits ----------------------------------------------------------------------------------------------------------

DEADLINE_STARTED = _kind("deadline.started", _("The time limit “%(key)s” runs until %(due_at)s."))
DEADLINE_MET = _kind("deadline.met", _("The time limit “%(key)s” of %(due_at)s was met."))
DEADLINE_MISSED = _kind("deadline.missed", _("The time limit “%(key)s” of %(due_at)s was missed."))
DEADLINE_CANCELLED = _kind("deadline.cancelled", _("The time limit “%(key)s” of %(due_at)s is no longer needed."))
DEADLINE_PAUSED = _kind("deadline.paused", _("The time limit “%(key)s” of %(due_at)s stands still."))
DEADLINE_RESUMED = _kind("deadline.resumed", _("The time limit “%(key)s” runs again, until %(due_at)s."))
CLOCK_STANDS = _kind("clock.stands", _("The statutory clock stands; the customer was told, number %(notice)s."))
CLOCK_RUNS = _kind("clock.runs", _("The statutory clock runs again; %(days)s natural days are not counted."))
NEW_FACTS = _kind(
    "clock.new_facts",
    _("New facts were accepted: the statutory clock begins anew; the customer was told, number %(notice)s."),
    "why",
)
REFERRAL_JOINED = _kind("referral.joined", _("An authority passed the complaint on, its number %(number)s."))
REFERRAL_REPORTED = _kind("referral.reported", _("The authority was told how the complaint ended, number %(number)s."))
DEADLINE_REMINDED = _kind("deadline.reminded", _("A reminder was sent: “%(key)s”, due by %(due_at)s."))
DEADLINE_OVERDUE = _kind("deadline.overdue", _("The time limit “%(key)s” of %(due_at)s has passed."))
DEADLINE_ESCALATED = _kind(
    "deadline.escalated", _("The passed time limit “%(key)s” of %(due_at)s was reported upwards.")
)

# lists taken out, in the reader's own stream --------------------------------------------------------------------------

LEDGER_EXPORTED = _kind("ledger.exported", _("A ledger was exported; rows: %(count)s."))

# imports, in a stream of their own ------------------------------------------------------------------------------------

IMPORT_BEGUN = _kind("import.begun", _("An import from %(source)s began (%(unit)s)."))
IMPORT_ENDED = _kind(
    "import.ended", _("The import ended: taken over %(imported)s, there before %(skipped)s, not readable %(bad)s.")
)
