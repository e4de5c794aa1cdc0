"""What is told of text messages to the customer, of loss reports made formal by order, and of stops ended outside."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register


def _kind(name: str, sentence: "str | Promise", *personal: str) -> Kind:
    return register(Kind(name, sentence, personal))


ORDER_NOT_WANTED = _kind("order.not_wanted", _("The order is not sent any more: it is not needed."))

TEXT_ORDERED = _kind("text.ordered", _("A text message to the customer was ordered."))
TEXT_SENT = _kind("text.sent", _("A text message went to the customer at %(sent_at)s, receipt %(receipt)s."))
TEXT_REJECTED = _kind("text.rejected", _("A text message to the customer was not sent."))
TEXT_BY_PHONE = _kind("text.by_phone", _("The customer was told by phone what no text message told him."))
TEXTS_DECLINED = _kind("text.declined", _("The customer wants no text messages."))
TEXTS_WANTED = _kind("text.wanted", _("The customer wants text messages again."))
# In an access stream: the number is opened only to hand it to the gateway.
PHONE_OPENED = _kind(
    "text.phone_opened", _("The telephone number of complaint %(reference)s was opened to send a text message.")
)

FORMAL_AGREED = _kind(
    "formal_loss.agreed", _("The customer agreed that his loss report is made formal, proof %(proof)s.")
)
FORMAL_ORDERED = _kind("formal_loss.ordered", _("The card system was told to make the loss report formal."))
FORMAL_BY_ITSELF = _kind(
    "formal_loss.by_itself",
    _("The temporary loss report is about to lapse; as the customer agreed, it is made formal by order."),
)
FORMAL_CONFIRMED = _kind(
    "formal_loss.confirmed", _("The loss report is formal since %(effective_at)s, receipt %(receipt)s.")
)
FORMAL_REJECTED = _kind(
    "formal_loss.rejected", _("The card system did not make the loss report formal; do it by hand."), "reason"
)
FORMAL_OUTSIDE = _kind(
    "formal_loss.outside",
    _("The card system says that the loss report was made formal elsewhere, at %(effective_at)s."),
)
STOP_GONE = _kind(
    "control.gone",
    _("ALARM: the card system says (%(receipt)s) that the card is not stopped any more, since %(ended_at)s."),
)
