"""Addresses of the desk, all behind the admin site's log-in, all by uuid."""

from django.urls import path

from . import (
    approval,
    beside,
    board,
    case,
    credit_list,
    evidence_items,
    files,
    find,
    intake,
    law_clock,
    ledgers,
    passing,
    remedies,
    review_ledger,
    risk,
    step,
    stop_ledger,
    stops,
)

ledgers.LEDGERS.update(review_ledger.LEDGERS)

urlpatterns = [
    path("complaints/", find.cases, name="cases"),
    path("credit-records/", credit_list.corrections, name="credit_list"),
    path("find/", find.find, name="find"),
    path("new/", intake.new_case, name="new_case"),
    path("stop-loss/", intake.stop_loss, name="stop_loss"),
    path("case/<uuid:case>/", case.case, name="case"),
    path("case/<uuid:case>/board/", board.board, name="board"),
    path("case/<uuid:case>/board/<uuid:transaction>/<slug:element>/", board.find, name="find_burden"),
    path("case/<uuid:case>/evidence/add/", files.keep("add_evidence"), name="add_evidence"),
    path("case/<uuid:case>/evidence/ask/", evidence_items.ask, name="ask_for_evidence"),
    path("evidence-item/<uuid:item>/answer/", evidence_items.answer, name="answer_item"),
    path("evidence-item/<uuid:item>/lasts/", evidence_items.lasts, name="evidence_lasts"),
    path("case/<uuid:case>/describe/", files.keep("describe"), name="describe"),
    path("case/<uuid:case>/people/", passing.join, name="join"),
    path("case/<uuid:case>/contact/", files.keep("add_contact"), name="add_contact"),
    path("case/<uuid:case>/promise/", files.keep("add_promise"), name="add_promise"),
    path("case/<uuid:case>/interest/", files.declare_interest, name="declare_interest"),
    path("case/<uuid:case>/withdraw/", files.withdraw, name="withdraw"),
    path("case/<uuid:case>/risk/", risk.judgement, name="risk"),
    *(
        path(f"case/<uuid:case>/{name.replace('_', '-')}/", law_clock.of_case(name), name=name)
        for name in law_clock.PAGES
    ),
    *(path(remedies.address_of(name), remedies.of_remedy(name), name=name) for name in remedies.PAGES),
    path("referral/<uuid:referral>/report/", law_clock.report_back, name="report_back"),
    path("case/<uuid:case>/clear/", files.show_in_clear, name="show_in_clear"),
    path("case/<uuid:case>/open/<slug:what>/", beside.open_beside, name="open_beside"),
    path("ledgers/<slug:which>/", ledgers.ledger, name="ledger"),
    path("evidence/<uuid:evidence_uuid>/", files.download, name="evidence"),
    path("stops/", stop_ledger.ledger, name="stop_ledger"),
    path("case/<uuid:case>/stop/add/", stops.on_case("add_control"), name="add_control"),
    path("case/<uuid:case>/stop/take-over/", stops.on_case("take_over_control"), name="take_over_control"),
    path("case/<uuid:case>/stop/convert/", stops.on_case("convert_control"), name="convert_control"),
    path("stop/<uuid:control>/lifted/", stops.on_stop("end_control"), name="end_control"),
    path("stop/<uuid:control>/lapsed/", stops.on_stop("control_lapsed"), name="control_lapsed"),
    path("stop/<uuid:control>/seen/", stops.see, name="see_control"),
    path("promise/<uuid:promise>/kept/", files.keep_promise, name="keep_promise"),
    path("step/<uuid:step>/", step.step, name="step"),
    path("step/<uuid:step>/claim/", step.claim, name="claim"),
    path("step/<uuid:step>/release/", step.release, name="release"),
    path("step/<uuid:step>/hand-over/", passing.hand_over, name="hand_over"),
    path("step/<uuid:step>/reassign/", passing.reassign, name="reassign"),
    path("step/<uuid:step>/cancel/", passing.cancel, name="cancel_step"),
    path("approval/<uuid:step>/", approval.approval, name="approval"),
]
