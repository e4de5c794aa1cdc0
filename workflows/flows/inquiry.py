from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from accounts.permissions import Verb
from accounts.roles import Role
from cases import beside
from cases.models import Inquiry
from knowledge import limits
from workflows.base import BesideFlow
from workflows.forms import inquiry as letters, recovery
from workflows.nodes import Step, on_matter


class InquiryFlow(BesideFlow):
    """Inquiry letter

    A letter to a payment institution, acquirer, merchant or bank abroad, chased until it is answered or reported.
    """

    process_title = _("Inquiry letter")
    on_withdrawal = "end_inquiry"
    matter = Inquiry
    opening = Verb.OPEN_INQUIRY
    opening_form = letters.OpenForm

    start = flow.StartHandle(this.for_matter).Next(this.send_inquiry)

    send_inquiry = (
        Step(letters.SendForm)
        .Titled(_("Send the inquiry letter"))
        .By(Role.FRAUD)
        .Within(limits.INQUIRY)
        .Guide("beside/inquiry")
        .Next(this.chase_first)
    )

    # 催办: three times, each recorded with its time; an answer ends the chasing
    chase_first = (
        Step(letters.ChaseForm)
        .Titled(_("First chase"))
        .By(Role.FRAUD)
        .Within(limits.INQUIRY_CHASE_FIRST)
        .Guide("beside/inquiry")
        .Next(this.answered_first)
    )
    answered_first = (
        flow.If(on_matter(beside.is_answered))
        .Annotation(title=_("Answered?"))
        .Then(this.brings_money)
        .Else(this.chase_second)
    )
    chase_second = (
        Step(letters.ChaseForm)
        .Titled(_("Second chase"))
        .By(Role.FRAUD)
        .Within(limits.INQUIRY_CHASE_SECOND)
        .Guide("beside/inquiry")
        .Next(this.answered_second)
    )
    answered_second = (
        flow.If(on_matter(beside.is_answered))
        .Annotation(title=_("Answered?"))
        .Then(this.brings_money)
        .Else(this.chase_third)
    )
    chase_third = (
        Step(letters.ChaseForm)
        .Titled(_("Third chase"))
        .By(Role.FRAUD)
        .Within(limits.INQUIRY_CHASE_THIRD)
        .Guide("beside/inquiry")
        .Next(this.answered_third)
    )
    answered_third = (
        flow.If(on_matter(beside.is_answered))
        .Annotation(title=_("Answered?"))
        .Then(this.brings_money)
        .Else(this.report_silence)
    )

    # No answer: reported upwards; the decision went on without it
    report_silence = (
        Step(letters.SilenceForm)
        .Titled(_("Report the silence"))
        .By(Role.SUPERVISOR)
        .Within(limits.INQUIRY_SILENCE)
        .Guide("beside/inquiry")
        .Next(this.end_inquiry)
    )

    # Their share, or what they pay first (法释〔2021〕10号 art. 10), by two people
    brings_money = (
        flow.If(on_matter(beside.brings_money))
        .Annotation(title=_("Do they bear anything?"))
        .Then(this.enter_recovery)
        .Else(this.end_inquiry)
    )
    enter_recovery = (
        Step(recovery.EnterForm)
        .Titled(_("Enter money recovered"))
        .By(Role.ACCOUNTS_MAKER)
        .Within(limits.RECOVERY)
        .Guide("beside/recovery")
        .Next(this.check_recovery)
    )
    check_recovery = (
        Step(recovery.CheckForm)
        .Titled(_("Check money recovered"))
        .By(Role.ACCOUNTS_CHECKER)
        .NotBy(this.enter_recovery)
        .Within(limits.RECOVERY_CHECK)
        .Guide("beside/recovery")
        .Next(this.is_recovered)
    )
    is_recovered = (
        flow.If(on_matter(beside.is_recovered))
        .Annotation(title=_("Found right?"))
        .Then(this.end_inquiry)
        .Else(this.enter_recovery)
    )

    # 配合情况 (CBIRC 2020 No.3 art. 10); a withdrawn complaint comes here, too
    end_inquiry = (
        Step(letters.EndForm)
        .Titled(_("End the inquiry"))
        .By(Role.FRAUD)
        .Within(limits.BESIDE_END)
        .Guide("beside/inquiry")
        .Next(this.end)
    )
    end = flow.End()
