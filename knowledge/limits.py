"""Names of the time limits. The numbers, units and sources are in `packs/*.toml`; read them by `policies.rule`."""

from typing import Final

# Card fraud, the straight path
STOP_LOSS: Final = "card_fraud.stop_loss"
CARD_ORDER: Final = "card_fraud.card_order"
STOP_BY_HAND: Final = "card_fraud.stop_by_hand"
TRACE: Final = "card_fraud.trace"
FIRST_HOP: Final = "card_fraud.first_hop"
EVIDENCE_WAIT: Final = "card_fraud.evidence_wait"
LIABILITY: Final = "card_fraud.liability"
PANEL_VOTE: Final = "card_fraud.panel_vote"
PANEL_MINUTES: Final = "card_fraud.panel_minutes"
PROPOSAL: Final = "card_fraud.proposal"
APPROVAL: Final = "card_fraud.approval"
PROPOSAL_DECIDED: Final = "card_fraud.proposal_decided"
LETTER_DRAFT: Final = "card_fraud.letter_draft"
LETTER_CHECK: Final = "card_fraud.letter_check"
LETTER_ISSUE: Final = "card_fraud.letter_issue"
LETTER_SEAL: Final = "card_fraud.letter_seal"
TELLING: Final = "card_fraud.telling"
PAYMENT: Final = "card_fraud.payment"
PAYMENT_CHECK: Final = "card_fraud.payment_check"
PAY_BY_HAND: Final = "card_fraud.pay_by_hand"
RESTORE: Final = "card_fraud.restore"
CREDIT_RECORD: Final = "card_fraud.credit_record"
RISK: Final = "card_fraud.risk"
CARD_END: Final = "card_fraud.card_end"
CLOSE: Final = "card_fraud.close"
ARCHIVE: Final = "card_fraud.archive"

# Card fraud, what runs beside it
MANDATE: Final = "card_fraud.mandate"
FIND_CARD: Final = "card_fraud.find_card"
OFFER_STOP: Final = "card_fraud.offer_stop"
COMPANIONS: Final = "card_fraud.companions"
ORAL_LOSS: Final = "card_fraud.oral_loss"
PAYEE_LAPSE: Final = "card_fraud.payee_lapse"
REAL_CARD: Final = "card_fraud.real_card"
KEEP_EVIDENCE: Final = "card_fraud.keep_evidence"
KEEP_LOGS: Final = "card_fraud.keep_logs"
KEEP_RECORDINGS: Final = "card_fraud.keep_recordings"
PROTECT_ACCOUNT: Final = "card_fraud.protect_account"
HOLD_ORDER: Final = "card_fraud.hold_order"
END_PROTECTION: Final = "card_fraud.end_protection"
REPAIR_DEBITS: Final = "card_fraud.repair_debits"
SLIP_REQUEST: Final = "card_fraud.slip_request"
INQUIRY: Final = "card_fraud.inquiry"
FIRST_CONTACT: Final = "card_fraud.first_contact"
NEXT_CONTACT: Final = "card_fraud.next_contact"
ADVANCE: Final = "card_fraud.advance"
ADVANCE_ASK: Final = "card_fraud.advance_ask"
ADVANCE_APPROVAL: Final = "card_fraud.advance_approval"
ADVANCE_PAYMENT: Final = "card_fraud.advance_payment"
ADVANCE_NOTICE: Final = "card_fraud.advance_notice"
ADVANCE_BACK: Final = "card_fraud.advance_back"
ADVANCE_END: Final = "card_fraud.advance_end"
FOLLOW_UP: Final = "card_fraud.follow_up"

