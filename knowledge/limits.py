"""Names of the time limits. The numbers, units and sources are in `packs/*.toml`; read them by `policies.rule`."""

from typing import Final

# Card fraud, the straight path
STOP_LOSS: Final = "card_fraud.stop_loss"
CARD_ORDER: Final = "card_fraud.card_order"
STOP_BY_HAND: Final = "card_fraud.stop_by_hand"
TRACE: Final = "card_fraud.trace"
EVIDENCE_WAIT: Final = "card_fraud.evidence_wait"
LIABILITY: Final = "card_fraud.liability"
PROPOSAL: Final = "card_fraud.proposal"
APPROVAL: Final = "card_fraud.approval"
TELLING: Final = "card_fraud.telling"
PAYMENT: Final = "card_fraud.payment"
PAYMENT_CHECK: Final = "card_fraud.payment_check"
PAY_BY_HAND: Final = "card_fraud.pay_by_hand"
RESTORE: Final = "card_fraud.restore"
CARD_END: Final = "card_fraud.card_end"
CLOSE: Final = "card_fraud.close"
ARCHIVE: Final = "card_fraud.archive"

# Card fraud, what runs beside it
REAL_CARD: Final = "card_fraud.real_card"
KEEP_EVIDENCE: Final = "card_fraud.keep_evidence"
PROTECT_ACCOUNT: Final = "card_fraud.protect_account"
SLIP_REQUEST: Final = "card_fraud.slip_request"
INQUIRY: Final = "card_fraud.inquiry"
FIRST_CONTACT: Final = "card_fraud.first_contact"
ADVANCE: Final = "card_fraud.advance"
FOLLOW_UP: Final = "card_fraud.follow_up"

# What the burden board measures by; no step's clock
PROMPT_REPORT: Final = "card_fraud.prompt_report"
CARD_APART: Final = "card_fraud.card_apart"

# Reporting a passed limit upwards, counted from its passing
ESCALATE_SUPERVISOR: Final = "escalation.supervisor"
ESCALATE_BRANCH_HEAD: Final = "escalation.branch_head"

# The complaint order of the supervisor (2020 No.3)
DECIDE_15: Final = "cn.nfra.decide_15"
DECIDE_30: Final = "cn.nfra.decide_30"
DECIDE_60: Final = "cn.nfra.decide_60"
WITHDRAWAL: Final = "cn.nfra.withdrawal"
REVIEW_ASK: Final = "cn.nfra.review_ask"
REVIEW_DECIDE: Final = "cn.nfra.review_decide"

# These clocks are the law's: their rule must be law and verified, or the system refuses to count with it.
STATUTORY: Final = frozenset({DECIDE_15, DECIDE_30, DECIDE_60, WITHDRAWAL, REVIEW_ASK, REVIEW_DECIDE})
