"""What can be told of who stands at the door, and of what comes late: mandates, repeated calls, card and stop."""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

CASE_UNHANDLED = register(
    Kind(
        "case.unhandled",
        _("No mandate came: the complaint is not handled, notice %(notice)s went to whoever reported."),
        ("reason",),
    )
)
MANDATE_GIVEN = register(Kind("mandate.given", _("The mandate of whoever reported is on file.")))
MANDATE_CONFIRMED = register(Kind("mandate.confirmed", _("The holder himself confirmed the complaint."), ("note",)))
CALL_REPEATED = register(Kind("call.repeated", _("The matter was reported again; the call was added to this case.")))
CASE_REPEATED = register(
    Kind("case.repeated", _("The matter was reported again and case %(second)s opened on purpose."), ("why",))
)
CASE_IS_SECOND = register(Kind("case.is_second", _("Opened on purpose beside the open case %(first)s."), ("why",)))
STOP_WANTED = register(Kind("control.wanted", _("The customer now wants the card stopped.")))
STOP_STILL_REFUSED = register(
    Kind(
        "control.still_refused", _("Asked once more and warned, the customer still does not want a stop."), ("reason",)
    )
)
CARD_FOUND = register(Kind("card.found", _("The card is known now.")))
CARD_NOT_FOUND = register(
    Kind("card.not_found", _("The card is still not known; the reason is on record."), ("reason",))
)
