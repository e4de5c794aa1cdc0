from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from accounts.permissions import Verb
from accounts.roles import Role
from cases import beside
from cases.models import Dissent
from knowledge import limits
from workflows.base import BesideFlow
from workflows.forms import dissent
from workflows.nodes import Step, on_matter


class DissentFlow(BesideFlow):
    """Not content: three answers

    The customer is not content with the decision. The handler answers, then the supervisor, then the manager.
    """

    process_title = _("Not content: three answers")
    # never used: a complaint is withdrawn before it is told, and this begins after
    on_withdrawal = "respond_first"
    matter = Dissent
    opening = Verb.OPEN_DISSENT
    opening_form = dissent.OpenForm

    start = flow.StartHandle(this.for_matter).Next(this.respond_first)

    respond_first = (
        Step(dissent.AnswerForm)
        .Titled(_("First answer, by the handler"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.DISSENT_FIRST)
        .Guide("beside/dissent")
        .Next(this.content_first)
    )
    content_first = (
        flow.If(on_matter(beside.is_content))
        .Annotation(title=_("Content?"))
        .Then(this.end)
        .Else(this.respond_second)
    )
    respond_second = (
        Step(dissent.AnswerForm)
        .Titled(_("Second answer, by the supervisor"))
        .By(Role.SUPERVISOR)
        .NotBy(this.respond_first)
        .Within(limits.DISSENT_SECOND)
        .Guide("beside/dissent")
        .Next(this.content_second)
    )
    content_second = (
        flow.If(on_matter(beside.is_content))
        .Annotation(title=_("Content?"))
        .Then(this.end)
        .Else(this.respond_third)
    )
    respond_third = (
        Step(dissent.AnswerForm)
        .Titled(_("Third answer, by the manager"))
        .By(Role.SERVICE_MANAGER)
        .NotBy(this.respond_first, this.respond_second)
        .Within(limits.DISSENT_THIRD)
        .Guide("beside/dissent")
        .Next(this.end)
    )
    end = flow.End()
