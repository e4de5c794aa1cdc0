"""Erasure: proposed by one person, agreed to or refused by another, taken back; carried out by `erasing`."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may, may_somewhere
from cases import due, free_text, kinds_erasure as kinds, retention
from cases.errors import CaseError, NotAllowed, SomeoneWasFirst
from cases.models import Case, ErasureBatch, ErasureItem
from cases.retention import Keep, Measure, Person
from knowledge import policies
from record import clock, keys
from record.journal import Actor, Fact, Kind, append

LONGEST: Final = 500
State, Outcome = ErasureBatch.State, ErasureItem.Outcome


def may_propose(user: User) -> bool:
    """Of the bank as a whole: a person's key opens him at every branch."""
    return may(user, Verb.PROPOSE_ERASURE, None)


def may_approve(user: User) -> bool:
    """Of the bank as a whole, too; of one's own proposal never (`may_answer`)."""
    return may(user, Verb.APPROVE_ERASURE, None)


def may_read(user: User) -> bool:
    """Who proposes, who agrees, and the auditor."""
    return may_propose(user) or may_approve(user) or may_somewhere(user, Verb.AUDIT)


def to_answer(user: User) -> QuerySet[ErasureBatch]:
    """What waits for this person's yes or no, the longest waiting first; nothing for who may not answer."""
    rows = ErasureBatch.objects.filter(state=State.WAITING).exclude(proposed_by=user)
    return rows.order_by("pk") if may_approve(user) else rows.none()


def may_answer(batch: ErasureBatch, user: User) -> bool:
    """Whether this person may agree to it or refuse it now."""
    return batch.may_be_answered_by(user) and may_approve(user)


def propose(*, user: User, reason: str, most: int = due.MOST) -> ErasureBatch:
    """Everybody whose retention has ended, at most so many. NotAllowed; CaseError at `reason`, or nobody is due."""
    if not may_propose(user):
        raise NotAllowed
    reason = _reason(reason)
    found = due.find(most)
    if not found.due:
        raise CaseError(_("Nobody's retention has ended."))
    return _proposed(user, ErasureBatch.Kind.DUE, reason, found.due, left_out=found.counted)


def propose_request(
    *, user: User, case: Case, reason: str, relation_ended_on: date | None = None
) -> tuple[ErasureBatch | None, list[Keep]]:
    """The person of a complaint asks to be erased: a batch of him alone, or none and what the bank has to keep it by.

    The house's own years do not bind a person who asks, the law's do. NotAllowed; CaseError at a field, or when he was
    erased before.
    """
    if not may_propose(user):
        raise NotAllowed
    reason = _reason(reason)
    if relation_ended_on is not None and relation_ended_on > clock.now().date():
        raise CaseError(_("This day is still to come."), field="relation_ended_on")
    person = of_case(case, Measure(by_law_alone=True, relation_ended_on=relation_ended_on))
    if not person.keys:
        raise CaseError(_("This person was erased before."))
    if person.keeps:
        return None, person.keeps
    more = {"relation_ended_on": relation_ended_on}
    return _proposed(user, ErasureBatch.Kind.REQUEST, reason, [person], **more), []


def of_case(case: Case, measure: Measure) -> Person:
    """The person of a complaint as he stands: its customer, or the complaint itself while nobody is known."""
    key = case.customer.person_key if case.customer is not None else case.person_key
    subject = key.subject if key is not None else None
    if subject is None:
        raise CaseError(_("Nothing of this complaint is sealed."))
    return retention.look([subject], measure)[subject]


def approve(*, batch: ErasureBatch, user: User, looked: bool) -> ErasureBatch:
    """A second person agrees, having made sure of what this system does not know. NotAllowed, SomeoneWasFirst.

    CaseError at `looked` without it: 到期鉴定 is a person's act.
    """
    if not looked:
        raise CaseError(_("Confirm that you made sure of it."), field="looked")
    return _answered(batch, user, State.APPROVED, kinds.APPROVED, "")


def refuse(*, batch: ErasureBatch, user: User, reason: str) -> ErasureBatch:
    """A second person does not agree; nobody of it is erased. NotAllowed, SomeoneWasFirst; CaseError at `reason`."""
    return _answered(batch, user, State.REFUSED, kinds.REFUSED, _reason(reason))


