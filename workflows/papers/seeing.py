"""A case read whole for a paper, and what of it the export may show in clear. Words papers share."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases.exports.scope import Scope
from cases.exports.sheets import opened
from cases.models import Case, DisputedTransaction, Evidence
from record.body import stamp
from record.sealed import SealedModel

from ..desk import casefile, timeline
from .trail import Proof, Trail

RELATED = (
    *("person_key", "customer__person_key", "card", "handling_unit", "complained_unit", "bearing_unit"),
    *("business_first", "business_final", "cause_first", "cause_final"),
)


@dataclass
class Seeing:
    """One case as a paper of this export shows it. Everything of it is read at once, in the export's snapshot."""

    scope: Scope
    case: Case
    trail: Trail

    @classmethod
    def of(cls, scope: Scope, pk: int) -> "Seeing":
        """Read it. Two queries, and one each for people, branches and cards it names."""
        case = Case.objects.select_related(*RELATED).get(pk=pk)
        casefile.open_file(case)
        return cls(scope, case, Trail(scope.entries([pk]).iterator(chunk_size=1000)))

    @property
    def in_clear(self) -> bool:
        """Whether personal values may stand in it."""
        return self.scope.in_clear(self.case.pk)

    @cached_property
    def disputed(self) -> list[DisputedTransaction]:
        """Its disputed transactions, in the order they were booked."""
        return [one for one in self.case.transactions.all() if one.is_disputed]

    @cached_property
    def evidence(self) -> dict[int, tuple[str, Evidence]]:
        """Its evidence by key, each with the number it has in the papers: E1 happened first."""
        rows = sorted(self.case.evidence.all(), key=lambda row: (row.happened_at, row.pk))
        return {row.pk: (f"E{number}", row) for number, row in enumerate(rows, 1)}

    def number_of(self, evidence: int | None) -> str:
        """The number of a piece of evidence by its key; empty for none."""
        return self.evidence[evidence][0] if evidence in self.evidence else ""

    def text(self, row: SealedModel, field: str) -> str:
        """A sealed text: in clear where that was agreed, else that there is one; empty when there is none."""
        if getattr(row, field) is None:
            return ""
        if not self.in_clear:
            return _("(sealed; not in clear in this export)")
        if row.person_key_id == self.case.person_key_id:
            row.person_key = self.case.person_key
        return opened(row, field, purpose="export")


def when(moment: datetime | None) -> str:
    """A moment to the second, in the bank's zone, in figures that break after the day; empty for none."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else ""


def until(due: datetime | None) -> str:
    """When a limit ends: midnight is 24:00 of the day that ends."""
    return str(timeline.end_words(stamp(due))) if due else ""


def both(happened: datetime | None, recorded: datetime | None) -> str:
    """Both times of a fact, the second with its name; once when they are the same to the second."""
    if not happened or not recorded or abs(recorded - happened) < timedelta(seconds=1):
        return when(happened or recorded)
    return f"{when(happened)}\n" + _("recorded %(at)s") % {"at": when(recorded)}


def span(length: timedelta) -> str:
    """A length of time to the second, without what is nought in front."""
    seconds = abs(round(length.total_seconds()))
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    parts = [
        _("%(n)d d") % {"n": days} if days else "",
        _("%(n)d h") % {"n": hour} if days or hour else "",
        _("%(n)d min") % {"n": minute} if days or hour or minute else "",
        _("%(n)d s") % {"n": second},
    ]
    return " ".join(filter(None, parts))


def money(amount: Decimal | None, currency: str = "") -> str:
    """Figures with thousands, to the fen; empty for none."""
    return " ".join(filter(None, (currency, f"{amount:,.2f}"))) if amount is not None else ""


def person(user: User | None) -> str:
    """Name and staff number; empty for nobody."""
    return f"{user.display_name} {user.staff_number}" if user else ""


def actor(proof: Proof) -> str:
    """Who made an entry: name, staff number, post, in whose place."""
    if proof.number_of_actor == "system":
        return _("the system")
    post = timeline.role_words(proof.role)
    place = _("for %(whom)s") % {"whom": proof.for_whom} if proof.for_whom else ""
    return _(", ").join(filter(None, (f"{proof.actor} {proof.number_of_actor}", post, place)))


def shown(row: Any, field: str) -> str:
    """A choice in words; empty for none."""
    return str(getattr(row, f"get_{field}_display")()) if getattr(row, field) not in (None, "") else ""
