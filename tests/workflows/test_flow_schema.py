"""Names of flows and nodes stand in rows and exports: they are schema, and a flow that is not whole does not start."""

import ast
import inspect
import xml.etree.ElementTree as ElementTree

import pytest
from django.core.checks import run_checks
from viewflow import this
from viewflow.workflow import chart, flow
from viewflow.workflow.fields import get_flow_ref, get_task_ref, import_task_by_ref

from accounts.roles import Role
from cases import rules
from cases.actions import control
from knowledge import limits
from workflows import checks, flows, table
from workflows.base import CaseFlow
from workflows.flows import FLOWS, CardFraudFlow
from workflows.models import FlowVersion, StepTask
from workflows.nodes import Instruct, Step, on_case

# Renaming one of these breaks every row that holds it: write a data migration with the new name, then change it here.
SCHEMA = {
    "workflows/flows.card_fraud.CardFraudFlow": (
        "start",
        "stop_loss",
        "at_once",
        "wants_stop",
        "order_stop",
        "stop_by_hand",
        "check_real_card",
        "ask_for_logs",
        "keep_evidence",
        "first_contact",
        "stop_companions",
        "is_credit_card",
        "protect_account",
        "order_hold",
        "hold_by_hand",
        "stop_collection",
        "mark_credit_record",
        "obtain_mandate",
        "is_mandate_awaited",
        "find_card",
        "is_card_found",
        "card_is_late",
        "offer_stop",
        "wants_stop_now",
        "order_late_stop",
        "late_stop_by_hand",
        "is_stopped_too_late",
        "list_late",
        "list_late_by_hand",
        "knows_card",
        "list_transactions",
        "trace",
        "ready_to_decide",
        "decide",
        "needs_panel",
        "call_panel",
        "panel_votes",
        "vote_consumer",
        "vote_legal",
        "vote_risk",
        "vote_business",
        "all_voted",
        "panel_minutes",
        "is_adopted",
        "propose",
        "approve",
        "draft_letter",
        "in_writing",
        "check_letter",
        "issue_letter",
        "seal_letter",
        "tell",
        "put_right",
        "needs_credit_check",
        "correct_credit_record",
        "judge_risk",
        "pays_anything",
        "pay",
        "check_payment",
        "order_credit",
        "ask_core",
        "core_has_paid",
        "pay_by_hand",
        "check_by_hand",
        "needs_restoring",
        "order_restore",
        "restore_by_hand",
        "is_held_again",
        "collection_is_stopped",
        "end_collection",
        "record_is_marked",
        "end_credit_mark",
        "debits_may_have_failed",
        "repair_debits",
        "card_is_stopped",
        "end_card",
        "order_card_end",
        "end_card_by_hand",
        "whole",
        "close",
        "call_back",
        "archive",
        "end",
    ),
    "workflows/flows.general.GeneralFlow": (
        "start",
        "look_into",
        "draft_letter",
        "in_writing",
        "check_letter",
        "issue_letter",
        "seal_letter",
        "tell",
        "close",
        "call_back",
        "archive",
        "end",
    ),
    "workflows/flows.chargeback.ChargebackFlow": (
        "start",
        "ask_slip",
        "slip_answer",
        "is_to_be_charged_back",
        "charge_back",
        "is_charged_back",
        "scheme_answer",
        "scheme_still_decides",
        "is_won",
        "enter_recovery",
        "check_recovery",
        "is_recovered",
        "end_chargeback",
        "end",
    ),
    "workflows/flows.inquiry.InquiryFlow": (
        "start",
        "send_inquiry",
        "chase_first",
        "answered_first",
        "chase_second",
        "answered_second",
        "chase_third",
        "answered_third",
        "report_silence",
        "brings_money",
        "enter_recovery",
        "check_recovery",
        "is_recovered",
        "end_inquiry",
        "end",
    ),
    "workflows/flows.police.PoliceFlow": (
        "start",
        "police_at_once",
        "ask_payee_stop",
        "is_payee_stopped",
        "stop_payee_again",
        "police_papers",
        "papers_to_come",
        "police_filing",
        "police_done",
        "end_police",
        "end",
    ),
    "workflows/flows.dissent.DissentFlow": (
        "start",
        "respond_first",
        "content_first",
        "respond_second",
        "content_second",
        "respond_third",
        "end",
    ),
    "workflows/flows.review.ReviewFlow": (
        "start",
        "admit_review",
        "is_admitted",
        "check_review",
        "decide_review",
        "approve_review",
        "tell_review",
        "gives_more",
        "pay_supplement",
        "check_supplement",
        "supplement_is_paid",
        "end",
    ),
    "workflows/flows.advance.AdvanceFlow": (
        "start",
        "ask_advance",
        "is_asked_for",
        "approve_advance",
        "pay_advance",
        "is_prepared",
        "check_advance",
        "is_released",
        "order_advance",
        "ask_core_advance",
        "core_has_advanced",
        "pay_advance_by_hand",
        "check_advance_by_hand",
        "decision_told",
        "is_advanced",
        "is_settled",
        "tell_excess",
        "take_back",
        "is_given_back",
        "check_back",
        "is_all_back",
        "ask_write_off",
        "is_to_be_written_off",
        "approve_write_off",
        "end",
    ),
}
ROW = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def test_flows_and_nodes_are_named_as_their_rows_have_them():
    assert {get_flow_ref(one): tuple(node.name for node in table.nodes_of(one)) for one in FLOWS} == SCHEMA