def take_back(*, batch: ErasureBatch, user: User) -> ErasureBatch:
    """Whoever proposed it takes it back before it is answered. NotAllowed, SomeoneWasFirst."""
    with transaction.atomic():
        mine = locked(batch)
        if mine.proposed_by_id != user.pk:
            raise NotAllowed
        _still_waits(mine)
        mine.state, mine.ended_at = State.WITHDRAWN, clock.now()
        mine.save(update_fields=["state", "ended_at"])
        _drop(mine)
        tell(mine, kinds.WITHDRAWN, user.actor(), {})
    return mine


def counts(batch: ErasureBatch) -> dict[str, int]:
    """How many persons of it have which outcome; those who wait under "waiting". One query."""
    rows = batch.items.order_by().values_list("outcome").annotate(Count("pk"))
    return {outcome or "waiting": count for outcome, count in rows}


def of_person(subject: UUID) -> ErasureItem | None:
    """By which batch a person was erased; None when he was not, or otherwise."""
    rows = ErasureItem.objects.filter(subject=subject, outcome=Outcome.ERASED).select_related("batch")
    return rows.order_by("pk").first()


def locked(batch: ErasureBatch) -> ErasureBatch:
    """A fresh copy, locked until the transaction ends."""
    rows = ErasureBatch.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("person_key", "proposed_by", "answered_by").get(pk=batch.pk)


def tell(
    batch: ErasureBatch, kind: Kind, actor: Actor, data: Mapping[str, Any], personal: Mapping[str, str] | None = None
) -> None:
    """A fact in the batch's own stream."""
    append(batch.stream, Fact(kind, data, personal or {}), actor=actor, key=batch.person_key)


def _proposed(user: User, kind: str, reason: str, people: list[Person], **more: Any) -> ErasureBatch:
    try:
        with transaction.atomic():
            made = ErasureBatch(kind=kind, proposed_by=user, proposed_at=clock.now(), total=len(people), **more)
            made.policy_version = policies.current_version()
            made.person_key = keys.create_key(made.uuid)
            made.seal(reason=reason)
            made.save(force_insert=True)
            # Rows of the batch's own making, in no history: told together in the entry below.
            ErasureItem.objects.bulk_create(
                ErasureItem(batch=made, number=number, subject=person.subject, cases=person.references)
                for number, person in enumerate(people, start=1)
            )
            told = {"kind": str(kind), "count": len(people), "left_out": made.left_out, "policy": made.policy_version}
            tell(made, kinds.PROPOSED, user.actor(), told, {"reason": reason})
    except IntegrityError as error:
        if "erasure_waits_once" not in str(error):
            raise
        raise SomeoneWasFirst(_("One of them waits in another batch already.")) from None
    return made


def _answered(batch: ErasureBatch, user: User, state: str, kind: Kind, reason: str) -> ErasureBatch:
    if batch.proposed_by_id == user.pk or not may_approve(user):
        raise NotAllowed
    with transaction.atomic():
        mine = locked(batch)
        _still_waits(mine)
        mine.state, mine.answered_by, mine.answered_at = state, user, clock.now()
        if reason:
            mine.seal(refusal=reason)
            mine.ended_at = mine.answered_at
            _drop(mine)
        mine.save(update_fields=["state", "answered_by", "answered_at", "ended_at", "refusal"])
        tell(mine, kind, user.actor(), {}, {"reason": reason} if reason else {})
    return mine


def _still_waits(batch: ErasureBatch) -> None:
    if batch.state != State.WAITING:
        who = batch.answered_by.display_name if batch.answered_by else ""
        raise SomeoneWasFirst(who=who, when=batch.answered_at or batch.ended_at)


def _drop(batch: ErasureBatch) -> None:
    """Nobody of it waits any more: the next batch may hold him."""
    batch.items.filter(outcome=Outcome.WAITING).update(outcome=Outcome.DROPPED, done_at=clock.now())


def _reason(text: str) -> str:
    return free_text.written(text, field="reason", required=True, longest=LONGEST)
