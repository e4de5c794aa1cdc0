from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from accounts.permissions import Verb
from accounts.roles import Role
from cases import beside
from cases.models import Chargeback
from knowledge import limits
from workflows.base import BesideFlow
from workflows.forms import chargeback as slips, recovery
from workflows.nodes import Step, on_matter


class ChargebackFlow(BesideFlow):
    """Slip request and chargeback

    One transaction's way through the card scheme: the bank's recovery, never the customer's wait.
    """

    process_title = _("Slip request and chargeback")
    on_withdrawal = "end_chargeback"
    matter = Chargeback
    opening = Verb.OPEN_CHARGEBACK
    opening_form = slips.OpenForm

    start = flow.StartHandle(this.for_matter).Next(this.ask_slip)

    # 调单: the settlement day typed here starts the scheme's window
    ask_slip = (
        Step(slips.AskSlipForm)
        .Titled(_("Slip request"))
        .By(Role.DISPUTE)
        .Within(limits.SLIP_REQUEST)
        .Guide("beside/slip")
        .Next(this.slip_answer)
    )
    slip_answer = (
        Step(slips.SlipAnswerForm)
        .Titled(_("Slip received or not"))
        .By(Role.DISPUTE)
        .Within(limits.SLIP_ANSWER)
        .Guide("beside/slip")
        .Next(this.is_to_be_charged_back)
    )
    is_to_be_charged_back = (
        flow.If(on_matter(beside.is_to_be_charged_back))
        .Annotation(title=_("To be charged back?"))
        .Then(this.charge_back)
        .Else(this.end_chargeback)
    )

    # 退单, 拒付
    charge_back = (
        Step(slips.ChargeBackForm)
        .Titled(_("Chargeback"))
        .By(Role.DISPUTE)
        .Within(limits.CHARGE_BACK)
        .Guide("beside/chargeback")
        .Next(this.is_charged_back)
    )
    is_charged_back = (
        flow.If(on_matter(beside.is_charged_back))
        .Annotation(title=_("Charged back?"))
        .Then(this.scheme_answer)
        .Else(this.end_chargeback)
    )
    scheme_answer = (
        Step(slips.SchemeAnswerForm)
        .Titled(_("Answer of the scheme"))
        .By(Role.DISPUTE)
        .Within(limits.SCHEME_ANSWER)
        .Guide("beside/chargeback")
        .Next(this.scheme_still_decides)
    )
    scheme_still_decides = (
        flow.If(on_matter(beside.scheme_still_decides))
        .Annotation(title=_("Not its last word?"))
        .Then(this.scheme_answer)
        .Else(this.is_won)
    )
    is_won = (
        flow.If(on_matter(beside.is_won))
        .Annotation(title=_("Won?"))
        .Then(this.enter_recovery)
        .Else(this.end_chargeback)
    )

    # 追偿: what came back, by two people
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
        .Then(this.end_chargeback)
        .Else(this.enter_recovery)
    )

    # A withdrawn complaint comes here, too: what is at the scheme is called off, or has its end
    end_chargeback = (
        Step(slips.EndForm)
        .Titled(_("End the chargeback"))
        .By(Role.DISPUTE)
        .Within(limits.BESIDE_END)
        .Guide("beside/chargeback")
        .Next(this.end)
    )
    end = flow.End()
