"""Who is away and who stands in."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts import kinds
from accounts.actions.warrant import By, beginning, changing, ending, locked, whole
from accounts.errors import Refused
from accounts.models import Absence, User
from accounts.permissions import Verb
from record.journal import Fact, append, stamp


def record_absence(
    *,
    user: User,
    substitute: User | None,
    by: By,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Absence:
    """A person is away from `since` (None = now) to before `until` (None = until he is back). Raises Refused."""
    with changing(by, Verb.MANAGE_PEOPLE, user.branch) as actor:
        person = locked(user)
        if substitute is not None and not substitute.is_active:
            raise Refused(_("The substitute's account is deactivated."), field="substitute")
        absence = Absence(user=person, substitute=substitute, since=beginning(since, by), until=until)
        whole(absence)
        absence.save()
        told = {
            "since": stamp(absence.since),
            "until": until and stamp(until),
            "substitute": str(substitute) if substitute else None,
        }
        append(person.stream, Fact(kinds.ABSENCE_RECORDED, told, changed=[absence]), actor=actor)
    if substitute is not None:
        substitute.forget_posts()
    return absence


def end_absence(*, absence: Absence, by: By, until: datetime | None = None) -> Absence:
    """The person is back at `until` (None = now), earlier or later than told before. Raises Refused."""
    with changing(by, Verb.MANAGE_PEOPLE, absence.user.branch) as actor:
        person = locked(absence.user)
        away = locked(absence)
        if away.until is not None and away.until <= ending(None, away.since, by):
            raise Refused(_("This absence is over."), field="until")
        away.until = ending(until, away.since, by)
        whole(away)
        away.save()
        append(person.stream, Fact(kinds.ABSENCE_ENDED, {"until": stamp(away.until)}, changed=[away]), actor=actor)
        return away
