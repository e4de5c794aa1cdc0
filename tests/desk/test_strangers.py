"""A stranger on every address: log-in, 403 or 404, never data, never a change, never an error page."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.roles import Role
from tests.desk.addresses import FREE, UNKNOWN, addresses, held, patterns
from tests.desk.at_work import Desk, moment
from tests.desk.looking import Page, nothing_changes
from tests.factories import UserFactory, person
from tests.journey import Staff

__all__ = ["held"]
pytestmark = pytest.mark.django_db

AUDIT_LISTS = ("backdated", "near", "pairs", "course", "vouchers", "looks")
METHODS = ("get", "head", "options", "post", "put", "patch", "delete")

# What each desk address answers to people who may not work on the case: (GET, POST) by who they are.
STRANGERS: dict[str, dict[str, tuple[int, int]]] = {
    #                   no post           other branch          administrator     auditor
    name: dict(zip(("no_post", "elsewhere", "administrator", "auditor"), answers, strict=True))
    for name, answers in {
        "index": ((200, 200), (200, 200), (200, 200), (200, 200)),
        "morning": ((403, 403), (403, 403), (403, 403), (403, 403)),
        "reassign_several": ((403, 403), (403, 403), (403, 403), (403, 403)),
        "hand_over_shift": ((403, 403), (200, 422), (403, 403), (403, 403)),
        "sign_shift": ((302, 403), (302, 403), (302, 403), (302, 403)),
        "refuse_shift": ((403, 403), (403, 403), (403, 403), (403, 403)),
        "cases": ((403, 403), (200, 200), (403, 403), (200, 200)),
        "keep_draft": ((200, 404), (200, 404), (200, 404), (200, 404)),
        "forget_draft": ((405, 302), (405, 302), (405, 302), (405, 302)),
        "find": ((403, 403), (200, 200), (403, 403), (200, 200)),
        "call": ((403, 403), (200, 200), (403, 403), (403, 403)),
        "new_case": ((403, 403), (200, 422), (403, 403), (403, 403)),
        "stop_loss": ((403, 403), (200, 422), (403, 403), (403, 403)),
        "case": ((404, 404), (404, 404), (404, 404), (200, 200)),
        "stop_state": ((404, 404), (404, 404), (404, 404), (200, 200)),
        "set_keys": ((405, 302), (405, 302), (405, 302), (405, 302)),
        "board": ((404, 404), (404, 404), (404, 404), (200, 200)),
        "first_hop": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "naming": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "naming_state": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "urgent_seen": ((404, 404), (404, 404), (404, 404), (302, 302)),  # not told of it, he signs nothing
        "find_burden": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "add_evidence": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "add_contact": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "urge": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "urge_now": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "add_promise": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "declare_interest": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "withdraw": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "describe": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "join": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "receptions": ((403, 403), (200, 200), (403, 403), (200, 200)),
        "receive": ((403, 403), (200, 422), (403, 403), (403, 403)),
        "reception": ((404, 404), (404, 404), (404, 404), (200, 403)),
        "reception_in_clear": ((404, 404), (404, 404), (404, 404), (200, 422)),
        "stop_ledger": ((403, 403), (200, 200), (403, 403), (200, 200)),
        "add_control": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "take_over_control": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "convert_control": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "end_control": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "control_lapsed": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "see_control": ((404, 404), (404, 404), (404, 404), (403, 403)),
        **dict.fromkeys(
            (
                "offer_stop",
                "represent",
                "leave_unhandled",
                *("agree_formal_loss", "order_formal_loss", "tell_by_phone", "wants_texts"),
                "stand_still",
                "run_again",
                "new_facts",
                "join_referral",
                "report_back",
            ),
            ((404, 404), (404, 404), (404, 404), (403, 403)),
        ),
        **dict.fromkeys(
            ("settle", "end_settlement", "ask_extension", "answer_extension", "tell_extension"),
            ((404, 404), (404, 404), (404, 404), (403, 403)),
        ),
        **dict.fromkeys(
            ("ask_for_evidence", "answer_item", "evidence_lasts"), ((404, 404), (404, 404), (404, 404), (403, 403))
        ),
        **dict.fromkeys(
            ("begin_proceeding", "end_proceeding", "end_hold", "take_back_review"),
            ((404, 404), (404, 404), (404, 404), (403, 403)),
        ),
        "exports": ((403, 403), (403, 403), (403, 403), (200, 200)),
        "exports_state": ((200, 200), (200, 200), (200, 200), (200, 200)),
        "ask_export": ((403, 403), (403, 403), (403, 403), (200, 422)),
        **dict.fromkeys(
            ("answer_export", "cancel_export", "export_file"), ((404, 404), (404, 404), (404, 404), (404, 404))
        ),
        "erasures": ((403, 403), (403, 403), (403, 403), (200, 200)),
        "propose_erasure": ((403, 403), (403, 403), (403, 403), (403, 403)),
        "ask_erasure": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "erasure": ((403, 403), (403, 403), (403, 403), (200, 403)),
        "erasure_state": ((403, 403), (403, 403), (403, 403), (200, 200)),
        "take_back_erasure": ((403, 403), (403, 403), (403, 403), (302, 403)),
        "erasure_report": ((403, 403), (403, 403), (403, 403), (200, 200)),
        "whole_list": ((403, 403), (200, 200), (403, 403), (200, 200)),
        "credit_list": ((403, 403), (403, 403), (403, 403), (200, 200)),
        **dict.fromkeys(("risk", "case_history", "as_of"), ((404, 404), (404, 404), (404, 404), (200, 200))),
        "show_in_clear": ((404, 404), (404, 404), (404, 404), (200, 422)),
        "evidence": ((404, 404), (404, 404), (404, 404), (200, 200)),
        "keep_promise": ((404, 404), (404, 404), (404, 404), (302, 403)),
        "start_handling": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "open_beside": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "ledger": ((403, 403), (200, 200), (403, 403), (200, 200)),
        "complaint_ledger": ((403, 403), (200, 200), (403, 403), (200, 200)),
        "ledgers": ((403, 403), (302, 302), (403, 403), (302, 302)),
        **dict.fromkeys(
            ("audit", "audit_search", *(f"audit_{name}" for name in AUDIT_LISTS)),
            ((403, 403), (403, 403), (403, 403), (200, 200)),
        ),
        "audit_samples": ((403, 403), (403, 403), (403, 403), (200, 200)),
        "draw_sample": ((403, 403), (403, 403), (403, 403), (200, 422)),
        "audit_sample": ((403, 403), (403, 403), (403, 403), (200, 422)),
        "audit_sheet": ((403, 403), (403, 403), (403, 403), (200, 422)),
        "finding": ((404, 404), (404, 404), (404, 404), (200, 409)),
        "audit_files": ((403, 403), (403, 403), (403, 403), (200, 422)),
        "audit_words": ((403, 403), (403, 403), (403, 403), (200, 422)),
        "views": ((403, 403), (200, 422), (403, 403), (200, 422)),
        "view": ((404, 404), (404, 404), (404, 404), (404, 404)),
        "step": ((404, 404), (404, 404), (404, 404), (200, 403)),
        "claim": ((404, 404), (404, 404), (404, 404), (302, 403)),
        "release": ((404, 404), (404, 404), (404, 404), (302, 403)),
        "sign": ((404, 404), (404, 404), (404, 404), (302, 403)),
        "hand_over": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "reassign": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "cancel_step": ((404, 404), (404, 404), (404, 404), (403, 403)),
        "approval": ((404, 404), (404, 404), (404, 404), (200, 409)),
    }.items()
}
SECRETS = ("张", "13816262207", "1381626", "4417", "境外", "REC-1", "法释")


def who_is(who: str, staff: Staff) -> Any:
    """A person who has nothing to do with the case."""
    match who:
        case "no_post":
            return UserFactory.create(branch=staff.bank.outlet)
        case "superuser":
            return UserFactory.create(branch=staff.bank.head_office, is_superuser=True)
        case "elsewhere":
            return person(Role.AGENT, staff.bank.other_outlet)
    return staff.people[who]


def typed(name: str) -> dict[str, Any]:
    """What would do something at this address, if it were allowed."""
    return {
        "set_keys": {"keys": "on"},  # everybody's own; as it is already
        "add_evidence": {"kind": "caller_check", "reference": "REC-9"},
        "add_contact": {
            "direction": "in",
            "channel": "phone",
            "happened_at": moment(),
            "note": "来电",
            "reached": "on",
        },
        "naming": {
            "other_1_booked_at": moment(hours=2)[:16],
            "other_1_amount": "5.00",
            "other_1_channel": "atm",
        },
        "urge": {"caller": "holder", "channel": "phone", "happened_at": moment()},
        "add_promise": {"what": "回电", "due_at": moment(hours=-3)},
        "declare_interest": {"reason": "客户是我表兄"},
        "withdraw": {"reason": "客户撤诉", "means": "REC-8"},
        "approval": {"answer": "approve"},
        "add_control": {
            "kind": "judicial_freeze",
            "ordered_by": "court",
            "document": "（2026）沪01协冻3号",
            "receipt": "DJ-1",
            "effective_at": moment(),
        },
        "reception": {"outcome": "told", "answer": "已说明", "av_number": "AV-9", "ended_at": moment()},
        "take_over_control": {"kind": "oral_loss", "source": "app", "receipt": "A-1", "effective_at": moment(hours=2)},
        "convert_control": {"to": "formal", "receipt": "F-1", "happened_at": moment()},
        "agree_formal_loss": {"agreed_at": moment(), "proof": "REC-7"},
        "tell_by_phone": {"told_at": moment()},
        "end_control": {"document": "（2026）沪01解冻3号", "ended_at": moment()},
        "control_lapsed": {"proof": "ENQ-1", "ended_at": moment()},
        "describe": {"demand": "refund", "narrative": "另一种说法", "severity": "3"},
        "find_burden": {"finding": "contested", "reason": "有出入", "found_at": moment()},
        "stand_still": {"why": "appraisal", "body": "鉴定中心", "began_at": moment(), "notice": "REC-9"},
        "run_again": {"ended_at": moment(), "result": "已回"},
        "new_facts": {"why": "新材料", "material": "CL-9", "received_at": moment(), "notice": "REC-9"},
        "join_referral": {"source": "pboc", "number": "12363-9", "received_at": moment()},
        "report_back": {"reported_at": moment(), "number": "HB-9"},
        "begin_proceeding": {"kind": "lawsuit", "body": "人民法院", "number": "民初2号", "began_at": moment()},
        "end_proceeding": {"outcome": "bank", "result": "驳回", "ended_at": moment()},
        "end_hold": {"reason": "结案"},
        "take_back_review": {"reason": "客户撤回"},
        "ask_extension": {"clock": "own", "reason": "情况复杂"},
        "answer_extension": {"answer": "grant", "reason": "同意"},
        "tell_extension": {"told_at": moment(), "notice": "REC-9"},
        "settle": {
            "number": "HJ-9",
            "agreed_at": moment(),
            "amount": "1.00",
            "answer_by": "2099-01-01",
            "way": "phone",
            "text": "各让一步",
        },
        "end_settlement": {"ending": "customer", "ended_at": moment(), "reason": "反悔"},
        "refuse_shift": {"reason": "无法接班"},
        "reassign": {"why": "休假"},
        "cancel_step": {"why": "重来"},
        "view": {"act": "remove", "name": "别人的"},
        "join": {"part": "assist", "staff_number": "s00001"},
    }.get(name, {})


def told_nothing(answer: Any, held: dict[str, Any], about: str) -> None:
    """No word of the case stands on the page."""
    body = answer.content.decode(errors="replace")
    assert [word for word in (*SECRETS, held["reference"]) if word in body] == [], about


def test_every_address_sends_nobody_to_the_log_in(held, browser):
    """Anonymous: the log-in with the way back, for every address and method; unknown ones tell no difference."""
    nobody = browser(None)
    with nothing_changes("nobody"):
        for name, path in [*addresses(held), ("unknown", f"/case/{UNKNOWN}/"), ("none", "/no/such/page/")]:
            for method in METHODS:
                answer = getattr(nobody, method)(path)
                told_nothing(answer, held, f"{method} {path}")
                if name not in FREE:
                    assert answer.status_code == 302, (method, path)
                    assert answer.url.startswith("/login/?next="), (method, path)
                else:
                    assert answer.status_code < 500, (method, path)


@pytest.mark.parametrize("who", ["no_post", "superuser", "elsewhere", "administrator", "auditor"])
def test_who_may_not_gets_403_or_404_and_changes_nothing(held, staff, browser, who):
    """Each address and method, with answers that would do something; the table above says what comes back."""
    stranger = browser(who_is(who, staff))
    table = "no_post" if who == "superuser" else who
    paths = {name: path for name, path in addresses(held) if name in STRANGERS}
    assert set(paths) == set(STRANGERS), "the table names every desk address"
    if who == "auditor":  # he may read these files, and is told of in a stream of his own; nobody else leaves a trace
        assert stranger.get(paths.pop("evidence")).status_code == 200
        assert stranger.get(paths.pop("erasure_report")).status_code == 200

    with nothing_changes(who):
        for name, path in paths.items():
            shown, tried = stranger.get(path), stranger.post(path, typed(name))
            rest = [getattr(stranger, method)(path) for method in ("head", "put", "delete")]
            assert (shown.status_code, tried.status_code) == STRANGERS[name][table], f"{who} {name}"
            assert all(answer.status_code < 500 for answer in rest), f"{who} {name}"
            if who != "auditor":
                for answer in (shown, tried, *rest):
                    told_nothing(answer, held, f"{who} {name}")


def test_every_address_is_in_a_table(held):
    """A new page cannot be forgotten here."""
    ours = {name for name, _path in addresses(held)}
    assert {name for name in ours if not name.startswith(("accounts_", "password_change"))} == {
        *STRANGERS,
        *FREE,
        "app_list",
        "autocomplete",
    }


@pytest.mark.parametrize("who", ["no_post", "superuser", "elsewhere", "auditor", "agent"])
def test_records_of_people_are_the_administrators(held, staff, browser, who):
    stranger = browser(who_is(who, staff))
    with nothing_changes(who):
        for name, path in addresses(held):
            if name.startswith("accounts_") or name == "app_list":
                answers = [stranger.get(path), stranger.post(path, {})]
                wanted = {404} if name == "app_list" else {403}
                assert {answer.status_code for answer in answers} == wanted, (who, path)


def test_somebody_who_left_is_a_stranger_at_once(held, staff, browser):
    gone = browser(staff.agent)
    assert gone.get(f"/case/{held['case']}/").status_code == 200

    staff.agent.is_active = False
    staff.agent.save()

    for name, path in addresses(held):
        if name in STRANGERS:
            assert gone.get(path).status_code == 302, path


def test_what_does_not_exist_is_404_and_no_address_goes_by_number(held, staff, browser):
    inside = browser(staff.consumer_protection)
    for name, pattern in patterns():
        assert "<int:" not in str(pattern.pattern), name
        wanted = pattern.pattern.converters
        if wanted and set(wanted) <= {"case", "step", "promise", "evidence_uuid", "control", "view"}:
            path = reverse(name, kwargs=dict.fromkeys(wanted, UNKNOWN))
            for other in (path, path.replace(str(UNKNOWN), "7"), path.replace(str(UNKNOWN), "x" * 400)):
                assert inside.get(other).status_code == 404, other
                with nothing_changes(other):
                    assert inside.post(other).status_code == 404, other


def test_a_uuid_of_another_kind_of_thing_is_404(held, staff, browser):
    inside = browser(staff.consumer_protection)
    uuids = {name: str(value) for name, value in held.items() if name in ("case", "evidence_uuid", "promise", "step")}
    for path, right in (("/case/{}/", "case"), ("/step/{}/", "step"), ("/evidence/{}/", "evidence_uuid")):
        for kind, uuid in uuids.items():
            assert inside.get(path.format(uuid)).status_code == (200 if kind == right else 404), (path, kind)


@pytest.mark.parametrize("step", ["stop_by_hand", "decide", "approve", "check_payment"])
def test_no_post_finishes_a_step_that_is_not_in_its_hand(staff, browser, step):
    """Every post against steps in somebody else's hands, with good answers."""
    desk = Desk.at(step, staff)
    answers, url = desk.answers(), desk.url
    others = {role: browser(user) for role, user in staff.people.items() if user != desk.person}
    with nothing_changes(step):
        for role, other in others.items():
            answer = other.post(url, answers)
            assert answer.status_code in (403, 404, 409), (role, answer.status_code)


def test_nobody_claims_or_gives_back_a_step_in_other_hands(staff, browser):
    task = Desk.at("decide", staff).task
    others = {role: browser(user) for role, user in staff.people.items() if role != Role.LIABILITY}
    with nothing_changes():
        for role, other in others.items():
            for act in ("claim", "release"):
                answer = other.post(f"/step/{task.uuid}/{act}/")
                assert answer.status_code in (403, 404, 409), (role, act, answer.status_code)


def test_a_refusal_is_a_page_with_the_sentence(held, staff, browser):
    page = Page(browser(staff.auditor).post(f"/case/{held['case']}/promise/", typed("add_promise")))
    assert page.status == 403
    assert "岗位" in page.source
