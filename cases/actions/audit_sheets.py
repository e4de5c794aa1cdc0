"""Audit sheets 检查底稿: one case of a sample marked by each standard, signed once, its findings fed back to a unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import Branch, User
from accounts.permissions import Verb, may_somewhere
from cases import free_text, kinds_sample as kinds
from cases.actions.turn import Turn, turn
from cases.errors import CaseError, NotAllowed, SomeoneWasFirst
from cases.models import AuditFinding, AuditMark, AuditSheet, Case, Rectification, Sample
from knowledge import limits, policies, standards
from knowledge.standards import Standard
from record import journal

LONGEST: Final = 2000
Severity = AuditFinding.Severity
LIMITS: Final[Mapping[str, str]] = {
    Severity.MINOR: limits.RECTIFY_MINOR,
    Severity.SERIOUS: limits.RECTIFY_SERIOUS,
    Severity.GRAVE: limits.RECTIFY_GRAVE,
}


@dataclass(frozen=True)
class Given:
    """What an auditor gives one standard: a mark, a remark, and how grave a finding it is ("" when it is none)."""

    value: str
    remark: str = ""
    severity: str = ""


def sign(*, sheet: AuditSheet, user: User, given: Mapping[str, Given], unit: Branch | None = None) -> AuditSheet:
    """Every standard marked; it stands from now on. `unit` is who the findings go to, else who handled the case.

    NotAllowed; SomeoneWasFirst when it is signed; CaseError at `<standard>`, or at its remark or severity.
    """
    if not may_somewhere(user, Verb.AUDIT):
        raise NotAllowed
    with turn(sheet.case, user=user) as hand:
        mine = _locked(sheet)
        kept = _checked(mine.sample.pinned, given)
        marks = [_mark(mine, hand, one, kept[one.key]) for one in mine.sample.pinned]
        found = [
            _finding(mine, hand, one, kept[one.key], unit or mine.unit)
            for one in mine.sample.pinned
            if kept[one.key].severity
        ]
        weights = {one.key: one.weight for one in mine.sample.pinned}
        mine.score = standards.score(weights, {key: mark.value for key, mark in kept.items()})
        mine.signed_by, mine.signed_at = user, hand.now
        mine.save()
        _tell(mine, hand, marks, found)
    return mine


def still_to_sign(sheet: AuditSheet) -> None:
    """Raises SomeoneWasFirst, who signed it and when, once it is signed."""
    if sheet.signed_by is not None:
        who = sheet.signed_by.display_name
        raise SomeoneWasFirst(_("This sheet is signed already."), who=who, when=sheet.signed_at)


def due_at(severity: str, since: datetime, zone: str) -> datetime:
    """Until when a finding of this severity is to be put right, counted in natural days. UTC."""
    return policies.rule(LIMITS[severity]).due(since, zone)


def say(sheet: AuditSheet, hand: Turn, *facts: journal.Fact) -> None:
    """What is told of the case goes first, then what is told in the sample's stream: streams in the order of names."""
    hand.write()
    journal.append(sheet.sample.stream, *facts, actor=hand.actor, key=hand.case.person_key)


def _tell(sheet: AuditSheet, hand: Turn, marks: list[AuditMark], found: list[tuple[AuditFinding, Any, str]]) -> None:
    score = "" if sheet.score is None else str(sheet.score)
    about = {"score": score, "findings": len(found), "sample": str(sheet.sample.uuid)}
    hand.tell(kinds.CASE_AUDITED, data=about)
    signed = {**about, "sheet": str(sheet.uuid), "reference": hand.case.reference, "position": sheet.position}
    signed["marks"] = {mark.standard: str(mark.value) for mark in marks}
    facts = [journal.Fact(kinds.SHEET_SIGNED, signed, changed=[sheet, *marks])]
    for one, first, text in found:
        told = {
            "finding": str(one.uuid),
            "reference": hand.case.reference,
            "standard": one.standard,
            "severity": str(one.severity),
            "unit": one.unit.code,
            "due_at": journal.stamp(one.due_at),
        }
        facts.append(journal.Fact(kinds.FINDING, told, {"text": text}, changed=[one, first]))
    if last := _completed(sheet, hand):
        facts.append(last)
    say(sheet, hand, *facts)


def _completed(sheet: AuditSheet, hand: Turn) -> journal.Fact | None:
    """The last sheet of a sample ends it."""
    sample = sheet.sample
    if sample.sheets.filter(signed_at=None).exists():
        return None
    sample.state, sample.ended_at, sample.ended_by = Sample.State.CLOSED, hand.now, hand.user
    sample.save()
    return journal.Fact(kinds.COMPLETED, {}, changed=[sample])


def _locked(sheet: AuditSheet) -> AuditSheet:
    """The sheet as it stands, and its sample, both locked. SomeoneWasFirst; CaseError when the sample was given up."""
    rows = AuditSheet.objects.select_for_update(no_key=True, of=("self", "sample"))
    mine: AuditSheet = rows.select_related("sample", "unit").get(pk=sheet.pk)
    still_to_sign(mine)
    if mine.sample.state != Sample.State.DRAWN:
        raise CaseError(_("This sample has ended; nothing more is marked in it."))
    return mine


def _checked(pinned: tuple[Standard, ...], given: Mapping[str, Given]) -> dict[str, Given]:
    """What was given, each standard once, with what it has to say. CaseError at the field of the standard."""
    kept = {}
    for one in pinned:
        mark = given.get(one.key, Given(""))
        if mark.value not in AuditMark.Value.values:
            raise CaseError(_("Mark every standard."), field=one.key)
        if mark.severity and mark.severity not in Severity.values:
            raise CaseError(_("Choose one of the list."), field=f"{one.key}.severity")
        if mark.severity and mark.value not in (standards.PARTLY, standards.UNMET):
            raise CaseError(_("What is met, or does not apply, is no finding."), field=f"{one.key}.severity")
        remark = free_text.written(mark.remark, field=f"{one.key}.remark", longest=LONGEST)
        if mark.value in (standards.PARTLY, standards.UNMET) and not any(sign.isalpha() for sign in remark):
            raise CaseError(_("Say in words what is amiss."), field=f"{one.key}.remark")
        kept[one.key] = Given(mark.value, remark, mark.severity)
    return kept


def _mark(sheet: AuditSheet, hand: Turn, standard: Standard, given: Given) -> AuditMark:
    mark = AuditMark(sheet=sheet, standard=standard.key, value=given.value, person_key=hand.case.person_key)
    mark.seal(remark=given.remark)
    mark.save()
    return mark


def _finding(
    sheet: AuditSheet, hand: Turn, standard: Standard, given: Given, unit: Branch
) -> tuple[AuditFinding, Rectification, str]:
    """A finding with its first round, and its text."""
    case: Case = hand.case
    made = AuditFinding(sheet=sheet, standard=standard.key, severity=given.severity, unit=unit, found_by=hand.user)
    made.person_key, made.found_at = case.person_key, hand.now
    made.due_at = due_at(given.severity, hand.now, case.zone)
    made.place(unit)
    made.seal(text=given.remark)
    made.save()
    return made, begin(made, 1, hand), given.remark


def begin(finding: AuditFinding, number: int, hand: Turn) -> Rectification:
    """A round of putting it right begins."""
    made = Rectification(finding=finding, number=number, asked_at=hand.now, due_at=finding.due_at)
    made.person_key = hand.case.person_key
    made.save()
    return made
