from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from accounts.permissions import Verb
from accounts.roles import Role
from cases import beside
from cases.actions import review_decision
from cases.models import Review
from knowledge import limits
from workflows.base import BesideFlow
from workflows.forms import proposal as proposing, review
from workflows.nodes import Approval, Step, on_matter, superior_of

from .card_fraud import CardFraudFlow as First

# 回避: nobody looks again at what he had a part in (art. 17; that it binds the review, too, is our inference)
FIRST_DECISION = (
    First.trace,
    First.decide,
    First.propose,
    First.approve,
    First.draft_letter,
    First.check_letter,
    First.issue_letter,
)


class ReviewFlow(BesideFlow):
    """Review by the superior body

    What a branch decided is looked at again by the body above it: process, time limits, result.
    """

    process_title = _("Review by the superior body")
    on_withdrawal = "gives_more"
    matter = Review
    opening = Verb.OPEN_REVIEW
    opening_form = review.OpenForm

    start = flow.StartHandle(this.for_matter).Next(this.admit_review)

    admit_review = (
        Step(review.AdmitForm)
        .Titled(_("Look at the application"))
        .By(Role.CONSUMER_PROTECTION)
        .At(superior_of)
        .NotBy(*FIRST_DECISION)
        .Within(limits.REVIEW_ADMIT)
        .Guide("beside/review-admit")
        .Next(this.is_admitted)
    )
    is_admitted = (
        flow.If(on_matter(beside.is_admitted))
        .Annotation(title=_("Admitted?"))
        .Then(this.check_review)
        .Else(this.tell_review)
    )
    check_review = (
        Step(review.CheckForm)
        .Titled(_("Check process, time limits and result"))
        .By(Role.CONSUMER_PROTECTION)
        .At(superior_of)
        .NotBy(*FIRST_DECISION)
        .Within(limits.REVIEW_CHECK)
        .Guide("beside/review-check")
        .Next(this.decide_review)
    )
    # 维持, 变更, 撤销
    decide_review = (
        Step(review.DecideForm)
        .Titled(_("Review decision"))
        .By(Role.CONSUMER_PROTECTION)
        .At(superior_of)
        .NotBy(*FIRST_DECISION)
        .Within(limits.REVIEW_DRAFT)
        .Guide("beside/review-decide")
        .Next(this.approve_review)
    )
    approve_review = (
        Approval(proposing.ApprovalForm)
        .Titled(_("Approve the review decision"))
        .Of(review_decision.QUESTION)
        .ByAuthority(review_decision.sum_waiting)
        .At(superior_of)
        .NotBy(*FIRST_DECISION, this.check_review, this.decide_review)
        .Within(limits.REVIEW_APPROVAL)
        .Guide("beside/review-approve")
        .Approved(this.tell_review)
        .Returned(this.decide_review)
    )
    # the law's clock of the review ends here; an application that was not admitted is answered, too
    tell_review = (
        Step(review.TellForm)
        .Titled(_("Tell what came of the review"))
        .By(Role.CONSUMER_PROTECTION)
        .At(superior_of)
        .Within(limits.REVIEW_TELL)
        .Guide("beside/review-tell")
        .Next(this.gives_more)
    )
    # an application that was taken back comes here, too, and ends
    gives_more = (
        flow.If(on_matter(beside.gives_more))
        .Annotation(title=_("More to pay?"))
        .Then(this.pay_supplement)
        .Else(this.end)
    )
    pay_supplement = (
        Step(review.PayForm)
        .Titled(_("Pay what the review added"))
        .By(Role.ACCOUNTS_MAKER)
        .NotBy(this.approve_review)
        .Within(limits.PAYMENT)
        .Guide("beside/review-pay")
        .Next(this.check_supplement)
    )
    check_supplement = (
        Step(review.CheckPaymentForm)
        .Titled(_("Check the payment after the review"))
        .By(Role.ACCOUNTS_CHECKER)
        .NotBy(this.pay_supplement)
        .Within(limits.PAYMENT_CHECK)
        .Guide("beside/review-pay")
        .Next(this.supplement_is_paid)
    )
    supplement_is_paid = (
        flow.If(on_matter(beside.is_supplement_paid))
        .Annotation(title=_("Found right?"))
        .Then(this.end)
        .Else(this.pay_supplement)
    )
    end = flow.End()