# Processes of their own beside the case: slips and chargeback, inquiry letters, police
SLIP_ANSWER: Final = "card_fraud.slip_answer"
CHARGE_BACK: Final = "card_fraud.charge_back"
SCHEME_ANSWER: Final = "card_fraud.scheme_answer"
CHARGEBACK_WINDOW: Final = "card_fraud.chargeback_window"
WINDOW_FIRST: Final = "card_fraud.window_first"
WINDOW_SECOND: Final = "card_fraud.window_second"
WINDOW_LAST: Final = "card_fraud.window_last"
RECOVERY: Final = "card_fraud.recovery"
RECOVERY_CHECK: Final = "card_fraud.recovery_check"
INQUIRY_CHASE_FIRST: Final = "card_fraud.inquiry_chase_first"
INQUIRY_CHASE_SECOND: Final = "card_fraud.inquiry_chase_second"
INQUIRY_CHASE_THIRD: Final = "card_fraud.inquiry_chase_third"
INQUIRY_SILENCE: Final = "card_fraud.inquiry_silence"
PAYEE_STOP: Final = "card_fraud.payee_stop"
PAYEE_STOP_AGAIN: Final = "card_fraud.payee_stop_again"
POLICE_PAPERS: Final = "card_fraud.police_papers"
POLICE_FILING: Final = "card_fraud.police_filing"
BESIDE_END: Final = "card_fraud.beside_end"
# Not content after the telling: three answers by word, and the review by the superior body
DISSENT_FIRST: Final = "card_fraud.dissent_first"
DISSENT_SECOND: Final = "card_fraud.dissent_second"
DISSENT_THIRD: Final = "card_fraud.dissent_third"
REVIEW_ADMIT: Final = "card_fraud.review_admit"
REVIEW_CHECK: Final = "card_fraud.review_check"
REVIEW_DRAFT: Final = "card_fraud.review_draft"
REVIEW_APPROVAL: Final = "card_fraud.review_approval"
REVIEW_TELL: Final = "card_fraud.review_tell"
# One for each thing to be secured, never for the case as a whole
OF_EVIDENCE: Final = frozenset({KEEP_LOGS, KEEP_RECORDINGS})
# How long things are kept before they are overwritten, counted from the transaction
LOGS_LAST: Final = "card_fraud.logs_last"
RECORDINGS_LAST: Final = "card_fraud.recordings_last"

# What the burden board measures by; no step's clock
PROMPT_REPORT: Final = "card_fraud.prompt_report"
CARD_APART: Final = "card_fraud.card_apart"

# Complaints without a flow of their own
GENERAL_LOOK_INTO: Final = "general.look_into"
GENERAL_LETTER: Final = "general.letter"
GENERAL_TELLING: Final = "general.telling"
GENERAL_CLOSE: Final = "general.close"
GENERAL_FOLLOW_UP: Final = "general.follow_up"
GENERAL_ARCHIVE: Final = "general.archive"

# Reporting a passed limit upwards, counted from its passing
ESCALATE_SUPERVISOR: Final = "escalation.supervisor"
ESCALATE_BRANCH_HEAD: Final = "escalation.branch_head"

# What the morning board shows as claimed by nobody; no step's clock
UNCLAIMED: Final = "desk.unclaimed"

# Putting right what an audit found, by how grave it is; no step's clock
RECTIFY_MINOR: Final = "audit.rectify_minor"
RECTIFY_SERIOUS: Final = "audit.rectify_serious"
RECTIFY_GRAVE: Final = "audit.rectify_grave"

# The complaint order of the supervisor (2020 No.3)
DECIDE_15: Final = "cn.nfra.decide_15"
DECIDE_30: Final = "cn.nfra.decide_30"
DECIDE_60: Final = "cn.nfra.decide_60"
WITHDRAWAL: Final = "cn.nfra.withdrawal"
REVIEW_ASK: Final = "cn.nfra.review_ask"
REVIEW_DECIDE: Final = "cn.nfra.review_decide"

# How long what may not be kept for ever is kept before it is destroyed (docs/decisions/0045)
KEEP_FILE: Final = "retention.file"
KEEP_VISIT: Final = "retention.visit"
KEEP_TRANSACTIONS: Final = "retention.transactions"
KEEP_IDENTITY: Final = "retention.identity"
KEEP_PBOC_FILE: Final = "retention.pboc_file"

# These clocks are the law's: their rule must be law and verified, or the system refuses to count with it.
STATUTORY: Final = frozenset({DECIDE_15, DECIDE_30, DECIDE_60, WITHDRAWAL, REVIEW_ASK, REVIEW_DECIDE})
# So are these, by which a person's request to be erased is refused.
KEPT_BY_LAW: Final = frozenset({KEEP_TRANSACTIONS, KEEP_IDENTITY})

# Of the house, for the decision and what leads to it: they stand, and are put off, with the statutory clock
OF_THE_DECISION: Final = (TRACE, FIRST_HOP, EVIDENCE_WAIT, LIABILITY, GENERAL_LOOK_INTO)
