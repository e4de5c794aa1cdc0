from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from accounts.permissions import Verb
from accounts.roles import Role
from cases import beside, rules
from cases.actions import advance, advance_money, answers, write_off
from cases.models import Advance
from knowledge import limits
from knowledge.evidence import EvidenceKind as Evidence
from workflows.base import BesideFlow
from workflows.forms import advance as advancing, advance_back, proposal as proposing
from workflows.nodes import Approval, Instruct, Step, Wait, on_matter

from .card_fraud import CardFraudFlow


class AdvanceFlow(BesideFlow):
    """Advance payment

    Money for the customer before it is decided who bears the loss; set off by the decision, never debited unasked.
    """

    process_title = _("Advance payment")
    on_withdrawal = "is_advanced"
    matter = Advance
    opening = Verb.OPEN_ADVANCE
    opening_form = advancing.OpenForm

    start = flow.StartHandle(this.for_matter).Next(this.ask_advance)

    # 先行垫付: on a promise, a benefit or hardship, with the customer's undertaking; or given up
    ask_advance = (
        Step(advancing.AskForm)
        .Titled(_("Ask for an advance"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.ADVANCE_ASK)
        .Guide("beside/ask-advance")
        .Next(this.is_asked_for)
    )
    is_asked_for = (
        flow.If(on_matter(beside.is_asked_for))
        .Annotation(title=_("Asked for?"))
        .Then(this.approve_advance)
        .Else(this.end)
    )
    approve_advance = (
        Approval(proposing.ApprovalForm)
        .Titled(_("Approve the advance"))
        .Of(advance.QUESTION)
        .ByAuthority(advance.sum_waiting)
        .NotBy(this.ask_advance, CardFraudFlow.trace, CardFraudFlow.decide)
        .Within(limits.ADVANCE_APPROVAL)
        .Guide("beside/approve-advance")
        .Approved(this.pay_advance)
        .Returned(this.ask_advance)
        .Refused(this.end)
    )

    # Made by one person, checked by another, ordered once. From the checker on it always ends with the customer
    pay_advance = (
        Step(advancing.PayForm)
        .Titled(_("Prepare the advance"))
        .By(Role.ACCOUNTS_MAKER)
        .NotBy(this.approve_advance)
        .Within(limits.ADVANCE_PAYMENT)
        .Guide("beside/pay-advance")
        .Next(this.is_prepared)
    )
    is_prepared = (
        flow.If(on_matter(beside.is_prepared))
        .Annotation(title=_("Prepared?"))
        .Then(this.check_advance)
        .Else(this.ask_advance)
    )
    check_advance = (
        Step(advancing.CheckForm)
        .Titled(_("Check the advance"))
        .By(Role.ACCOUNTS_CHECKER)
        .NotBy(this.pay_advance)
        .Within(limits.ADVANCE_PAYMENT)
        .Guide("beside/pay-advance")
        .Next(this.is_released)
    )
    is_released = (
        flow.If(on_matter(beside.is_released))
        .Annotation(title=_("Found right?"))
        .Then(this.order_advance)
        .Else(this.pay_advance)
    )
    order_advance = (
        Instruct("core", advance_money.order)
        .Titled(_("Order the advance"))
        .Within(limits.PAYMENT_CHECK)
        .Confirmed(advance_money.confirmed)
        .Rejected(this.pay_advance_by_hand, answers.credit_rejected)
        .Silent(this.ask_core_advance)
        .Next(this.decision_told)
    )
    ask_core_advance = (
        Step(advancing.EnquiryForm)
        .Titled(_("Ask the core system for the advance"))
        .By(Role.ACCOUNTS_CHECKER)
        .NotBy(this.pay_advance)
        .Within(limits.PAY_BY_HAND)
        .Guide("beside/advance-by-hand")
        .Next(this.core_has_advanced)
    )
    core_has_advanced = (
        flow.If(on_matter(beside.is_advanced))
        .Annotation(title=_("Booked by the core?"))
        .Then(this.decision_told)
        .Else(this.pay_advance_by_hand)
    )
    pay_advance_by_hand = (
        Step(advancing.ReceiptForm)
        .Titled(_("Advance by hand"))
        .By(Role.ACCOUNTS_MAKER)
        .NotBy(this.approve_advance)
        .Within(limits.PAY_BY_HAND)
        .Needs(Evidence.ADVANCE_VOUCHER)
        .Guide("beside/advance-by-hand")
        .Next(this.check_advance_by_hand)
    )
    check_advance_by_hand = (
        Step(advancing.CheckReceiptForm)
        .Titled(_("Check the advance by hand"))
        .By(Role.ACCOUNTS_CHECKER)
        .NotBy(this.pay_advance_by_hand)
        .Within(limits.PAYMENT_CHECK)
        .Guide("beside/advance-by-hand")
        .Next(this.decision_told)
    )

    # The decision sets it off, in the turn that tells it; a withdrawn complaint has nothing to set it off against
    decision_told = (
        Wait(rules.is_over)
        .Titled(_("Until the decision is told"))
        .Next(this.is_advanced)
    )
    is_advanced = (
        flow.If(on_matter(beside.is_advanced))
        .Annotation(title=_("With the customer?"))
        .Then(this.is_settled)
        .Else(this.end)
    )
    is_settled = (
        flow.If(on_matter(beside.is_settled))
        .Annotation(title=_("Settled?"))
        .Then(this.end)
        .Else(this.tell_excess)
    )

    # What is above the decision comes back only after notice and days; or stays as goodwill, by authority
    tell_excess = (
        Step(advance_back.NoticeForm)
        .Titled(_("Tell what is to come back"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.ADVANCE_NOTICE)
        .Guide("beside/advance-back")
        .Next(this.take_back)
    )
    take_back = (
        Step(advance_back.BackForm)
        .Titled(_("Enter what came back"))
        .By(Role.ACCOUNTS_MAKER)
        .Within(limits.ADVANCE_END)
        .Guide("beside/advance-back")
        .Next(this.is_given_back)
    )
    is_given_back = (
        flow.If(on_matter(beside.is_given_back))
        .Annotation(title=_("Given back?"))
        .Then(this.check_back)
        .Else(this.ask_write_off)
    )
    check_back = (
        Step(advance_back.CheckForm)
        .Titled(_("Check what came back"))
        .By(Role.ACCOUNTS_CHECKER)
        .NotBy(this.take_back)
        .Within(limits.RECOVERY_CHECK)
        .Guide("beside/advance-back")
        .Next(this.is_all_back)
    )
    is_all_back = (
        flow.If(on_matter(beside.is_settled))
        .Annotation(title=_("All of it?"))
        .Then(this.end)
        .Else(this.take_back)
    )
    ask_write_off = (
        Step(advance_back.WriteOffForm)
        .Titled(_("Ask to write it off"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.ADVANCE_ASK)
        .Guide("beside/write-off")
        .Next(this.is_to_be_written_off)
    )
    is_to_be_written_off = (
        flow.If(on_matter(beside.is_to_be_written_off))
        .Annotation(title=_("To be written off?"))
        .Then(this.approve_write_off)
        .Else(this.take_back)
    )
    approve_write_off = (
        Approval(proposing.ApprovalForm)
        .Titled(_("Approve the write-off"))
        .Of(write_off.QUESTION)
        .ByAuthority(write_off.sum_to_write_off)
        .NotBy(this.ask_write_off)
        .Within(limits.ADVANCE_APPROVAL)
        .Guide("beside/write-off")
        .Approved(this.end)
        .Returned(this.ask_write_off)
        .Refused(this.take_back)
    )
    end = flow.End()

    @classmethod
    def matter_of(cls, process: Any) -> Any:
        """The advance as it stands now, with its lines and papers, ready for actions. One query."""
        related = ("person_key", "entry", "voucher", "back", "back_voucher", "undertaking")
        matter = Advance.objects.select_related(*related).get(uuid=process.subject)
        matter.case = process.case
        return matter

    @classmethod
    def is_overtaken(cls, process: Any) -> bool:
        """It was not released for payment when the decision was told."""
        return bool(cls.matter_of(process).stage == Advance.Stage.DROPPED)
