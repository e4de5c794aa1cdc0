"""The decision told: drafted, checked, issued, sealed, sent or read on the phone."""

from django.utils.translation import gettext_lazy as _
from viewflow import this

from accounts.roles import Role
from cases import rules
from cases.actions import drafting
from knowledge import limits
from knowledge.evidence import EvidenceKind as Evidence
from workflows.forms import (
    lettering,
    proposal as proposing,
    telling,
)
from workflows.nodes import Approval, Ask, Step


class Answer:
    """The statutory clock stops at its last step."""

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
