"""Papers of complaints that are not the usual one: what is not known or never was is said, and nothing breaks."""

import json
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.utils import translation

from accounts.models import AuthorityLimit
from accounts.models.authority import LimitKind
from accounts.roles import Role
from cases.exports.scope import Scope
from cases.models import Case
from record import seals
from record.body import canonical
from tests.factories.cases import CaseFactory
from tests.journey import Journey, Staff
from tests.workflows import beside, roads
from tests.workflows.test_journeys_of_the_panel import votes
from workflows.flows import AdvanceFlow, ChargebackFlow, InquiryFlow, PoliceFlow
from workflows.papers import answers, dossier, printing, proof
from workflows.papers.seeing import Seeing

pytestmark = pytest.mark.django_db


def papers(case: Case, staff: Staff, *, clear: bool = False) -> tuple[str, str, dict[str, Any]]:
    """Dossier, proof and what a machine reads, in English, before they are set."""
    seal = seals.seal(also=[case.stream])
    assert seal is not None
    ids = frozenset([case.pk] if clear else [])
    scope = Scope(staff.auditor, "en", [case.pk], [case.stream], seal, clear=ids)
    with translation.override("en"):
        seeing = Seeing.of(scope, case.pk)
        (paper,) = dossier.papers_of(seeing)
        said = answers.of(seeing)
        package = proof.paper_of(seeing, said)
        told = json.loads(canonical(proof.told(seeing, said)))
        return unescape(printing.page_of(paper, scope)), unescape(printing.page_of(package, scope)), told


def test_a_complaint_without_a_card_has_two_answers_and_no_board(staff: Staff) -> None:
    whole, short, told = papers(roads.general(staff).case, staff)
    assert set(told["answers"]) == {"told", "decided"}
    for paper in (whole, short):
        assert "There is no burden board" in paper
        assert "When was the card stopped?" not in paper
        assert "No transaction is disputed." in paper


def test_a_complaint_taken_over_says_that_it_does_not_know_when_the_bank_was_told(staff: Staff) -> None:
    case = CaseFactory.create(
        handling_unit=staff.bank.outlet, imported_from="cfpb", external_id="1", customer=None, card=None
    )
    whole, short, told = papers(case, staff)
    assert told["answers"]["told"]["at"] is None
    assert told["answers"]["stopped"] == {"at": None, "declined_at": None, "entries": []}
    for paper in (whole, short):
        assert "Not known: the complaint was taken over from another system" in paper
        assert "No stop is on record." in paper


def test_who_voted_how_stands_in_the_fourth_answer(staff: Staff) -> None:
    AuthorityLimit(
        role=Role.LIABILITY, kind=LimitKind.LIABILITY, amount=Decimal("1.00"), valid_from=date(2000, 1, 1)
    ).save()
    journey = roads.does(roads.until(Journey.begin(staff), "decide"), "decide")
    journey.again()
    votes(journey, "vote_legal")
    whole, short, told = papers(journey.case, staff)
    (panel,) = told["answers"]["decided"]["panels"]
    assert {one["by"]: one["in_favour"] for one in panel["votes"]} == {
        staff.consumer_protection.staff_number: True,
        staff.compliance.staff_number: False,
        staff.risk.staff_number: True,
        staff.dispute.staff_number: True,
    }
    assert "Liability panel 1" in short
    assert "真卡核验不足" not in whole + short


def test_what_runs_beside_the_case_is_named_and_what_was_asked_stays_sealed(staff: Staff) -> None:
    journey = roads.until(Journey.begin(staff), "decide")
    for flow in (ChargebackFlow, InquiryFlow, PoliceFlow, AdvanceFlow):
        beside.opens(journey, flow)
    whole, _short, _told = papers(journey.case, staff)
    part = whole[whole.index('id="beside"') : whole.index('id="evidence"')]
    assert part.count("<tr>") - 2 == 5, "four matters and a stop, each under its heads"
    assert "海淘商城" not in whole
    assert "海淘商城" not in papers(journey.again(), staff)[1]
