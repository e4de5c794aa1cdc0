"""After the telling, side by side: money, account, credit record, card, and the judgement nobody reads."""

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from accounts.roles import Role
from cases import rules
from cases.actions import answers, control, money
from knowledge import limits
from knowledge.evidence import EvidenceKind as Evidence
from workflows.forms import (
    card,
    credit_record,
    payment,
    protecting,
    risk,
)
from workflows.nodes import Ask, Instruct, Step


class PutRight:
    """A withdrawn complaint goes on here, too."""

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
