"""Questions about a matter beside the case that steer its flow. They change nothing."""

from cases.models import Advance, Chargeback, Dissent, Inquiry, PayeeStop, PoliceReport, Review

Stage = Chargeback.Stage


def is_charged_back(matter: Chargeback) -> bool:
    """It went to the scheme; dropped or too late otherwise."""
    return matter.stage == Stage.CHARGED


def is_to_be_charged_back(matter: Chargeback) -> bool:
    """The desk goes on with it: the slip speaks for the customer, or none came."""
    return matter.pursued


def scheme_still_decides(matter: Chargeback) -> bool:
    """The scheme has not said its last word."""
    return matter.stage in (Stage.CHARGED, Stage.REPRESENTED, Stage.ARBITRATION)


def is_won(matter: Chargeback) -> bool:
    """The scheme decided for us: money comes back."""
    return matter.stage == Stage.WON


def is_recovered(matter: Chargeback | Inquiry) -> bool:
    """What came back is booked; what the checker sent back is not."""
    return matter.is_recovered


def is_sent(matter: Inquiry) -> bool:
    """The letter is on its way or was answered."""
    return matter.sent_at is not None


def is_answered(matter: Inquiry) -> bool:
    """An answer came."""
    return matter.answered_at is not None


def brings_money(matter: Inquiry) -> bool:
    """The addressee bears something, or pays first."""
    return bool(matter.share)


def is_payee_stopped(matter: PoliceReport) -> bool:
    """The payee's account stands stopped by the platform and may be stopped once more."""
    last = matter.payee_stops.last()
    return last is not None and last.outcome == PayeeStop.Outcome.IN_FORCE and last.number < PayeeStop.MOST


def has_papers_to_come(matter: PoliceReport) -> bool:
    """The police took the report and have not filed the case yet."""
    return matter.outcome in (PoliceReport.Outcome.RECEIPT, PoliceReport.Outcome.NO_PAPER) and matter.filing is None


def is_content(matter: Dissent) -> bool:
    """He is content now: no further level answers."""
    return matter.ended_at is not None


def is_admitted(matter: Review) -> bool:
    """The superior body looks at it."""
    return matter.stage == Review.Stage.ADMITTED


def gives_more(matter: Review) -> bool:
    """The review added something that is to be paid; nothing when it was taken back, refused or upheld."""
    return matter.ended_at is None and bool(matter.total)


def is_supplement_paid(matter: Review) -> bool:
    """What the review added is booked; what the checker sent back is not."""
    return matter.ended_at is not None


def is_asked_for(matter: Advance) -> bool:
    """An advance waits for its approval; given up otherwise."""
    return matter.stage == Advance.Stage.WAITING


def is_prepared(matter: Advance) -> bool:
    """The maker put the advance up for payment; back to whoever asked otherwise."""
    return matter.stage == Advance.Stage.PREPARED


def is_released(matter: Advance) -> bool:
    """The checker found the advance right; back to the maker otherwise."""
    return matter.stage == Advance.Stage.RELEASED


def is_advanced(matter: Advance) -> bool:
    """The customer has the advance."""
    return matter.paid_at is not None


def is_settled(matter: Advance) -> bool:
    """Nothing of the advance is left above the decision."""
    return matter.ended_at is not None


def is_given_back(matter: Advance) -> bool:
    """Something of the advance came back and waits to be checked."""
    return matter.stage == Advance.Stage.ENTERED


def is_to_be_written_off(matter: Advance) -> bool:
    """It was asked to leave the rest with the customer."""
    return matter.stage == Advance.Stage.WRITE_OFF
