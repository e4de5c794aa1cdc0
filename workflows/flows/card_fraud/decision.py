"""What happened, who bears it and what the customer gets: trace, liability, panel, proposal, approval."""

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from accounts.roles import Role
from cases import rules
from cases.actions import answers, panel, proposal, transactions
from knowledge import limits
from knowledge.evidence import EvidenceKind as Evidence
from workflows.forms import (
    liability,
    panel as sitting,
    proposal as proposing,
    trace,
)
from workflows.nodes import Approval, Ask, Do, Gather, Instruct, Step


class Decision:
    """The road the answer takes; each step by somebody who did not do the one before."""

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
