"""现场接待登记: a visit is taken down, leads to a complaint or not, and ends with the number of its recording.

A visit belongs to no case, so its facts stand in a stream of its own; once it led to a case, in the case's as well.
Whoever holds both locks holds the case first.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Branch, User
from cases import access, free_text, kinds_reception as kinds
from cases.actions import contacts
from cases.actions.turn import Turn
from cases.errors import CaseError, SomeoneWasFirst
from cases.masking import masked_name
from cases.models import Case, Contact, Reception
from record import clock, journal
from record.errors import KeyDestroyed
from record.history import acting
from record.keys import create_key

MOST_VISITORS = 999
IN_CLEAR = ("visitor", "matter", "answer")


def receive(
    *,
    user: User,
    unit: Branch,
    received_at: datetime,
    visitor: str,
    matter: str,
    visitors: int = 1,
    av_number: str = "",
    role: str = "",
    for_whom: User | None = None,
) -> Reception:
    """Take a visit down. `received_at`: when they came, never to come; the recording's number may follow at the end.

    Does not ask whether the person may: the caller does. CaseError names the field at fault.
    """
    if not 1 <= visitors <= MOST_VISITORS:
        raise CaseError(_("Give a number from 1 to %(most)d.") % {"most": MOST_VISITORS}, field="visitors")
    named = free_text.written(visitor, field="visitor", required=True, longest=80)
    about = free_text.written(matter, field="matter", required=True, longest=1000)
    actor = user.actor(role=role, for_whom=for_whom)
    with transaction.atomic(), acting(actor):
        row = Reception(unit=unit, by=user, visitors=visitors, recorded_at=clock.now())
        row.received_at = _happened(received_at, field="received_at")
        row.av_number = free_text.code(av_number, field="av_number") if av_number else ""
        row.place(unit)
        row.person_key = create_key(row.uuid)
        row.seal(visitor=named, matter=about)
        row.visitor_masked = masked_name(named)
        row.save()
        data = {"unit": unit.code, "visitors": visitors, "received_at": journal.stamp(row.received_at)}
        _tell(row, actor, kinds.RECEPTION_TAKEN, data, happened_at=row.received_at)
    return row


def lead_to(turn: Turn, reception: Reception, *, as_contact: bool) -> Reception:
    """The visit is about this case, opened from it or known before. `as_contact`: it stands among the case's contacts.

    CaseError: it led to a case before, or ended otherwise; or the file is in the archive. KeyDestroyed: he was erased.
    """
    row = _locked(reception)
    still_open(row)
    if row.case_id is not None:
        raise CaseError(_("This visit has its outcome already."), field="outcome")
    if as_contact:
        _as_contact(turn, row)
    about = {"reception": str(row.uuid), "unit": row.unit.code, "received_at": journal.stamp(row.received_at)}
    turn.tell(kinds.CASE_VISITED, data=about, happened_at=row.received_at)
    turn.write()  # streams are locked in the order of their names: the case's before the visit's
    row.case, row.outcome = turn.case, Reception.Outcome.CASE
    row.save()
    _falls_with(row, turn.case)
    data = {"case": str(turn.case.uuid), "reference": turn.case.reference}
    _tell(row, turn.actor, kinds.RECEPTION_LED, data)
    return row


def end(
    reception: Reception,
    *,
    user: User,
    ended_at: datetime,
    outcome: str,
    answer: str = "",
    av_number: str = "",
    role: str = "",
    for_whom: User | None = None,
) -> Reception:
    """They were seen off. Without a complaint it says what they were told, or where they were sent (`answer`).

    The recording's number is needed now unless it was typed before. CaseError names the field at fault.
    """
    with _held(reception, user.actor(role=role, for_whom=for_whom)) as (row, actor):
        still_open(row)
        row.outcome = _outcome(row, outcome)
        told = row.outcome != Reception.Outcome.CASE
        row.seal(answer=free_text.written(answer, field="answer", required=told, longest=1000))
        row.av_number = free_text.code(av_number or row.av_number, field="av_number")
        row.ended_at = _happened(ended_at, field="ended_at", since=row.received_at)
        row.save()
        about = {"outcome": str(row.outcome), "av_number": row.av_number, "ended_at": journal.stamp(row.ended_at)}
        _tell(row, actor, kinds.RECEPTION_ENDED, about, happened_at=row.ended_at)
    return row


def still_open(row: Reception) -> None:
    """Raises SomeoneWasFirst, who ended it and when, once the visit has ended."""
    if not row.is_open:
        ended = journal.Entry.objects.filter(stream=row.stream, kind=kinds.RECEPTION_ENDED.name).first()
        who = ended.actor_name if ended else ""
        raise SomeoneWasFirst(_("This visit has ended already."), who=who, when=row.ended_at)


def show(reception: Reception, *, user: User, reason: str) -> dict[str, str]:
    """The sealed values by their names, in clear; the looking is recorded first, with the reason.

    Does not ask whether he may: the caller does. CaseError without a reason. What was erased reads so.
    """
    reason = free_text.written(reason, field="reason", required=True, longest=500)
    access.looked_at_reception(user, reception, kinds.RECEPTION_SHOWN, personal={"reason": reason})
    return {name: _opened(reception, name) for name in IN_CLEAR}


def _opened(row: Reception, name: str) -> str:
    try:
        return row.reveal(name, purpose="shown in clear")
    except KeyDestroyed:
        return _("erased")


def _tell(
    row: Reception,
    actor: journal.Actor,
    kind: journal.Kind,
    data: Mapping[str, object],
    happened_at: datetime | None = None,
) -> None:
    """What happened to the visit, with what was saved of it, at the end of its stream."""
    journal.append(row.stream, journal.Fact(kind, data, happened_at=happened_at, changed=[row]), actor=actor)


def _as_contact(turn: Turn, row: Reception) -> None:
    contacts.add_contact(
        turn,
        direction=Contact.Direction.IN,
        channel=Case.Channel.OUTLET,
        note=row.reveal("matter", purpose="contact on the case"),
        happened_at=row.received_at,
    )


def _falls_with(row: Reception, case: Case) -> None:
    """The visit keeps the key it began with; from now on it is erased with the person of the case."""
    if row.person_key is not None and case.person_key is not None:
        row.person_key.subject = case.person_key.subject
        row.person_key.save(update_fields=["subject"])


def _outcome(row: Reception, outcome: str) -> str:
    if outcome not in Reception.Outcome.values:
        raise CaseError(_("Choose one of the list."), field="outcome")
    if row.case_id is not None and outcome != Reception.Outcome.CASE:
        raise CaseError(_("This visit led to a complaint."), field="outcome")
    if row.case_id is None and outcome == Reception.Outcome.CASE:
        raise CaseError(_("Say which complaint it led to, or open one."), field="outcome")
    return outcome


def _happened(moment: datetime, *, field: str, since: datetime | None = None) -> datetime:
    """With a zone, not to come, not before `since`, to the minute: people type minutes. CaseError at `field`."""
    if moment.utcoffset() is None:
        raise CaseError(_("The time needs a time zone."), field=field)
    if moment > clock.now():
        raise CaseError(_("This time is still to come."), field=field)
    if since is not None and moment < since - timedelta(seconds=since.second, microseconds=since.microsecond):
        raise CaseError(_("This time is too early."), field=field)
    return moment


def _locked(reception: Reception) -> Reception:
    rows = Reception.objects.select_related("unit", "person_key").select_for_update(of=("self",))
    return rows.get(pk=reception.pk)


@contextmanager
def _held(reception: Reception, actor: journal.Actor) -> Iterator[tuple[Reception, journal.Actor]]:
    """The row locked, in one transaction with what is told of it."""
    with transaction.atomic(), acting(actor):
        yield _locked(reception), actor
