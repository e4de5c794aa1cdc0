"""Questions about a case that steer its way. Plain Python: takes the case as it is in hand, changes nothing."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol


class Case(Protocol):
    """What the questions look at; `cases.models.Case` is one. Its records are asked by their own words (`owed()`)."""

    kind: Any
    card_id: int | None
    card: Any
    disputed_total: Decimal | None
    stop_declined_at: datetime | None
    stop_wanted_at: datetime | None
    told_at: datetime | None
    withdrawn_at: datetime | None
    transactions: Any
    controls: Any
    money: Any
    letter: Any
    processes: Any
    measures: Any
    evidence: Any
    representatives: Any
    tasks: Any
    advances: Any


def is_card_fraud(case: Case) -> bool:
    """A card payment was not the customer's."""
    return str(case.kind) == "card_fraud"


def has_card(case: Case) -> bool:
    """The card is known."""
    return case.card_id is not None


def wants_stop(case: Case) -> bool:
    """The card is known and the customer has not refused to have it stopped, or has changed his mind since."""
    return case.card_id is not None and not is_stop_declined(case)


def is_stop_declined(case: Case) -> bool:
    """The last word on the stop was no, or not yet."""
    declined, wanted = case.stop_declined_at, case.stop_wanted_at
    return declined is not None and (wanted is None or wanted < declined)


def lacks_card(case: Case) -> bool:
    """Nobody knows the card yet."""
    return case.card_id is None


def has_refused_stop(case: Case) -> bool:
    """The card is known, and the customer does not want it stopped."""
    return case.card_id is not None and is_stop_declined(case)


def awaits_mandate(case: Case) -> bool:
    """Somebody reported in the customer's place, and it is not settled whether he may (2020 No.3 art. 14)."""
    return bool(case.representatives.filter(mandate=None).exists())


def needs_card_end(case: Case) -> bool:
    """It is over, and a card stopped since then waits for nobody to say what becomes of it."""
    if not is_over(case) or not case.controls.losses().running().filter(chosen_end="").exists():
        return False
    return not case.tasks.open().filter(flow_task__endswith=".end_card").exists()


def is_credit_card(case: Case) -> bool:
    """The money left by a credit card: the account needs protection while the matter is open (art. 7.2)."""
    return case.card is not None and str(case.card.kind) == "credit"


def is_over(case: Case) -> bool:
    """The customer has the decision, or took the complaint back."""
    return case.told_at is not None or case.withdrawn_at is not None


def needs_restoring(case: Case) -> bool:
    """The account of a credit card has to be put right: decided, or taken back while the account is held."""
    return is_credit_card(case) and (case.withdrawn_at is None or is_account_held(case))


def is_account_held(case: Case) -> bool:
    """The core ledger holds something of the account for this matter."""
    return bool(case.measures.on_account().standing().exists())


def is_held_again(case: Case) -> bool:
    """The account was restored already and is held all the same: the hold came late."""
    if not is_over(case) or not is_account_held(case):
        return False
    return bool(case.evidence.filter(kind="restore_receipt").exists())


def has_collection_to_tell(case: Case) -> bool:
    """It is over, and collection still stands stopped."""
    return is_over(case) and bool(case.measures.of_collection().standing().exists())


def has_mark_to_end(case: Case) -> bool:
    """It is over, and the objection is still marked on the credit record."""
    return is_over(case) and bool(case.measures.standing().filter(kind="credit_mark").exists())


def may_have_failed_debits(case: Case) -> bool:
    """A debit card's money was gone for a while: direct debits and loan payments may have failed."""
    debit = case.card is not None and str(case.card.kind) == "debit"
    return debit and case.withdrawn_at is None and disputes_anything(case)


def needs_credit_check(case: Case) -> bool:
    """A credit card's bad records are withdrawn, or proved not to exist; not when the complaint was taken back.

    A card nobody knows yet may turn out to be one.
    """
    return case.withdrawn_at is None and (case.card is None or is_credit_card(case))


def is_told(case: Case) -> bool:
    """The customer has the decision; the statutory clock stands."""
    return case.told_at is not None


def is_told_in_writing(case: Case) -> bool:
    """The decision goes out in writing, so the letter is checked, issued and sealed; not what is read on the phone."""
    return str(case.letter.way) == "written"


def is_withdrawn(case: Case) -> bool:
    """The customer took the complaint back."""
    return case.withdrawn_at is not None


def disputes_anything(case: Case) -> bool:
    """At least one transaction is disputed."""
    return bool(case.disputed_total)


def pays_anything(case: Case) -> bool:
    """An approved sum is not yet with the customer."""
    return bool(case.money.owed().exists())


def is_card_stopped(case: Case) -> bool:
    """The customer's loss report on the card has begun and not ended; what others ordered is not his to end."""
    return any(control.is_loss and control.ended_at is None for control in case.controls.all())


def needs_new_card(case: Case) -> bool:
    """The card is compromised (forged, stolen online, lost): it is replaced, never just released."""
    return bool(case.transactions.compromising().exists())


def runs_beside(case: Case) -> bool:
    """Slips, inquiry letters or police reports are still under way: the file stays out of the archive."""
    return bool(case.processes.beside().filter(finished=None).exists())


def has_advance_open(case: Case) -> bool:
    """An advance is not settled: not paid yet, or neither set off nor given back or written off."""
    return bool(case.advances.filter(ended_at=None).exists())
