"""What was said to and by the customer, and what was promised; a promise has a clock like any limit."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.roles import Role
from cases import free_text, kinds, rules
from cases.actions import deadlines, states, texts, urging
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Case, Contact, Promise
from knowledge import limits
from knowledge.messages import Template
from record.journal import stamp

ENOUGH_TRIES, WAYS = 3, 2


def add_contact(
    turn: Turn,
    *,
    direction: str,
    channel: str,
    note: str = "",
    reached: bool = True,
    happened_at: datetime | None = None,
) -> Contact:
    """Record one contact. `happened_at` is when they spoke (now when not said), never to come.

    A contact in which the customer was reached says what was said; an attempt may stand without a note.
    """
    states.not_archived(turn)
    text = free_text.written(note, field="note", required=reached)
    contact = Contact(
        case=turn.case,
        person_key=turn.case.person_key,
        direction=_chosen(direction, Contact.Direction.values, "direction"),
        channel=_chosen(channel, Case.Channel.values, "channel"),
        reached=reached,
        happened_at=states.happened(happened_at or turn.now, turn, field="happened_at"),
        recorded_at=turn.now,
        by=turn.user,
    )
    contact.seal(note=text)
    contact.save()
    data = {"contact": str(contact.uuid), "direction": contact.direction, "channel": channel, "reached": reached}
    turn.tell(kinds.CONTACT_ADDED, data=data, changed=[contact], happened_at=contact.happened_at)
    if reached:
        keep_in_touch(turn, since=contact.happened_at)
        if direction == Contact.Direction.OUT:
            urging.answered(turn)
    return contact


def keep_in_touch(turn: Turn, *, since: datetime) -> None:
    """Until the decision is told, the holder of a card hears from the bank within the house's days of the last time.

    A try in which he was not reached changes nothing (card-fraud.md 2g).
    """
    if rules.is_card_fraud(turn.case) and not rules.is_over(turn.case):
        deadlines.stop(turn, subject=turn.case.uuid, key=limits.NEXT_CONTACT, at=since)
        role = str(Role.CONSUMER_PROTECTION)
        deadlines.start(turn, limits.NEXT_CONTACT, subject=turn.case.uuid, at=since, role=role)


def first_contact(
    turn: Turn,
    *,
    channel: str,
    happened_at: datetime,
    note: str,
    reached: bool,
    letter: str = "",
    papers_asked: bool = False,
) -> Contact:
    """首次联系 by the handler. CaseError names the field.

    Not reached counts after enough tries (see `has_tried_enough`) and with the number of a letter. `papers_asked`: a
    text reminds the customer of the papers he was asked for.
    """
    letter = free_text.code(letter, field="letter", typed=turn.user is not None) if letter else ""
    if not reached and not has_tried_enough(turn.case, now_by=channel):
        raise CaseError(
            _("Three tries by two ways are needed before a letter takes the place of a call."), field="reached"
        )
    if not reached and not letter:
        raise CaseError(_("Give the number of the letter that was sent."), field="letter")
    contact = add_contact(
        turn, direction=Contact.Direction.OUT, channel=channel, note=note, reached=reached, happened_at=happened_at
    )
    about: dict[str, object] = {"contact": str(contact.uuid)}
    if reached:
        turn.tell(kinds.CONTACT_FIRST, data=about, happened_at=happened_at)
    else:
        turn.tell(kinds.CONTACT_LETTER, data={**about, "letter": letter}, happened_at=happened_at)
        keep_in_touch(turn, since=contact.happened_at)
    if papers_asked:
        texts.write(turn, Template.PAPERS_ASKED)
    return contact


def has_tried_enough(case: Case, *, now_by: str) -> bool:
    """Three tries by two ways, the one just made `now_by` a channel included (card-fraud.md 2g). One query."""
    tried = list(case.contacts.filter(direction=Contact.Direction.OUT, reached=False).values_list("channel", flat=True))
    return len(tried) + 1 >= ENOUGH_TRIES and len({*tried, now_by}) >= WAYS


def promise(turn: Turn, *, what: str, due_at: datetime) -> Promise:
    """Promise the customer something by a moment to come; the limit starts now. A person promises, never the system."""
    states.still_open(turn)
    if turn.user is None:
        raise CaseError(_("Only a person can promise something."))
    text = free_text.written(what, field="what", required=True)
    if due_at.utcoffset() is None:
        raise CaseError(_("The time needs a time zone."), field="due_at")
    made = Promise(
        case=turn.case,
        person_key=turn.case.person_key,
        by=turn.user,
        made_at=turn.now,
        due_at=due_at,
        recorded_at=turn.now,
    )
    made.seal(what=text)
    made.save()
    data = {"promise": str(made.uuid), "due_at": stamp(due_at)}
    turn.tell(kinds.PROMISE_MADE, data=data, changed=[made])
    deadlines.promise_deadline(turn, subject=made.uuid, due_at=due_at)
    return made


def keep_promise(turn: Turn, *, promise: Promise, kept_at: datetime | None = None) -> Promise:
    """The promise was kept, at `kept_at` (now when not said); its limit ends then, in time or late."""
    if promise.case_id != turn.case.pk:
        raise CaseError(_("This promise belongs to another complaint."))
    # Read again under the lock: two people may tick the same promise.
    promise = Promise.objects.select_related("person_key").get(pk=promise.pk)
    if promise.kept_at is not None:
        raise CaseError(_("This promise was kept before."))
    moment = kept_at or turn.now
    promise.kept_at = states.happened(moment, turn, field="kept_at", since=promise.made_at)
    promise.save(update_fields=["kept_at"])
    data = {"promise": str(promise.uuid), "due_at": stamp(promise.due_at), "late": promise.kept_at >= promise.due_at}
    turn.tell(kinds.PROMISE_KEPT, data=data, changed=[promise], happened_at=promise.kept_at)
    deadlines.stop(turn, subject=promise.uuid, at=promise.kept_at)
    return promise


def _chosen(value: str, choices: list[str], field: str) -> str:
    if value not in choices:
        raise CaseError(_("Choose one of the list."), field=field)
    return value
