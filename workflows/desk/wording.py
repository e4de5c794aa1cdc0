"""Words the desk puts together from a case: its summary in a line, its marks, the act a step asks for."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import get_language, gettext as _, gettext_lazy, ngettext

from cases.models import Case
from knowledge import signs
from record.errors import KeyDestroyed
from record.sealed import SealedModel

URGED_OFTEN = 2
URGENCY: dict[int | None, str] = {Case.Severity.URGENT: "hot", Case.Severity.RAISED: "care"}
ACTS = {
    "stop_loss": gettext_lazy("Confirm the loss report"),
    "check_real_card": gettext_lazy("Record the check"),
    "keep_evidence": gettext_lazy("Finish the preservation"),
    "first_contact": gettext_lazy("Record the first contact"),
    "stop_companions": gettext_lazy("Record what was switched off"),
    "obtain_mandate": gettext_lazy("Record how it was settled"),
    "find_card": gettext_lazy("Record the card"),
    "offer_stop": gettext_lazy("Record the customer's word"),
    "late_stop_by_hand": gettext_lazy("Enter the receipt"),
    "list_late_by_hand": gettext_lazy("Record the list"),
    "stop_by_hand": gettext_lazy("Enter the receipt"),
    "trace": gettext_lazy("Finish the trace"),
    "decide": gettext_lazy("Submit the decision"),
    "vote_consumer": gettext_lazy("Cast the vote"),
    "vote_legal": gettext_lazy("Cast the vote"),
    "vote_risk": gettext_lazy("Cast the vote"),
    "vote_business": gettext_lazy("Cast the vote"),
    "panel_minutes": gettext_lazy("Record minutes and result"),
    "propose": gettext_lazy("Submit the proposal"),
    "approve": gettext_lazy("Approve"),
    "draft_letter": gettext_lazy("Hand on the draft"),
    "check_letter": gettext_lazy("Approve"),
    "issue_letter": gettext_lazy("Approve"),
    "seal_letter": gettext_lazy("Enter the seal number"),
    "tell": gettext_lazy("Record that the customer was told"),
    "pay": gettext_lazy("Hand to the checker"),
    "check_payment": gettext_lazy("Send the payment order"),
    "ask_core": gettext_lazy("Record the enquiry"),
    "pay_by_hand": gettext_lazy("Hand the voucher to the checker"),
    "check_by_hand": gettext_lazy("Book the payment"),
    "restore_by_hand": gettext_lazy("Enter the receipt"),
    "hold_by_hand": gettext_lazy("Enter the receipt"),
    "stop_collection": gettext_lazy("Record that collection is stopped"),
    "mark_credit_record": gettext_lazy("Record the mark"),
    "end_collection": gettext_lazy("Record that collection was told"),
    "end_credit_mark": gettext_lazy("Record the end of the mark"),
    "repair_debits": gettext_lazy("Record the check"),
    "end_card": gettext_lazy("Send the order"),
    "end_card_by_hand": gettext_lazy("Enter the receipt"),
    "correct_credit_record": gettext_lazy("Record the correction"),
    "judge_risk": gettext_lazy("Seal the judgement"),
    "ask_slip": gettext_lazy("Record the slip request"),
    "slip_answer": gettext_lazy("Record it"),
    "charge_back": gettext_lazy("Record the chargeback"),
    "scheme_answer": gettext_lazy("Record the scheme's answer"),
    "enter_recovery": gettext_lazy("Hand the voucher to the checker"),
    "check_recovery": gettext_lazy("Book the money recovered"),
    "end_chargeback": gettext_lazy("End the chargeback"),
    "send_inquiry": gettext_lazy("Record that the letter was sent"),
    "chase_first": gettext_lazy("Record it"),
    "chase_second": gettext_lazy("Record it"),
    "chase_third": gettext_lazy("Record it"),
    "report_silence": gettext_lazy("Record the report"),
    "end_inquiry": gettext_lazy("End the inquiry"),
    "ask_payee_stop": gettext_lazy("Record what the platform did"),
    "stop_payee_again": gettext_lazy("Record what the platform did"),
    "police_papers": gettext_lazy("Record the report"),
    "police_filing": gettext_lazy("Record it"),
    "end_police": gettext_lazy("End the police report"),
    "respond_first": gettext_lazy("Record the answer"),
    "respond_second": gettext_lazy("Record the answer"),
    "respond_third": gettext_lazy("Record the answer"),
    "admit_review": gettext_lazy("Record it"),
    "check_review": gettext_lazy("Record what was found"),
    "decide_review": gettext_lazy("Submit the review decision"),
    "approve_review": gettext_lazy("Approve"),
    "tell_review": gettext_lazy("Record that the customer was told"),
    "pay_supplement": gettext_lazy("Hand the voucher to the checker"),
    "check_supplement": gettext_lazy("Book the payment"),
    "ask_advance": gettext_lazy("Submit it"),
    "approve_advance": gettext_lazy("Approve"),
    "pay_advance": gettext_lazy("Hand on"),
    "check_advance": gettext_lazy("Hand on"),
    "ask_core_advance": gettext_lazy("Record the enquiry"),
    "pay_advance_by_hand": gettext_lazy("Hand the voucher to the checker"),
    "check_advance_by_hand": gettext_lazy("Book the advance"),
    "tell_excess": gettext_lazy("Record the notice"),
    "take_back": gettext_lazy("Record it"),
    "check_back": gettext_lazy("Hand on"),
    "ask_write_off": gettext_lazy("Submit it"),
    "approve_write_off": gettext_lazy("Approve"),
    "look_into": gettext_lazy("Hand on the findings"),
    "close": gettext_lazy("Complete the case"),
    "call_back": gettext_lazy("Record the call back"),
    "archive": gettext_lazy("Archive the file"),
}


def opened(row: SealedModel, field: str, *, purpose: str) -> str:
    """A sealed text of the bank's own for somebody who may see the case; of an erased person, that it is gone."""
    try:
        return row.reveal(field, purpose=purpose)
    except KeyDestroyed:
        return _("erased")


