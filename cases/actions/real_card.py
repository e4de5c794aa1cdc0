"""真卡核验: where the real card was, seen how and when (法释〔2021〕10号 arts. 5 and 6)."""

from datetime import datetime

from django.utils.translation import gettext as _

from cases import free_text, kinds
from cases.actions import evidence, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Evidence, RealCardCheck
from knowledge.evidence import EvidenceKind

Finding, Means = RealCardCheck.Finding, RealCardCheck.Means


def check_real_card(
    turn: Turn,
    *,
    finding: str,
    checked_at: datetime,
    means: str = "",
    country: str = "",
    place: str = "",
    proof: str = "",
) -> RealCardCheck:
    """Record what was found of the real card at `checked_at` (UTC, never to come). `proof`: number of what shows it.

    A card that was seen says how and in which country, and by any means but a word on the phone its proof. A refusal
    or a card that is gone bars nothing: it is noted, and the decision weighs it. CaseError names the field.
    """
    states.still_open(turn)
    states.happened(checked_at, turn, field="checked_at")
    if finding not in Finding.values:
        raise CaseError(_("Choose one of the list."), field="finding")
    seen = finding == Finding.HELD
    if seen:
        _must_be_said(means, country, proof)
    check = RealCardCheck(
        case=turn.case,
        person_key=turn.case.person_key,
        finding=finding,
        means=means if seen else "",
        country=country.upper() if seen else "",
        checked_at=checked_at,
        by=turn.user,
        recorded_at=turn.now,
        proof=_on_file(turn, proof, checked_at) if seen and proof else None,
    )
    check.seal(place=free_text.written(place, field="place", longest=120) if seen else "")
    check.save()
    data = {"check": str(check.uuid), "finding": finding, "means": check.means, "country": check.country}
    turn.tell(KINDS[Finding(finding)], data=data, changed=[check], happened_at=checked_at)
    return check


def _must_be_said(means: str, country: str, proof: str) -> None:
    if means not in Means.values:
        raise CaseError(_("Say how the card was seen."), field="means")
    if len(country) != 2 or not (country.isascii() and country.isalpha()):
        raise CaseError(_("Say in which country the card was."), field="country")
    if means != Means.SAID and not proof.strip():
        raise CaseError(_("Give the number of what shows it: reading record, photo or recording."), field="proof")


def _on_file(turn: Turn, proof: str, at: datetime) -> Evidence:
    return evidence.add_reference(turn, kind=EvidenceKind.CARD_WHEREABOUTS, reference=proof, happened_at=at)


KINDS = {
    Finding.HELD: kinds.REAL_CARD_SEEN,
    Finding.GONE: kinds.REAL_CARD_GONE,
    Finding.REFUSED: kinds.REAL_CARD_REFUSED,
    Finding.UNREACHED: kinds.REAL_CARD_UNREACHED,
}