@pytest.mark.parametrize("one", FLOWS)
def test_no_name_stands_in_two_parts_of_a_flow(one):
    parts = one.__mro__[: one.__mro__.index(CaseFlow)]
    names = [name for part in parts for name in _written(part)]
    assert set(names) >= {node.name for node in one.instance.nodes()}
    assert len(names) == len(set(names))


def _written(part):
    """Names a class body gives, read from its source: the engine copies what is inherited."""
    (body,) = ast.parse(inspect.getsource(part)).body
    for line in body.body:
        for target in line.targets if isinstance(line, ast.Assign) else ():
            yield target.id


def test_a_node_is_found_by_what_its_row_holds():
    for name, nodes in SCHEMA.items():
        for node in nodes:
            found = import_task_by_ref(f"{name}.{node}")
            assert get_task_ref(found) == f"{name}.{node}"


def test_names_fit_their_columns():
    longest = max(len(f"{name}.{node}") for name, nodes in SCHEMA.items() for node in nodes)
    assert longest <= (StepTask._meta.get_field("flow_task").max_length or 0)
    assert max(len(node) for nodes in SCHEMA.values() for node in nodes) <= 40, "a duty is named after its step"


@pytest.mark.parametrize("one", FLOWS)
def test_every_flow_is_drawn_and_exported_as_bpmn(one):
    svg = ElementTree.fromstring(chart.grid_to_svg(chart.calc_layout_data(one)))
    assert svg.tag.endswith("svg")
    whole = ElementTree.fromstring(
        chart.grid_to_bpmn(chart.calc_layout_data(one, edge_start_gap_size=0, edge_end_gap_size=0))
    )

    process = whole.find(f"{ROW}process")
    assert process is not None
    ids = {element.get("id") for element in process}
    assert {f"id_node_{node.name}" for node in one.instance.nodes()} <= ids
    ways = process.findall(f"{ROW}sequenceFlow")
    assert len(ways) == sum(1 for node in one.instance.nodes() for _edge in node._outgoing())
    assert {way.get("sourceRef") for way in ways} | {way.get("targetRef") for way in ways} <= ids


