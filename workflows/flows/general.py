from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from accounts.roles import Role
from cases import rules
from cases.actions import drafting
from knowledge import limits
from knowledge.evidence import EvidenceKind as Evidence
from workflows.base import CaseFlow
from workflows.forms import closing, follow_up, lettering, look_into, proposal as proposing, telling
from workflows.nodes import Approval, Ask, Step


class GeneralFlow(CaseFlow):
    """Other complaint

    A complaint without a flow of its own: look into it, answer, complete. No money moves here: what is due is said,
    and by whom it is paid.
    """

    process_title = _("Other complaint")
    on_withdrawal = "close"
    on_new_facts = "look_into"

    start = flow.StartHandle(this.for_case).Next(this.look_into)

    # 核查: what was found, whether the customer is right, what is due and from whom
    look_into = (
        Step(look_into.LookIntoForm)
        .Titled(_("Look into the complaint"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.GENERAL_LOOK_INTO)
        .Guide("general/look-into")
        .Next(this.draft_letter)
    )

    # 拟稿–审核–签发–用印–告知, as in every flow
    draft_letter = (
        Step(lettering.DraftForm)
        .Titled(_("Draft the letter"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.GENERAL_LETTER)
        .Guide("general/draft-letter")
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
        .Within(limits.GENERAL_LETTER)
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
        .Within(limits.GENERAL_LETTER)
        .Guide("card-fraud/issue-letter")
        .Approved(this.seal_letter)
        .Returned(this.draft_letter)
    )
    seal_letter = (
        Step(lettering.SealForm)
        .Titled(_("Seal the letter"))
        .By(Role.SERVICE_MANAGER)
        .NotBy(this.draft_letter, this.issue_letter)
        .Within(limits.GENERAL_LETTER)
        .Guide("card-fraud/seal-letter")
        .Next(this.tell)
    )
    # the statutory clock stops here
    tell = (
        Step(telling.TellForm)
        .Titled(_("Tell the decision"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.GENERAL_TELLING)
        .Needs(Evidence.PROOF_OF_TELLING)
        .Guide("card-fraud/tell")
        .Next(this.close)
    )

    # 办结, then 回访 and 归档; a withdrawn complaint goes on here, too
    close = (
        Step(closing.CloseForm)
        .Titled(_("Completion check"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.GENERAL_CLOSE)
        .Guide("card-fraud/close")
        .Next(this.call_back)
    )
    call_back = (
        Step(follow_up.FollowUpForm)
        .Titled(_("Call back"))
        .By(Role.AGENT)
        .Within(limits.GENERAL_FOLLOW_UP)
        .Needs(Evidence.FOLLOW_UP)
        .Guide("card-fraud/call-back")
        .Next(this.archive)
    )
    archive = (
        Step(closing.ArchiveForm)
        .Titled(_("Archive"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.GENERAL_ARCHIVE)
        .RestsWhile(rules.runs_beside)
        .Guide("card-fraud/archive")
        .Next(this.end)
    )
    end = flow.End()
