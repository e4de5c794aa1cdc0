"""What can be told of an advance: asked, answered, paid, set off, given back, written off."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register


def _kind(name: str, sentence: "str | Promise", *personal: str) -> Kind:
    return register(Kind(name, sentence, personal))


OPENED = _kind("advance.opened", _("An advance payment is to be asked for."))
ASKED = _kind(
    "advance.asked", _("An advance of %(amount)s was asked for; undertaking number %(undertaking)s."), "reasons"
)
LEVEL = _kind("advance.level_chosen", _("The advance goes to the level its sum needs."))
APPROVED = _kind("advance.approved", _("The advance of %(amount)s was approved."), "reason")
RETURNED = _kind("advance.returned", _("The advance of %(amount)s was returned for change."), "reason")
REFUSED = _kind("advance.refused", _("The advance of %(amount)s was refused."), "reason")
GIVEN_UP = _kind("advance.given_up", _("No advance is paid."), "reason")
OVERTAKEN = _kind("advance.overtaken", _("The advance was not paid before the complaint was decided or withdrawn."))
PREPARED = _kind("advance.prepared", _("The payment of the advance of %(amount)s was prepared."))
SENT_BACK = _kind("advance.sent_back", _("The payment of the advance of %(amount)s went back to be changed."), "reason")
RELEASED = _kind("advance.released", _("The advance of %(amount)s was checked and released for payment."))
ORDERED = _kind("advance.ordered", _("The advance of %(amount)s was ordered from the core ledger."))
TYPED = _kind("advance.typed", _("The advance of %(amount)s was paid at the core terminal, voucher %(receipt)s."))
PAID = _kind("advance.paid", _("The customer has the advance of %(amount)s since %(paid_at)s."))
SET_OFF = _kind("advance.set_off", _("Of the decided sum %(amount)s was set off against the advance."))
NOTICED = _kind(
    "advance.noticed",
    _("The customer was told that %(amount)s of the advance is to come back, number %(notice)s; not before %(from)s."),
)
BACK_ENTERED = _kind("advance.back_entered", _("%(amount)s of the advance came back, voucher %(receipt)s."))
BACK_DEBITED = _kind(
    "advance.back_debited",
    _("%(amount)s of the advance was debited with the customer's consent %(consent)s, voucher %(receipt)s."),
)
BACK_BOOKED = _kind("advance.back_booked", _("%(amount)s of the advance given back was checked, voucher %(receipt)s."))
BACK_RETURNED = _kind(
    "advance.back_returned", _("%(amount)s of the advance was entered wrongly and goes back."), "reason"
)
NOT_BACK = _kind("advance.not_back", _("The customer has not given %(amount)s of the advance back."), "note")
CLAIMED_ON = _kind("advance.claimed_on", _("%(amount)s of the advance is asked back once more."), "reasons")
WRITE_OFF_ASKED = _kind(
    "advance.write_off_asked", _("It was asked to write off %(amount)s of the advance as goodwill."), "reasons"
)
WRITE_OFF_LEVEL = _kind("advance.write_off_level", _("The write-off goes to the level its sum needs."))
WRITTEN_OFF = _kind("advance.written_off", _("%(amount)s of the advance was written off as goodwill."), "reason")
WRITE_OFF_RETURNED = _kind(
    "advance.write_off_returned", _("The write-off of %(amount)s was returned for change."), "reason"
)
WRITE_OFF_REFUSED = _kind("advance.write_off_refused", _("The write-off of %(amount)s was refused."), "reason")
SETTLED = _kind("advance.settled", _("The advance of %(amount)s is settled."))
