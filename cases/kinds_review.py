"""What can be told after the decision: not content, review, mediation, arbitration, lawsuit, legal hold."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register


def _kind(name: str, sentence: "str | Promise", *personal: str) -> Kind:
    return register(Kind(name, sentence, personal))


DISSENT_OPENED = _kind("dissent.opened", _("The customer is not content with the decision."), "what")
DISSENT_ANSWERED = _kind("dissent.answered", _("Level %(level)s answered the customer."), "words")
DISSENT_CONTENT = _kind("dissent.content", _("The customer is content now, after level %(level)s."))
DISSENT_KEPT = _kind("dissent.kept", _("The customer is not content after three answers; the remedies stay open."))

REVIEW_ASKED = _kind("review.asked", _("A review was applied for in writing, application %(application)s."), "what")
REVIEW_ADMITTED = _kind("review.admitted", _("The application for a review was admitted."))
REVIEW_REFUSED = _kind("review.refused", _("The application for a review was not admitted."), "note")
REVIEW_CHECKED = _kind(
    "review.checked", _("Process, time limits and result were checked."), "process", "limits", "result"
)
REVIEW_DECIDED = _kind(
    "review.decided", _("A review decision was drafted: %(total)s more for the customer."), "reasons"
)
REVIEW_LEVEL = _kind("review.level_chosen", _("The review decision waits for its level of authority."))
REVIEW_APPROVED = _kind("review.approved", _("The review decision was approved: %(total)s more."), "reason")
REVIEW_RETURNED = _kind("review.returned", _("The review decision was returned for change."), "reason")
REVIEW_TOLD = _kind("review.told", _("The customer was told in writing what came of the review, proof %(proof)s."))
REVIEW_TAKEN_BACK = _kind("review.taken_back", _("The customer took the application for a review back."), "reason")
SUPPLEMENT_ENTERED = _kind(
    "supplement.entered", _("Payment of %(total)s after the review entered, voucher %(receipt)s.")
)
SUPPLEMENT_BOOKED = _kind("supplement.booked", _("Payment of %(total)s after the review booked, voucher %(receipt)s."))
SUPPLEMENT_RETURNED = _kind(
    "supplement.returned",
    _("Payment after the review was entered wrongly and goes back, voucher %(receipt)s."),
    "reason",
)

PROCEEDING_BEGAN = _kind(
    "proceeding.began", _("A mediation, arbitration or lawsuit is on record, number %(number)s."), "body"
)
PROCEEDING_ENDED = _kind("proceeding.ended", _("Mediation, arbitration or lawsuit %(number)s ended."), "result")
HOLD_BEGAN = _kind("hold.began", _("A legal hold began: nothing of this case is destroyed."), "why")
HOLD_ENDED = _kind("hold.ended", _("A legal hold ended."), "reason")
ARCHIVE_OPENED = _kind("archive.opened", _("The file was taken out of the archive: the customer is not content."))
ARCHIVE_CLOSED = _kind("archive.closed", _("The file went back into the archive."))