@pytest.mark.django_db
def test_a_version_is_written_once_and_changes_with_the_table(monkeypatch):
    first = table.version_of(CardFraudFlow)
    assert table.version_of(CardFraudFlow) == first
    assert FlowVersion.objects.count() == 1

    table.version_digest.cache_clear()
    monkeypatch.setattr(CardFraudFlow.trace, "limit", limits.LIABILITY)
    try:
        second = table.version_of(CardFraudFlow)
    finally:
        table.version_digest.cache_clear()

    assert second.digest != first.digest
    assert FlowVersion.objects.count() == 2


def test_the_digest_does_not_depend_on_the_reader_s_language():
    from django.utils import translation

    table.version_digest.cache_clear()
    with translation.override("en"):
        english = table.version_digest(CardFraudFlow)
    table.version_digest.cache_clear()
    with translation.override("zh-hans"):
        assert table.version_digest(CardFraudFlow) == english


# what is not whole ----------------------------------------------------------------------------------------------------


class HalfDoneFlow(CaseFlow):
    """Written by somebody in a hurry."""

    on_withdrawal = "way_out"
    start = flow.StartHandle(this.for_case).Next(this.no_post)
    no_post = (
        Step(None)
        .Within(limits.TRACE)
        .Starts(limits.FIRST_HOP, "card_fraud.no_such")
        .Ends(limits.PROPOSAL_DECIDED)
        .Guide("card-fraud/trace")
        .Next(this.for_an_auditor)
    )
    for_an_auditor = (
        Step(None).By(Role.AUDITOR).Within("card_fraud.forgotten").NotBy(this.for_an_auditor).Next(this.no_twin)
    )
    no_twin = Instruct("card", control.order_loss_report).Within(limits.CARD_ORDER).Next(this.nowhere)
    nowhere = flow.If(on_case(rules.has_card)).Then(this.round_and_round).Else(this.back)
    round_and_round = Step(None).By(Role.AGENT).Within(limits.CLOSE).Guide("card-fraud/none").Next(this.back)
    back = Step(None).By(Role.AGENT).Within(limits.CLOSE).Guide("card-fraud/close").Next(this.round_and_round)
    unreached = Step(None).By(Role.AGENT).Within(limits.CLOSE).Guide("card-fraud/close").Next(this.end)
    end = flow.End()


def test_every_flow_of_ours_is_whole():
    assert [complaint for one in FLOWS for complaint in checks.complaints(one)] == []


def test_a_flow_that_is_not_whole_keeps_the_server_from_starting(monkeypatch):
    monkeypatch.setattr(checks, "FLOWS", [HalfDoneFlow])

    errors = [error.msg for error in run_checks() if error.id == "workflows.E001"]

    assert "HalfDoneFlow.no_twin has no manual twin" in errors
    assert len(errors) == len(set(checks.complaints(HalfDoneFlow)))
    assert flows.FLOWS is FLOWS


@pytest.mark.parametrize(
    ("node", "complaint"),
    [
        ("no_post", "has no post"),
        ("no_post", "has no title to translate"),
        ("no_post", "names no limit ('card_fraud.no_such')"),
        ("no_post", f"starts a limit that no later step ends ('{limits.FIRST_HOP}')"),
        ("for_an_auditor", "has a post that may not finish steps (auditor)"),
        ("for_an_auditor", "has no limit ('card_fraud.forgotten')"),
        ("for_an_auditor", "has no guide '' in both languages"),
        ("for_an_auditor", "is kept apart from itself"),
        ("no_twin", "has no manual twin"),
        ("nowhere", "leads to no end"),
        ("round_and_round", "leads to no end"),
        ("round_and_round", "has no guide 'card-fraud/none' in both languages"),
        ("back", "leads to no end"),
        ("unreached", "is never reached"),
        ("end", "is never reached"),
        ("on_withdrawal", "names no node"),
    ],
)
def test_what_is_wrong_is_said_at_the_node(node, complaint):
    assert (node, complaint) in set(checks.complaints(HalfDoneFlow))