def act_of(node: Any) -> str:
    """What the step's button says: the act, never "OK"."""
    return str(ACTS.get(node.name) or node.task_title)


def summary_of(case: Case) -> str:
    """What it is about and what is asked, in one line without personal data."""
    parts = [case.get_kind_display()]
    if case.demand:
        parts.append(case.get_demand_display())
    return " · ".join(parts)


def urged_words(times: int) -> str:
    """How often the customer urged."""
    return ngettext("Urged %(times)s time", "Urged %(times)s times", times) % {"times": times}


def _pressing(case: Case) -> Iterator[dict[str, str]]:
    """How urgent it was found, whom it is about, and how often he urged."""
    if case.severity in URGENCY:
        yield {
            "words": _("Severity %(level)s") % {"level": case.get_severity_display()},
            "tone": URGENCY[case.severity],
        }
    if case.customer is not None and case.customer.care:
        yield {"words": _("Needs special care"), "tone": "care"}
    if (case.urged or 0) >= URGED_OFTEN:
        yield {"words": urged_words(case.urged or 0), "tone": "hot"}


def triage_facts(case: Case) -> Iterator[dict[str, str]]:
    """How urgent it was found, and what special care the customer needs, as case_brief.html shows facts."""
    if case.severity is not None:
        yield {"label": _("Severity"), "value": case.get_severity_display()}
    if case.customer is not None and case.customer.care:
        record = case.customer.care_record(purpose="a case is worked on")
        words = signs.care_words(record, get_language() or "")
        yield {"label": _("Special care"), "value": _(", ").join(words)}


def tags_of(case: Case) -> list[dict[str, str]]:
    """Facts about the case that change how one handles it; never its time."""
    tags = []
    if case.imported_from:
        tags.append({"words": _("Imported"), "tone": ""})
    if case.channel == Case.Channel.REGULATOR:
        tags.append({"words": _("Passed on by the regulator"), "tone": "hot"})
    tags += _pressing(case)
    if case.held_since is not None:
        tags.append({"words": _("Legal hold"), "tone": "hot"})
    if case.unhandled_at is not None:
        tags.append({"words": _("Not handled: no mandate"), "tone": "now"})
    elif case.withdrawn_at is not None:
        tags.append({"words": _("Withdrawn"), "tone": "now"})
    return tags
