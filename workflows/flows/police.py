from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from accounts.permissions import Verb
from accounts.roles import Role
from cases import beside
from cases.models import PoliceReport
from knowledge import limits
from workflows.base import BesideFlow
from workflows.forms import police
from workflows.nodes import Gather, Step, on_matter


class PoliceFlow(BesideFlow):
    """Police report and stop of the payee's account

    The customer reports; the bank asks the police platform for a stop. No paper and no stop bar anything.
    """

    process_title = _("Police report and payee's stop")
    on_withdrawal = "end_police"
    matter = PoliceReport
    opening = Verb.OPEN_POLICE
    opening_form = police.OpenForm

    start = flow.StartHandle(this.for_matter).Next(this.police_at_once)

    police_at_once = (
        flow.Split()
        .Annotation(title=_("At once"))
        .Next(this.ask_payee_stop)
        .Next(this.police_papers)
    )

    # 紧急止付: 48 hours, once more before it lapses, and no third time; the police order it, we mirror it
    ask_payee_stop = (
        Step(police.PayeeStopForm)
        .Titled(_("Payee's emergency stop"))
        .By(Role.FRAUD)
        .Within(limits.PAYEE_STOP)
        .Guide("beside/payee-stop")
        .Next(this.is_payee_stopped)
    )
    is_payee_stopped = (
        flow.If(on_matter(beside.is_payee_stopped))
        .Annotation(title=_("In force?"))
        .Then(this.stop_payee_again)
        .Else(this.police_done)
    )
    stop_payee_again = (
        Step(police.PayeeStopForm)
        .Titled(_("Payee's emergency stop, once more"))
        .By(Role.FRAUD)
        .Within(limits.PAYEE_STOP_AGAIN)
        .Guide("beside/payee-stop")
        .Next(this.police_done)
    )

    # 报警: which paper the police gave, of three kinds, or none
    police_papers = (
        Step(police.PapersForm)
        .Titled(_("Report to the police"))
        .By(Role.FRAUD)
        .Within(limits.POLICE_PAPERS)
        .Guide("beside/police")
        .Next(this.papers_to_come)
    )
    papers_to_come = (
        flow.If(on_matter(beside.has_papers_to_come))
        .Annotation(title=_("More to come?"))
        .Then(this.police_filing)
        .Else(this.police_done)
    )
    police_filing = (
        Step(police.FilingForm)
        .Titled(_("Filing by the police"))
        .By(Role.FRAUD)
        .Within(limits.POLICE_FILING)
        .Guide("beside/police")
        .Next(this.police_done)
    )

    police_done = (
        Gather()
        .Titled(_("Stop and report"))
        .Next(this.end_police)
    )
    end_police = (
        Step(police.EndForm)
        .Titled(_("End the police report"))
        .By(Role.FRAUD)
        .Within(limits.BESIDE_END)
        .Guide("beside/police")
        .Next(this.end)
    )
    end = flow.End()
