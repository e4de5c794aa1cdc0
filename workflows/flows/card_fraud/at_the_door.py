"""Who may speak for the customer, and what comes late: the card's number, his word on the stop."""

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from accounts.roles import Role
from cases import rules
from cases.actions import answers, control, transactions
from knowledge import limits
from knowledge.evidence import EvidenceKind as Evidence
from workflows.forms import (
    card,
    door,
    late,
)
from workflows.nodes import Ask, Instruct, Step, on_case


class AtTheDoor:
    """Completion waits for all of it, the decision for none."""

    # Who stands at the door. 授权: whoever reports in the customer's place shows that he may (2020 No.3 art. 14). The
    # stop never waits for it; the telling does, and completion. On the case page the complaint may be left unhandled.
    obtain_mandate = (
        Step(door.MandateForm)
        .Titled(_("Obtain the mandate"))
        .By(Role.CONSUMER_PROTECTION)
        .Within(limits.MANDATE)
        .Guide("card-fraud/mandate")
        .Next(this.is_mandate_awaited)
    )
    is_mandate_awaited = (
        Ask(rules.awaits_mandate)
        .Annotation(title=_("Another mandate to obtain?"))
        .Then(this.obtain_mandate)
        .Else(this.whole)
    )
    # What comes late: the card's number, or the customer's word on the stop. The decision waits for neither, completion
    # for both; a later change of mind opens `offer_stop` once more from the case page (workflows.verbs.late).
    find_card = (
        Step(late.FindCardForm)
        .Titled(_("Find the card"))
        .By(Role.AGENT)
        .Within(limits.FIND_CARD)
        .Guide("card-fraud/find-card")
        .Next(this.is_card_found)
    )
    is_card_found = (
        Ask(rules.has_card)
        .Annotation(title=_("Card found?"))
        .Then(this.card_is_late)
        .Else(this.whole)
    )
    card_is_late = (
        flow.Split()
        .Annotation(title=_("As soon as the card is known"))
        .Next(this.order_late_stop, case=on_case(rules.wants_stop))
        .Next(this.offer_stop, case=on_case(rules.has_refused_stop))
        .Next(this.list_late)
        .Next(this.is_credit_card)
    )
    offer_stop = (
        Step(late.OfferStopForm)
        .Titled(_("Offer the stop again"))
        .By(Role.AGENT)
        .Within(limits.OFFER_STOP)
        .Guide("card-fraud/offer-stop")
        .Next(this.wants_stop_now)
    )
    wants_stop_now = (
        Ask(rules.wants_stop)
        .Annotation(title=_("Stop it now?"))
        .Then(this.order_late_stop)
        .Else(this.whole)
    )
    order_late_stop = (
        Instruct("card", control.order_loss_report)
        .Titled(_("Order the late loss report"))
        .Within(limits.CARD_ORDER)
        .Confirmed(answers.loss_reported)
        .Rejected(this.late_stop_by_hand)
        .Silent(this.late_stop_by_hand)
        .Next(this.is_stopped_too_late)
    )
    late_stop_by_hand = (
        Step(card.StopByHandForm)
        .Titled(_("Late loss report by hand"))
        .By(Role.SUPERVISOR)
        .NotBy(this.find_card, this.offer_stop)
        .Within(limits.STOP_BY_HAND)
        .Needs(Evidence.STOP_RECEIPT)
        .Guide("card-fraud/stop-by-hand")
        .Next(this.is_stopped_too_late)
    )
    # a stop that came after the telling needs its end as well: nobody asks "Card stopped?" again
    is_stopped_too_late = (
        Ask(rules.needs_card_end)
        .Annotation(title=_("Told, and the card stopped since?"))
        .Then(this.end_card)
        .Else(this.whole)
    )
    list_late = (
        Instruct("card", transactions.order_transactions)
        .Titled(_("Fetch the late card's transactions"))
        .Within(limits.CARD_ORDER)
        .Confirmed(answers.transactions_listed)
        .Rejected(this.list_late_by_hand)
        .Silent(this.list_late_by_hand)
        .Next(this.whole)
    )
    list_late_by_hand = (
        Step(late.ListByHandForm)
        .Titled(_("The late card's transactions by hand"))
        .By(Role.FRAUD)
        .Within(limits.STOP_BY_HAND)
        .Needs(Evidence.TRANSACTION_LIST)
        .Guide("card-fraud/find-card")
        .Next(this.whole)
    )
