"""银行卡盗刷: the flow as a whole. Its nodes stand in the order they are read, a part a file.

A node may lead to any other of the flow, whichever file it stands in; no name stands in two of them (a test asks).
"""

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from accounts.roles import Role
from cases import rules
from knowledge import limits
from knowledge.evidence import EvidenceKind as Evidence
from workflows.base import CaseFlow
from workflows.forms import closing, follow_up
from workflows.nodes import Gather, Step

from .answer import Answer
from .at_once import AtOnce
from .at_the_door import AtTheDoor
from .decision import Decision
from .put_right import PutRight


class CardFraudFlow(AtOnce, AtTheDoor, Decision, Answer, PutRight, CaseFlow):
    """Card fraud

    A card payment was not the customer's: stop the loss, trace it, decide who bears it, put it right, answer in time.
    """

    process_title = _("Card fraud")
    on_withdrawal = "put_right"
    on_new_facts = "trace"
    on_settlement = "propose"

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
