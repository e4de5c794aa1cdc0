from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from accounts.roles import Role
from cases import rules
from cases.actions import answers, control, drafting, money, panel, preservation, proposal, protection, transactions
from knowledge import limits
from knowledge.evidence import EvidenceKind as Evidence
from workflows.base import CaseFlow
from workflows.forms import (
    card,
    closing,
    companions,
    credit_record,
    door,
    evidence_items,
    first_contact,
    follow_up,
    late,
    lettering,
    liability,
    panel as sitting,
    payment,
    proposal as proposing,
    protecting,
    real_card,
    risk,
    telling,
    trace,
)
from workflows.nodes import Approval, Ask, Do, Gather, Instruct, Step, on_case


class CardFraudFlow(CaseFlow):
    """Card fraud

    A card payment was not the customer's: stop the loss, trace it, decide who bears it, put it right, answer in time.
    """

    process_title = _("Card fraud")
    on_withdrawal = "put_right"
    on_new_facts = "trace"
    on_settlement = "propose"

    start = flow.StartHandle(this.for_case).Next(this.stop_loss)

    # 临时挂失: in the call itself; the caller check is enough, no paper, no approval, not even a full case
    stop_loss = (
        Step(card.StopLossForm)
        .Titled(_("Temporary loss report"))
        .By(Role.AGENT)
        .Within(limits.STOP_LOSS)
        .Needs(Evidence.CALLER_CHECK)
        .Guide("card-fraud/stop-loss")
        .Next(this.at_once)
    )

    # From the customer's notice, side by side; none waits for another
    at_once = (
        flow.Split()
        .Annotation(title=_("At once"))
        .Next(this.wants_stop)
        .Next(this.check_real_card)
        .Next(this.ask_for_logs)
        .Next(this.first_contact)
        .Next(this.stop_companions)
        .Next(this.is_credit_card)
        .Next(this.obtain_mandate, case=on_case(rules.awaits_mandate))
        .Next(this.find_card, case=on_case(rules.lacks_card))
        .Next(this.offer_stop, case=on_case(rules.has_refused_stop))
    )
    wants_stop = (
        Ask(rules.wants_stop)
        .Annotation(title=_("Stop the card?"))
        .Then(this.order_stop)
        .Else(this.knows_card)
    )
    order_stop = (
        Instruct("card", control.order_loss_report)
        .Titled(_("Order the loss report"))
        .Within(limits.CARD_ORDER)
        .Confirmed(answers.loss_reported)
        .Rejected(this.stop_by_hand)
        .Silent(this.stop_by_hand)
        .Next(this.list_transactions)
    )
    # the manual twin of a stop may run at any time: stopping twice is harmless
    stop_by_hand = (
        Step(card.StopByHandForm)
        .Titled(_("Loss report by hand"))
        .By(Role.SUPERVISOR)
        .NotBy(this.stop_loss)
        .Within(limits.STOP_BY_HAND)
        .Needs(Evidence.STOP_RECEIPT)
        .Guide("card-fraud/stop-by-hand")
        .Next(this.list_transactions)
    )

    # 真卡核验: the first thing the law asks (法释〔2021〕10号 art. 5), with a clock of its own
    check_real_card = (
        Step(real_card.RealCardForm)
        .Titled(_("Real card check"))
        .By(Role.AGENT)
        .Within(limits.REAL_CARD)
        .Guide("card-fraud/real-card")
        .Next(this.ready_to_decide)
    )
    # 证据保全: what will be overwritten is asked for in the same second; what belongs to a transaction, once disputed
    ask_for_logs = (
        Do(preservation.ask_for_case)
        .Annotation(title=_("Ask for the logs"))
        .Next(this.keep_evidence)
    )
    keep_evidence = (
        Step(evidence_items.KeepEvidenceForm)
        .Titled(_("Evidence preservation"))
        .By(Role.FRAUD)
        .Within(limits.KEEP_EVIDENCE)
        .Guide("card-fraud/keep-evidence")
        .Next(this.ready_to_decide)
    )
    # 首次联系, by the handler; the decision does not wait for it, completion does
    first_contact = (
        Step(first_contact.FirstContactForm)
        .Titled(_("First contact with the customer"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.FIRST_CONTACT)
        .Guide("card-fraud/first-contact")
        .Next(this.whole)
    )

    # 快捷支付、免密、手机银行、附属卡、设备: what pays beside the card. The stop does not wait for it, completion does
    stop_companions = (
        Step(companions.CompanionsForm)
        .Titled(_("Ways to pay beside the card"))
        .By(Role.AGENT)
        .Within(limits.COMPANIONS)
        .Guide("card-fraud/companions")
        .Next(this.whole)
    )
    # 账务与征信保护: a credit card's account and its holder's credit record while the matter is open. The decision does
    # not wait for it; completion does, and every measure has an end (after telling, below).
    is_credit_card = (
        Ask(rules.is_credit_card)
        .Annotation(title=_("Credit card?"))
        .Then(this.protect_account)
        .Else(this.whole)
    )
    protect_account = (
        flow.Split()
        .Annotation(title=_("Protect account and credit record"))
        .Next(this.order_hold)
        .Next(this.stop_collection)
        .Next(this.mark_credit_record)
    )
    order_hold = (
        Instruct("core", protection.order_hold)
        .Titled(_("Order the disputed hold"))
        .Within(limits.HOLD_ORDER)
        .Confirmed(answers.account_held)
        .Rejected(this.hold_by_hand)
        .Silent(this.hold_by_hand)
        .Next(this.is_held_again)
    )
    # holding twice is harmless
    hold_by_hand = (
        Step(protecting.HoldByHandForm)
        .Titled(_("Disputed hold by hand"))
        .By(Role.ACCOUNTS_MAKER)
        .Within(limits.PROTECT_ACCOUNT)
        .Needs(Evidence.HOLD_RECEIPT)
        .Guide("card-fraud/hold-account")
        .Next(this.is_held_again)
    )
    stop_collection = (
        Step(protecting.StopCollectionForm)
        .Titled(_("Stop collection"))
        .By(Role.COLLECTION)
        .Within(limits.PROTECT_ACCOUNT)
        .Guide("card-fraud/stop-collection")
        .Next(this.collection_is_stopped)
    )
    mark_credit_record = (
        Step(protecting.MarkCreditRecordForm)
        .Titled(_("Mark the credit record"))
        .By(Role.CREDIT_REPORTING)
        .Within(limits.PROTECT_ACCOUNT)
        .Guide("card-fraud/mark-credit-record")
        .Next(this.record_is_marked)
    )

    # Who stands at the door. 授权: whoever reports in the customer's place shows that he may (2020 No.3 art. 14). The
    # stop never waits for it; the telling does, and completion. On the case page the complaint may be left unhandled.
    obtain_mandate = (
        Step(door.MandateForm)
        .Titled(_("Obtain the mandate"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.MANDATE)
        .Guide("card-fraud/mandate")
        .Next(this.is_mandate_awaited)
    )
    is_mandate_awaited = (
        Ask(rules.awaits_mandate)
        .Annotation(title=_("Another mandate to obtain?"))
        .Then(this.obtain_mandate)
        .Else(this.whole)
    )
    # What comes late: the card's number, or the customer's word on the stop. The decision waits for neither, completion
    # for both; a later change of mind opens `offer_stop` once more from the case page (workflows.verbs.late).
    find_card = (
        Step(late.FindCardForm)
        .Titled(_("Find the card"))
        .By(Role.AGENT)
        .Within(limits.FIND_CARD)
        .Guide("card-fraud/find-card")
        .Next(this.is_card_found)
    )
    is_card_found = (
        Ask(rules.has_card)
        .Annotation(title=_("Card found?"))
        .Then(this.card_is_late)
        .Else(this.whole)
    )
    card_is_late = (
        flow.Split()
        .Annotation(title=_("As soon as the card is known"))
        .Next(this.order_late_stop, case=on_case(rules.wants_stop))
        .Next(this.offer_stop, case=on_case(rules.has_refused_stop))
        .Next(this.list_late)
        .Next(this.is_credit_card)
    )
    offer_stop = (
        Step(late.OfferStopForm)
        .Titled(_("Offer the stop again"))
        .By(Role.AGENT)
        .Within(limits.OFFER_STOP)
        .Guide("card-fraud/offer-stop")
        .Next(this.wants_stop_now)
    )
    wants_stop_now = (
        Ask(rules.wants_stop)
        .Annotation(title=_("Stop it now?"))
        .Then(this.order_late_stop)
        .Else(this.whole)
    )
    order_late_stop = (
        Instruct("card", control.order_loss_report)
        .Titled(_("Order the late loss report"))
        .Within(limits.CARD_ORDER)
        .Confirmed(answers.loss_reported)
        .Rejected(this.late_stop_by_hand)
        .Silent(this.late_stop_by_hand)
        .Next(this.is_stopped_too_late)
    )
    late_stop_by_hand = (
        Step(card.StopByHandForm)
        .Titled(_("Late loss report by hand"))
        .By(Role.SUPERVISOR)
        .NotBy(this.find_card, this.offer_stop)
        .Within(limits.STOP_BY_HAND)
        .Needs(Evidence.STOP_RECEIPT)
        .Guide("card-fraud/stop-by-hand")
        .Next(this.is_stopped_too_late)
    )
    # a stop that came after the telling needs its end as well: nobody asks "Card stopped?" again
    is_stopped_too_late = (
        Ask(rules.needs_card_end)
        .Annotation(title=_("Told, and the card stopped since?"))
        .Then(this.end_card)
        .Else(this.whole)
    )
    list_late = (
        Instruct("card", transactions.order_transactions)
        .Titled(_("Fetch the late card's transactions"))
        .Within(limits.CARD_ORDER)
        .Confirmed(answers.transactions_listed)
        .Rejected(this.list_late_by_hand)
        .Silent(this.list_late_by_hand)
        .Next(this.whole)
    )
    list_late_by_hand = (
        Step(late.ListByHandForm)
        .Titled(_("The late card's transactions by hand"))
        .By(Role.FRAUD)
        .Within(limits.STOP_BY_HAND)
        .Needs(Evidence.TRANSACTION_LIST)
        .Guide("card-fraud/find-card")
        .Next(this.whole)
    )

    # 交易追溯
    knows_card = (
        Ask(rules.has_card)
        .Annotation(title=_("Card known?"))
        .Then(this.list_transactions)
        .Else(this.trace)
    )
    list_transactions = (
        Instruct("card", transactions.order_transactions)
        .Titled(_("Fetch the transactions"))
        .Within(limits.CARD_ORDER)
        .Confirmed(answers.transactions_listed)
        .Rejected(this.trace)
        .Silent(this.trace)
        .Next(this.trace)
    )
    trace = (
        Step(trace.TraceForm)
        .Titled(_("Transaction trace"))
        .By(Role.FRAUD)
        .Within(limits.TRACE)
        .Starts(limits.FIRST_HOP)
        .Ends(limits.FIRST_HOP)
        .Needs(Evidence.TRANSACTION_LIST)
        .Guide("card-fraud/trace")
        .Next(this.ready_to_decide)
    )

    # The decision waits for the trace however long it takes, and for what runs beside it until the limit. What is late
    # then is missing on the board, with who had to prove it; it goes on and still counts when it comes.
    ready_to_decide = (
        Gather()
        .Titled(_("Ready to decide"))
        .Always(this.trace)
        .Within(limits.EVIDENCE_WAIT)
        .Next(this.decide)
    )

    # 责任判定, per transaction, by someone who did not trace
    decide = (
        Step(liability.DecideForm)
        .Titled(_("Liability decision"))
        .By(Role.LIABILITY)
        .NotBy(this.trace)
        .Within(limits.LIABILITY)
        .Guide("card-fraud/liability")
        .Next(this.needs_panel)
    )

    # 责任认定会: above the sum one person decides on, four members vote, each for himself; not adopted, decided anew
    needs_panel = (
        Ask(panel.needs_panel)
        .Annotation(title=_("More than one person decides on?"))
        .Then(this.call_panel)
        .Else(this.propose)
    )
    call_panel = (
        Do(panel.call)
        .Annotation(title=_("Call the liability panel"))
        .Next(this.panel_votes)
    )
    panel_votes = (
        flow.Split()
        .Annotation(title=_("Liability panel"))
        .Next(this.vote_consumer)
        .Next(this.vote_legal)
        .Next(this.vote_risk)
        .Next(this.vote_business)
    )
    vote_consumer = (
        Step(sitting.ConsumerVoteForm)
        .Titled(_("Panel vote: consumer protection"))
        .By(Role.CONSUMER_PROTECTION)
        .NotBy(this.trace, this.decide, this.vote_legal, this.vote_risk, this.vote_business)
        .Within(limits.PANEL_VOTE)
        .Guide("card-fraud/panel")
        .Next(this.all_voted)
    )
    vote_legal = (
        Step(sitting.LegalVoteForm)
        .Titled(_("Panel vote: legal and compliance"))
        .By(Role.COMPLIANCE)
        .NotBy(this.trace, this.decide, this.vote_consumer, this.vote_risk, this.vote_business)
        .Within(limits.PANEL_VOTE)
        .Guide("card-fraud/panel")
        .Next(this.all_voted)
    )
    vote_risk = (
        Step(sitting.RiskVoteForm)
        .Titled(_("Panel vote: risk"))
        .By(Role.RISK)
        .NotBy(this.trace, this.decide, this.vote_consumer, this.vote_legal, this.vote_business)
        .Within(limits.PANEL_VOTE)
        .Guide("card-fraud/panel")
        .Next(this.all_voted)
    )
    vote_business = (
        Step(sitting.BusinessVoteForm)
        .Titled(_("Panel vote: card business"))
        .By(Role.DISPUTE)
        .NotBy(this.trace, this.decide, this.vote_consumer, this.vote_legal, this.vote_risk)
        .Within(limits.PANEL_VOTE)
        .Guide("card-fraud/panel")
        .Next(this.all_voted)
    )
    all_voted = (
        Gather()
        .Titled(_("All have voted"))
        .Of(this.vote_consumer, this.vote_legal, this.vote_risk, this.vote_business)
        .Next(this.panel_minutes)
    )
    panel_minutes = (
        Step(sitting.MinutesForm)
        .Titled(_("Minutes of the panel"))
        .By(Role.CONSUMER_PROTECTION)
        .NotBy(this.trace, this.decide)
        .Within(limits.PANEL_MINUTES)
        .Needs(Evidence.PANEL_MINUTES)
        .Guide("card-fraud/panel-minutes")
        .Next(this.is_adopted)
    )
    is_adopted = (
        Ask(panel.is_adopted)
        .Annotation(title=_("Decision adopted?"))
        .Then(this.propose)
        .Else(this.decide)
    )

    # 赔付方案
    propose = (
        Step(proposing.ProposeForm)
        .Titled(_("Compensation proposal"))
        .By(Role.CONSUMER_PROTECTION)
        .NotBy(this.decide)
        .Within(limits.PROPOSAL)
        .Starts(limits.PROPOSAL_DECIDED)
        .Guide("card-fraud/proposal")
        .Next(this.approve)
    )
    approve = (
        Approval(proposing.ApprovalForm)
        .Titled(_("Approval"))
        .Of(proposal.QUESTION)
        .ByAuthority(proposal.sum_waiting)
        .NotBy(
            *(this.trace, this.decide, this.propose),
            *(this.vote_consumer, this.vote_legal, this.vote_risk, this.vote_business),
        )
        .Within(limits.APPROVAL)
        .Ends(limits.PROPOSAL_DECIDED)
        .Guide("card-fraud/approval")
        .Approved(this.draft_letter)
        .Returned(this.propose)
        .Refused(this.decide)
    )

    # 拟稿–审核–签发–用印. What is read on the phone needs but the draft: the sum was approved, the call is recorded
    draft_letter = (
        Step(lettering.DraftForm)
        .Titled(_("Draft the letter"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.LETTER_DRAFT)
        .Guide("card-fraud/draft-letter")
        .Next(this.in_writing)
    )
    in_writing = (
        Ask(rules.is_told_in_writing)
        .Annotation(title=_("In writing?"))
        .Then(this.check_letter)
        .Else(this.tell)
    )
    check_letter = (
        Approval(proposing.ApprovalForm)
        .Titled(_("Check the letter"))
        .Of(drafting.CHECK)
        .By(Role.COMPLIANCE)
        .NotBy(this.draft_letter)
        .Within(limits.LETTER_CHECK)
        .Guide("card-fraud/check-letter")
        .Approved(this.issue_letter)
        .Returned(this.draft_letter)
    )
    issue_letter = (
        Approval(proposing.ApprovalForm)
        .Titled(_("Issue the letter"))
        .Of(drafting.ISSUE)
        .ByAuthority(drafting.sum_decided)
        .NotBy(this.draft_letter, this.check_letter)
        .Within(limits.LETTER_ISSUE)
        .Guide("card-fraud/issue-letter")
        .Approved(this.seal_letter)
        .Returned(this.draft_letter)
    )
    seal_letter = (
        Step(lettering.SealForm)
        .Titled(_("Seal the letter"))
        .By(Role.SERVICE_MANAGER)
        .NotBy(this.draft_letter, this.issue_letter)
        .Within(limits.LETTER_SEAL)
        .Guide("card-fraud/seal-letter")
        .Next(this.tell)
    )
    # 处理决定告知: the statutory clock stops here, before payment and before completion
    tell = (
        Step(telling.TellForm)
        .Titled(_("Tell the decision"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.TELLING)
        .Needs(Evidence.PROOF_OF_TELLING)
        .Guide("card-fraud/tell")
        .Next(this.put_right)
    )

    # After telling, side by side; a withdrawn case goes on here, too
    put_right = (
        flow.Split()
        .Annotation(title=_("Put right"))
        .Next(this.pays_anything)
        .Next(this.card_is_stopped)
        .Next(this.needs_credit_check)
        .Next(this.judge_risk)
        .Next(this.collection_is_stopped)
        .Next(this.record_is_marked)
    )

    # 征信更正: bad records withdrawn, or proved that none existed
    needs_credit_check = (
        Ask(rules.needs_credit_check)
        .Annotation(title=_("Credit record to check?"))
        .Then(this.correct_credit_record)
        .Else(this.whole)
    )
    correct_credit_record = (
        Step(credit_record.CreditRecordForm)
        .Titled(_("Credit record correction"))
        .By(Role.CREDIT_REPORTING)
        .Within(limits.CREDIT_RECORD)
        .Needs(Evidence.CREDIT_REPORT)
        .Guide("card-fraud/credit-record")
        .Next(this.whole)
    )
    # 案防判断: of every case, so that nobody learns anything from there being one; what was judged stays sealed
    judge_risk = (
        Step(risk.RiskForm)
        .Titled(_("Risk judgement"))
        .By(Role.COMPLIANCE)
        .Within(limits.RISK)
        .Guide("card-fraud/risk")
        .Next(this.whole)
    )

    # Money: made by one person, checked by another, ordered once
    pays_anything = (
        Ask(rules.pays_anything)
        .Annotation(title=_("Anything to pay?"))
        .Then(this.pay)
        .Else(this.needs_restoring)
    )
    pay = (
        Step(payment.PayForm)
        .Titled(_("Prepare the payment"))
        .By(Role.ACCOUNTS_MAKER)
        .NotBy(this.approve)
        .Within(limits.PAYMENT)
        .Guide("card-fraud/pay")
        .Next(this.check_payment)
    )
    check_payment = (
        Step(payment.CheckPaymentForm)
        .Titled(_("Check the payment"))
        .By(Role.ACCOUNTS_CHECKER)
        .NotBy(this.pay)
        .Within(limits.PAYMENT_CHECK)
        .Guide("card-fraud/check-payment")
        .Next(this.order_credit)
    )
    order_credit = (
        Instruct("core", money.order_credit)
        .Titled(_("Order the payment"))
        .Within(limits.PAYMENT_CHECK)
        .Confirmed(answers.credited)
        .Rejected(this.pay_by_hand, answers.credit_rejected)
        .Silent(this.ask_core)
        .Next(this.needs_restoring)
    )
    # silence is no answer: a second person asks the core before anything is paid by hand
    ask_core = (
        Step(payment.EnquiryForm)
        .Titled(_("Ask the core system"))
        .By(Role.ACCOUNTS_CHECKER)
        .NotBy(this.pay)
        .Within(limits.PAY_BY_HAND)
        .Guide("card-fraud/pay-by-hand")
        .Next(this.core_has_paid)
    )
    core_has_paid = (
        Ask(money.is_paid)
        .Annotation(title=_("Booked by the core?"))
        .Then(this.needs_restoring)
        .Else(this.pay_by_hand)
    )
    pay_by_hand = (
        Step(payment.ReceiptForm)
        .Titled(_("Payment by hand"))
        .By(Role.ACCOUNTS_MAKER)
        .NotBy(this.approve)
        .Within(limits.PAY_BY_HAND)
        .Needs(Evidence.CORE_VOUCHER)
        .Guide("card-fraud/pay-by-hand")
        .Next(this.check_by_hand)
    )
    check_by_hand = (
        Step(payment.CheckReceiptForm)
        .Titled(_("Check the payment by hand"))
        .By(Role.ACCOUNTS_CHECKER)
        .NotBy(this.pay_by_hand)
        .Within(limits.PAYMENT_CHECK)
        .Guide("card-fraud/check-payment")
        .Next(this.needs_restoring)
    )

    # 账务恢复: a credit card's held amount, interest and late fees
    needs_restoring = (
        Ask(rules.needs_restoring)
        .Annotation(title=_("Account to restore?"))
        .Then(this.order_restore)
        .Else(this.debits_may_have_failed)
    )
    order_restore = (
        Instruct("core", money.order_restore)
        .Titled(_("Order the account restoration"))
        .Within(limits.RESTORE)
        .Confirmed(answers.restored)
        .Rejected(this.restore_by_hand)
        .Silent(this.restore_by_hand)
        .Next(this.is_held_again)
    )
    restore_by_hand = (
        Step(payment.RestoreByHandForm)
        .Titled(_("Account restoration by hand"))
        .By(Role.ACCOUNTS_MAKER)
        .Within(limits.RESTORE)
        .Needs(Evidence.RESTORE_RECEIPT)
        .Guide("card-fraud/restore-account")
        .Next(this.is_held_again)
    )

    # The ends of 账务与征信保护: a hold that came when the account was restored already comes off as well
    is_held_again = (
        Ask(rules.is_held_again)
        .Annotation(title=_("Held after it was restored?"))
        .Then(this.order_restore)
        .Else(this.whole)
    )
    # asked after telling, and by a stop that came later than the telling
    collection_is_stopped = (
        Ask(rules.has_collection_to_tell)
        .Annotation(title=_("Told, and collection stopped?"))
        .Then(this.end_collection)
        .Else(this.whole)
    )
    end_collection = (
        Step(protecting.EndCollectionForm)
        .Titled(_("Tell collection"))
        .By(Role.COLLECTION)
        .Within(limits.END_PROTECTION)
        .Guide("card-fraud/end-collection")
        .Next(this.whole)
    )
    record_is_marked = (
        Ask(rules.has_mark_to_end)
        .Annotation(title=_("Told, and credit record marked?"))
        .Then(this.end_credit_mark)
        .Else(this.whole)
    )
    end_credit_mark = (
        Step(protecting.EndCreditMarkForm)
        .Titled(_("End the mark on the credit record"))
        .By(Role.CREDIT_REPORTING)
        .Within(limits.END_PROTECTION)
        .Guide("card-fraud/end-credit-mark")
        .Next(this.whole)
    )
    # a debit card: 代扣 and 还贷 that failed because the money was gone
    debits_may_have_failed = (
        Ask(rules.may_have_failed_debits)
        .Annotation(title=_("Debits to repair?"))
        .Then(this.repair_debits)
        .Else(this.whole)
    )
    repair_debits = (
        Step(protecting.RepairDebitsForm)
        .Titled(_("Repair failed debits"))
        .By(Role.ACCOUNTS_MAKER)
        .Within(limits.REPAIR_DEBITS)
        .Guide("card-fraud/repair-debits")
        .Next(this.whole)
    )

    # 换卡 or 解挂: every stop has an end
    card_is_stopped = (
        Ask(rules.is_card_stopped)
        .Annotation(title=_("Card stopped?"))
        .Then(this.end_card)
        .Else(this.whole)
    )
    end_card = (
        Step(card.EndCardForm)
        .Titled(_("Card replaced or released"))
        .By(Role.AGENT)
        .Within(limits.CARD_END)
        .Guide("card-fraud/end-card")
        .Next(this.order_card_end)
    )
    order_card_end = (
        Instruct("card", control.order_card_end)
        .Titled(_("Order the new card or the release"))
        .Within(limits.CARD_ORDER)
        .Confirmed(answers.card_ended)
        .Rejected(this.end_card_by_hand)
        .Silent(this.end_card_by_hand)
        .Next(this.whole)
    )
    end_card_by_hand = (
        Step(card.EndCardByHandForm)
        .Titled(_("Card replaced or released by hand"))
        .By(Role.SUPERVISOR)
        .NotBy(this.end_card)
        .Within(limits.CARD_END)
        .Needs(Evidence.CARD_END_RECEIPT)
        .Guide("card-fraud/end-card")
        .Next(this.whole)
    )
    whole = (
        Gather()
        .Titled(_("Customer's side whole"))
        .Next(this.close)
    )

    # 办结, then 归档
    close = (
        Step(closing.CloseForm)
        .Titled(_("Completion check"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.CLOSE)
        .RestsWhile(rules.has_advance_open)
        .Guide("card-fraud/close")
        .Next(this.call_back)
    )
    # 回访; not reached is an answer
    call_back = (
        Step(follow_up.FollowUpForm)
        .Titled(_("Call back"))
        .By(Role.AGENT)
        .Within(limits.FOLLOW_UP)
        .Needs(Evidence.FOLLOW_UP)
        .Guide("card-fraud/call-back")
        .Next(this.archive)
    )
    archive = (
        Step(closing.ArchiveForm)
        .Titled(_("Archive"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.ARCHIVE)
        .RestsWhile(rules.runs_beside)
        .Guide("card-fraud/archive")
        .Next(this.end)
    )
    end = flow.End()
