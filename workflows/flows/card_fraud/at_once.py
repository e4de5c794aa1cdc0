"""The second the bank is told, and what starts in it: stop, real card check, evidence, account, first contact."""

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from accounts.roles import Role
from cases import rules
from cases.actions import answers, control, preservation, protection
from knowledge import limits
from knowledge.evidence import EvidenceKind as Evidence
from workflows.forms import (
    card,
    companions,
    evidence_items,
    first_contact,
    protecting,
    real_card,
)
from workflows.nodes import Ask, Do, Instruct, Step, on_case


class AtOnce:
    """From the call on, side by side; the liability decision waits for none of it without end."""

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
