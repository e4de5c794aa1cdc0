"""Samples 抽样: the seed goes on record before the cases are read, then they are drawn, and anybody draws the same.

An auditor cannot draw until he likes it: each sample stays on record with its seed, one of the same filters says that
it is drawn again and why, and a sample that is given up says why (docs/decisions/0047-samples-and-audit-sheets.md).
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases import free_text, kinds_sample as kinds, strata
from cases.errors import CaseError, NotAllowed, SomeoneWasFirst
from cases.models import AuditSheet, Case, Sample
from cases.sampling import Drawing, Drawn, TooFew, allotted
from knowledge import standards
from record import clock, keys
from record.history import Tracked, acting
from record.journal import Fact, Kind, append

LONGEST: Final = 500
MOST: Final = 300  # complaints in one sample
BYTES: Final = 32  # of a seed the machine makes
GIVEN: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z .:,/_-]{4,98}[0-9A-Za-z]", re.ASCII)
State, Origin = Sample.State, Sample.Origin


@dataclass(frozen=True)
class Plan:
    """What is asked for before there is a seed: which cases, laid out by what, how many, and what for.

    `seed` is empty for one of the machine; a given one says in `origin_note` where it was drawn and who saw it.
    """

    filters: Mapping[str, str]
    dimensions: Sequence[str]
    size: int
    purpose: str
    seed: str = ""
    origin_note: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Verified:
    """What came of drawing once more. `same`: the same list. `moved`: the cases of the filter are not those of then.

    `missing` are drawn and would not be now, `new` would be and are not.
    """

    same: bool
    moved: bool
    population: int
    digest: str
    missing: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


def plan(*, user: User, cases: QuerySet[Case], asked: Plan) -> Sample:
    """Put the seed on record, with what it will draw from. NotAllowed; CaseError names the field.

    How many cases each stratum has is read before; which ones there are is read after, by `draw`.
    """
    _may(user)
    if set(asked.dimensions) - strata.DIMENSIONS.keys():
        raise CaseError(_("Choose one of the list."), field="dimensions")
    share(strata.counted(cases, asked.dimensions), asked.size)
    texts = _texts(asked)
    with transaction.atomic(), acting(user.actor()):
        made = Sample(by=user, filters=dict(asked.filters), dimensions=list(asked.dimensions), size=asked.size)
        made.again_of = before(asked.filters)
        if made.again_of is not None and not texts["reason"]:
            raise CaseError(_("Say why these are drawn from again."), field="reason")
        made.seed, made.origin = (asked.seed, Origin.GIVEN) if asked.seed else (os.urandom(BYTES).hex(), Origin.MACHINE)
        pack = standards.current()
        made.standards_version, made.standards = pack.version, [one.kept() for one in pack.all]
        made.seeded_at, made.person_key = clock.now(), keys.create_key(made.uuid)
        made.seal(**texts)
        made.save()
        _tell(made, user, kinds.SEEDED, _planned(made), {name: text for name, text in texts.items() if text})
    return made


def draw(*, sample: Sample, cases: QuerySet[Case], user: User) -> Sample:
    """Draw what was planned, by its seed. NotAllowed; SomeoneWasFirst when it is drawn; CaseError: too few left.

    One pass; an audit sheet for each case, in the order of the sample.
    """
    _may(user)
    with _locked(sample, user) as mine:
        if mine.state != State.SEEDED:
            raise SomeoneWasFirst(_("This sample is drawn already."), who=mine.by.display_name, when=mine.drawn_at)
        made = strata.drawing(cases, mine.dimensions, seed=mine.seed, size=mine.size)
        shares = share(made.sizes, mine.size)
        mine.state, mine.drawn_at = State.DRAWN, clock.now()
        mine.population, mine.population_digest = made.population, made.digest
        mine.strata = [[name, made.sizes[name], shares[name]] for name in sorted(made.sizes)]
        mine.save()
        drawn = made.drawn()
        sheets = _sheets(mine, drawn)
        told = {
            "count": len(drawn),
            "population": made.population,
            "population_digest": made.digest,
            "strata": mine.strata,
            "references": [one.reference for one in drawn],
        }
        _tell(mine, user, kinds.DRAWN, told, changed=[mine, *sheets])
    return mine


def verify(*, sample: Sample, cases: Iterable[tuple[str, str]], user: User | None = None) -> Verified:
    """Draw once more from this population, (reference, stratum) of each case by reference; on record when a user asks.

    CaseError when it was not drawn yet, or nothing like it can be drawn any more.
    """
    if sample.drawn_at is None:
        raise CaseError(_("This sample is not drawn yet."))
    made = Drawing(sample.seed, sample.size).add_all(cases)
    kept = list(sample.sheets.order_by("position").values_list("position", "case__reference", "stratum"))
    try:
        now = [(one.position, one.reference, one.stratum) for one in made.drawn()]
    except TooFew:
        now = []
    before_, after = ([reference for _at, reference, _stratum in rows] for rows in (kept, now))
    found = Verified(
        same=kept == now,
        moved=made.digest != sample.population_digest,
        population=made.population,
        digest=made.digest,
        missing=tuple(reference for reference in before_ if reference not in after),
        new=tuple(reference for reference in after if reference not in before_),
    )
    if user is not None:
        with transaction.atomic():
            _tell(sample, user, kinds.VERIFIED, {"same": found.same, "moved": found.moved, "digest": found.digest})
    return found


def give_up(*, sample: Sample, user: User, reason: str) -> Sample:
    """Audit no more of it; what was marked stays. NotAllowed; SomeoneWasFirst; CaseError at `reason`."""
    _may(user)
    reason = free_text.written(reason, field="reason", required=True, longest=LONGEST)
    with _locked(sample, user) as mine:
        if not mine.is_open:
            raise SomeoneWasFirst(_("This sample has ended already."), when=mine.ended_at)
        mine.state, mine.ended_at, mine.ended_by = State.GIVEN_UP, clock.now(), user
        mine.seal(end_reason=reason)
        mine.save()
        _tell(mine, user, kinds.GIVEN_UP, {}, {"reason": reason}, changed=[mine])
    return mine


def before(filters: Mapping[str, str]) -> Sample | None:
    """The newest sample of the very same filters; none when it is the first. Another's counts as well."""
    return Sample.objects.filter(filters=dict(filters)).order_by("-seeded_at", "-pk").first()


