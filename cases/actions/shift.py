"""交接班 inside a case: a thing of somebody's shift is given to a colleague, who signs for it or gives it back."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from cases import free_text, kinds_shift as kinds
from cases.actions.turn import Turn
from cases.errors import CaseError, SomeoneWasFirst
from cases.models import HandOver, Promise
from record.journal import stamp

Outcome = HandOver.Outcome


def give(
    turn: Turn, *, shift: UUID, to: User, note: str, task: UUID | None = None, promise: Promise | None = None
) -> HandOver:
    """Put on record that one thing goes to a colleague. Whoever passes it on tells it, with the row among what changed.

    CaseError without a person.
    """
    if turn.user is None:
        raise CaseError(_("Only a person can hand something over."))
    row = HandOver(
        case=turn.case,
        person_key=turn.case.person_key,
        shift=shift,
        by=turn.user,
        to=to,
        task=task,
        promise=promise,
        handed_at=turn.now,
    )
    row.seal(note=note)
    row.save()
    return row


def give_promise(turn: Turn, promise: Promise, *, shift: UUID, to: User, note: str) -> HandOver:
    """A promise is kept by a colleague from now on. Raises SomeoneWasFirst when it is kept, or another's, by now."""
    held = _locked(turn, promise)
    if held.kept_at is not None:
        raise SomeoneWasFirst(_("This promise was kept before."), who=held.by.display_name, when=held.kept_at)
    if turn.user is None or held.by_id != turn.user.pk:
        raise SomeoneWasFirst(_("%(who)s keeps this promise.") % {"who": held.by.display_name})
    note = free_text.written(note, field="note")
    held.by = to
    held.save(update_fields=["by"])
    row = give(turn, shift=shift, to=to, note=note, promise=held)
    turn.tell(
        kinds.PROMISE_HANDED_OVER,
        data={**_about(held), "to": to.display_name, "to_number": to.staff_number},
        personal={"note": note} if note else {},
        changed=[held, row],
    )
    return row


def sign_promise(turn: Turn, row: HandOver) -> None:
    """The colleague signs for a promise; one that was kept meanwhile, or is another's, is gone."""
    held = _locked(turn, row.promise)
    if held.kept_at is not None or held.by_id != row.to_id:
        return gone(turn, row)
    answer(turn, row, Outcome.SIGNED)
    turn.tell(kinds.PROMISE_SIGNED, data=_about(held), changed=[row])


def give_promise_back(turn: Turn, row: HandOver, *, reason: str) -> None:
    """The colleague does not take it: it is with whoever had it; one kept meanwhile, or another's, is gone."""
    held = _locked(turn, row.promise)
    if held.kept_at is not None or held.by_id != row.to_id:
        return gone(turn, row)
    held.by = row.by
    held.save(update_fields=["by"])
    answer(turn, row, Outcome.REFUSED, reason=reason)
    turn.tell(
        kinds.PROMISE_HANDED_BACK,
        data={**_about(held), "to": row.by.display_name, "to_number": row.by.staff_number},
        personal={"reason": reason},
        changed=[held, row],
    )


def answer(turn: Turn, row: HandOver, outcome: Outcome, *, reason: str = "") -> HandOver:
    """What came of it, and when; told by whoever calls."""
    row.outcome, row.answered_at = outcome, turn.now
    row.seal(reason=reason)
    row.save(update_fields=["outcome", "answered_at", "reason"])
    return row


def gone(turn: Turn, row: HandOver) -> None:
    """It was done, or came into other hands, before anybody answered."""
    answer(turn, row, Outcome.GONE)
    turn.tell(kinds.HAND_OVER_GONE, data={"hand_over": str(row.uuid)}, changed=[row])


def of_step(turn: Turn, task: UUID, *, to: User | None) -> HandOver | None:
    """The row of a step that waits for this person's answer; none when it was not handed over with a shift."""
    found = HandOver.objects.waiting().filter(task=task, to=to).select_related("person_key", "by").first()
    if found is not None:
        found.case = turn.case
    return found


def waiting(turn: Turn, row: HandOver) -> HandOver | None:
    """The row as it stands under the lock of its case; none when it was answered meanwhile."""
    rows = HandOver.objects.waiting().select_related("person_key", "by", "to", "promise")
    return rows.filter(pk=row.pk, case=turn.case).first()


def _locked(turn: Turn, promise: Promise | None) -> Promise:
    """Read again under the lock of its case: two people may have it in view. CaseError when it is another's."""
    if promise is None or promise.case_id != turn.case.pk:
        raise CaseError(_("This promise belongs to another complaint."))
    return Promise.objects.select_related("person_key", "by").get(pk=promise.pk)


def _about(promise: Promise) -> dict[str, object]:
    return {"promise": str(promise.uuid), "due_at": stamp(promise.due_at)}