def share(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """How many each stratum gets, or a CaseError at `size` or `dimensions` in words."""
    if len(sizes) > strata.MOST:
        raise CaseError(
            _("These are more than %(most)d strata: leave one of them out.") % {"most": strata.MOST}, field="dimensions"
        )
    if not 0 < size <= MOST:
        raise CaseError(_("Give a number from 1 to %(most)d.") % {"most": MOST}, field="size")
    if size < len(sizes):
        told = {"strata": len(sizes)}
        raise CaseError(_("There are %(strata)d strata, and each gives one complaint at least.") % told, field="size")
    try:
        return allotted(sizes, size)
    except TooFew:
        told = {"there": sum(sizes.values())}
        raise CaseError(_("The filter leaves %(there)d complaints only.") % told, field="size") from None


def _texts(asked: Plan) -> dict[str, str]:
    """What was written, checked: by the names of its columns."""
    purpose = free_text.written(asked.purpose, field="purpose", required=True, longest=LONGEST)
    reason = free_text.written(asked.reason, field="reason", longest=LONGEST)
    given = bool(asked.seed)
    note = free_text.written(asked.origin_note, field="origin_note", required=given, longest=LONGEST) if given else ""
    if given and not GIVEN.fullmatch(asked.seed):
        raise CaseError(_("A seed has 6 to 100 letters, digits, blanks and signs like : . , / _ -."), field="seed")
    return {"purpose": purpose, "reason": reason, "origin_note": note}


def _planned(sample: Sample) -> dict[str, Any]:
    return {
        "size": sample.size,
        "seed": sample.seed,
        "origin": str(sample.origin),
        "standards": sample.standards_version,
        "filters": sample.filters,
        "dimensions": sample.dimensions,
        "again_of": str(sample.again_of.uuid) if sample.again_of else "",
    }


def _sheets(sample: Sample, drawn: Sequence[Drawn]) -> list[AuditSheet]:
    cases = {case.reference: case for case in Case.objects.filter(reference__in=[one.reference for one in drawn])}
    made = []
    for one in drawn:
        case = cases[one.reference]
        sheet = AuditSheet(sample=sample, case=case, position=one.position, stratum=one.stratum)
        sheet.unit_id = case.handling_unit_id
        sheet.save()
        made.append(sheet)
    return made


@contextmanager
def _locked(sample: Sample, user: User) -> Iterator[Sample]:
    """A fresh copy, locked, in one transaction with what is told of it."""
    rows = Sample.objects.select_for_update(no_key=True, of=("self",)).select_related("by", "person_key")
    with transaction.atomic(), acting(user.actor()):
        yield rows.get(pk=sample.pk)


def _may(user: User) -> None:
    if not may_somewhere(user, Verb.AUDIT):
        raise NotAllowed


def _tell(
    sample: Sample,
    user: User,
    kind: Kind,
    data: Mapping[str, Any],
    personal: Mapping[str, str] | None = None,
    changed: Sequence[Tracked] = (),
) -> None:
    """A fact in the sample's own stream; a new sample is told with its first."""
    rows = changed or ([sample] if kind is kinds.SEEDED else [])
    append(sample.stream, Fact(kind, data, personal or {}, changed=rows), actor=user.actor(), key=sample.person_key)
