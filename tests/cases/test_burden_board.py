"""举证责任板 from facts alone: each cell in one state, each ground open, unproved or contradicted, none vanishes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, strategies as st

from cases import burden_words as words
from cases.burden import Grid, Standing, grid_of, grids_of
from cases.burden_cells import Facts, State
from knowledge.burden_table import ELEMENTS, row_for
from knowledge.evidence import EvidenceKind
from knowledge.grounds import TransactionType, grounds_for

TOLD = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Payment:
    """A disputed transaction."""

    pk: int = 1
    type: str = "counterfeit"
    booked_at: datetime = TOLD - 2 * HOUR
    entry_mode: str = "magstripe"
    verification: str = "pin"
    country: str = "TH"


@dataclass(frozen=True)
class Paper:
    """A piece of evidence on file."""

    kind: str
    pk: int = 1
    reference: str = "R-1"
    digest_clear: str = ""
    happened_at: datetime = TOLD


@dataclass(frozen=True)
class Asked:
    """Evidence that was asked for."""

    kind: str
    state: str = "open"
    transaction_id: int | None = None
    lost_after: datetime | None = None
    answered_at: datetime | None = None
    evidence_id: int | None = None


@dataclass(frozen=True)
class Look:
    """A real card check."""

    finding: str = "held"
    means: str = "counter"
    country: str = "CN"
    checked_at: datetime = TOLD + HOUR

    @property
    def is_proof(self) -> bool:
        return self.finding == "held" and self.means != "said"


@dataclass(frozen=True)
class Found:
    """What a person found."""

    element: str
    finding: str
    transaction_id: int = 1
    found_at: datetime = TOLD + 5 * HOUR


CALL = Paper("caller_check")


def board(payment: Payment | None = None, *, told_at: datetime | None = TOLD, first: Any = None, **facts: Any) -> Grid:
    return grid_of(payment or Payment(), Facts(told_at=told_at, **{"records": [CALL], **facts}), first=first)


def state(element: str, payment: Payment | None = None, **facts: Any) -> State:
    return board(payment, **facts).cell(element).state


# the four stories of the issue ----------------------------------------------------------------------------------------


def test_a_chip_card_in_shanghai_and_a_cash_machine_abroad_carry_the_issuers_loss():
    grid = board(checks=[Look()])

    assert grid.cell("real_card").state is State.PROVED
    assert grid.standing("L1") is Standing.SUPPORTED


def test_without_a_real_card_check_the_issuer_answers_for_that_point_and_its_full_loss_is_unproved():
    grid = board()

    assert grid.cell("real_card").state is State.MISSING
    assert (grid.standing("L4"), grid.standing("L0")) == (Standing.SUPPORTED, Standing.SUPPORTED)
    assert grid.standing("L1") is Standing.UNPROVED
    assert "real_card" in next(stand for stand in grid.stands if stand.ground.code == "L1").lacks


def test_a_card_that_is_gone_carries_lost_card_misuse():
    gone = [Look(finding="gone", means="", country="")]

    assert board(Payment(type="lost_card"), checks=gone).standing("L9") is Standing.SUPPORTED
    assert board(Payment(type="counterfeit"), checks=gone).standing("L1") is Standing.CONTRADICTED
    assert board(Payment(type="lost_card"), checks=[Look()]).standing("L9") is Standing.CONTRADICTED


def test_a_slow_loss_report_burdens_the_holder_with_what_came_after_and_not_with_the_first():
    first, later = Payment(1, booked_at=TOLD - 90 * HOUR), Payment(2, booked_at=TOLD - 3 * HOUR)

    grids = grids_of([first, later], Facts(told_at=TOLD, records=[CALL], checks=[Look()]))

    assert [grid.standing("L3") for grid in grids] == [Standing.CONTRADICTED, Standing.SUPPORTED]
    assert grids[1].standing("L1") is Standing.CONTRADICTED


# cells ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (Look(means="said"), State.CONTESTED),
        (Look(country="TH"), State.CONTESTED),
        (Look(checked_at=TOLD + 60 * HOUR), State.CONTESTED),
        (Look(finding="refused", means="", country=""), State.MISSING),
        (Look(finding="unreached", means="", country=""), State.MISSING),
        (Look(), State.PROVED),
    ],
)
def test_a_real_card_proves_only_when_it_was_seen_elsewhere_near_the_time(look, expected):
    assert state("real_card", checks=[look]) is expected


def test_the_latest_check_counts():
    assert state("real_card", checks=[Look(), Look(finding="gone", means="", country="")]) is State.MISSING


def test_a_holder_who_refuses_the_check_does_not_make_the_issuer_answer_for_it():
    others = [Paper("cctv", 2), Paper("otp_log", 3)]
    refused = board(checks=[Look(finding="refused", means="", country="")], records=[CALL, *others])
    unchecked = board(records=[CALL, *others])

    assert refused.standing("L4") is Standing.CONTRADICTED
    assert unchecked.standing("L4") is Standing.SUPPORTED
    assert refused.standing("L0") is Standing.SUPPORTED


def test_a_notice_with_nothing_of_the_holders_own_is_contested_and_a_loss_report_is_his_own():
    assert state("notice", records=[]) is State.CONTESTED
    assert state("notice", records=[], stopped_at=TOLD) is State.PROVED
    assert state("notice", told_at=None) is State.MISSING


def test_records_of_who_acted_leave_it_contested_until_somebody_judges_them():
    online = Payment(type="online", country="CN", verification="otp")
    log = [CALL, Paper("otp_log", 2)]

    assert board(online).standing("L1") is Standing.SUPPORTED
    assert board(online, records=log).standing("L1") is Standing.UNPROVED
    assert board(online, records=log, findings=[Found("own", "not_proved")]).standing("L1") is Standing.SUPPORTED
    assert board(online, records=log, findings=[Found("own", "proved")]).standing("L1") is Standing.CONTRADICTED


def test_the_list_of_transactions_says_nothing_of_who_acted():
    assert state("own", records=[CALL, Paper("transaction_list", 2)]) is State.MISSING


def test_a_fault_that_is_found_shares_the_loss_instead_of_leaving_it_with_the_issuer():
    grid = board(checks=[Look()], findings=[Found("safekeeping", "proved")])

    assert (grid.standing("L1"), grid.standing("L2")) == (Standing.CONTRADICTED, Standing.SUPPORTED)


def test_a_disclosure_that_is_found_closes_the_ground_of_its_lack():
    online = Payment(type="online")

    assert board(online).standing("L5") is Standing.SUPPORTED
    assert board(online, findings=[Found("disclosed", "proved")]).standing("L5") is Standing.CONTRADICTED


def test_the_acquirer_answers_only_when_somebody_found_that_it_did_not_check():
    seen = {"checks": [Look()]}

    assert board(**seen).standing("L7") is Standing.UNPROVED
    assert board(**seen, findings=[Found("acquirer", "not_proved")]).standing("L7") is Standing.SUPPORTED
    assert board(**seen, findings=[Found("acquirer", "proved")]).standing("L7") is Standing.CONTRADICTED


def test_a_transaction_nobody_was_asked_to_verify_is_not_verified_whatever_is_on_file():
    assert state("verification", Payment(verification="none"), records=[CALL, Paper("slip", 2)]) is State.MISSING


@pytest.mark.parametrize(
    ("asked", "expected"), [("lost", State.LOST), ("open", State.MISSING), ("none", State.MISSING)]
)
def test_evidence_that_was_asked_for_tells_what_became_of_it(asked, expected):
    assert state("identification", items=[Asked("cctv", asked)]) is expected


def test_the_first_day_on_which_something_is_overwritten_is_told():
    items = [Asked("cctv", lost_after=TOLD + 90 * HOUR), Asked("device_log", lost_after=TOLD + 30 * HOUR)]

    assert board(items=items).cell("identification").lost_after == TOLD + 30 * HOUR
    assert board(items=[Asked("cctv", "kept", lost_after=TOLD)]).cell("identification").lost_after is None


def test_evidence_asked_for_another_transaction_shows_nothing_of_this_one():
    film = Paper("cctv", 7)

    assert (
        state("identification", records=[CALL, film], items=[Asked("cctv", "kept", 2, evidence_id=7)]) is State.MISSING
    )
    assert (
        state("identification", records=[CALL, film], items=[Asked("cctv", "kept", 1, evidence_id=7)]) is State.PROVED
    )
    assert state("identification", records=[CALL, film]) is State.PROVED


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"stopped_at": TOLD - 3 * HOUR}, State.PROVED),
        ({"declined_at": TOLD - 3 * HOUR}, State.CONTESTED),
        ({"told_at": TOLD - 3 * HOUR}, State.PROVED),
        ({"told_at": None}, State.MISSING),
        ({}, State.PROVED),
        ({"first": TOLD - 90 * HOUR}, State.MISSING),
    ],
)
def test_a_loss_report_is_timely_by_stop_notice_and_the_first_loss(facts, expected):
    assert state("timely", **facts) is expected


def test_the_latest_finding_goes_before_what_rows_say():
    findings = [Found("real_card", "proved"), Found("real_card", "contested"), Found("real_card", "proved", 2)]

    assert state("real_card", findings=findings) is State.CONTESTED


def test_what_is_lost_stays_lost_when_it_is_found_not_proved():
    found = {"findings": [Found("identification", "not_proved")]}

    assert state("identification", items=[Asked("cctv", "lost")], **found) is State.LOST
    assert state("identification", **found) is State.MISSING


# whatever there is ----------------------------------------------------------------------------------------------------

MOMENTS = st.integers(-200, 50).map(lambda hours: TOLD + hours * HOUR)
COUNTRIES = st.sampled_from(["", "CN", "TH", "US"])
PAYMENTS = st.builds(
    Payment,
    pk=st.integers(1, 3),
    type=st.sampled_from(TransactionType.values),
    booked_at=MOMENTS,
    entry_mode=st.sampled_from(["", "chip", "magstripe"]),
    verification=st.sampled_from(["", "pin", "otp", "none"]),
    country=COUNTRIES,
)
CHECKS = st.builds(
    Look,
    finding=st.sampled_from(["held", "gone", "refused", "unreached"]),
    means=st.sampled_from(["counter", "said"]),
    country=COUNTRIES,
    checked_at=MOMENTS,
)
FACTS = st.builds(
    Facts,
    told_at=st.none() | MOMENTS,
    stopped_at=st.none() | MOMENTS,
    declined_at=st.none() | MOMENTS,
    checks=st.lists(CHECKS, max_size=2),
    records=st.lists(st.builds(Paper, st.sampled_from(EvidenceKind.values), st.integers(1, 9)), max_size=4),
    items=st.lists(
        st.builds(
            Asked,
            st.sampled_from(EvidenceKind.values),
            st.sampled_from(["open", "kept", "lost", "none"]),
            st.none() | st.integers(1, 3),
            st.none() | MOMENTS,
            evidence_id=st.none() | st.integers(1, 9),
        ),
        max_size=4,
    ),
    findings=st.lists(
        st.builds(
            Found,
            st.sampled_from(ELEMENTS),
            st.sampled_from(["proved", "not_proved", "contested"]),
            st.integers(1, 3),
        ),
        max_size=4,
    ),
)


@given(payments=st.lists(PAYMENTS, min_size=1, max_size=4), facts=FACTS)
def test_every_cell_has_one_state_and_every_fitting_ground_a_standing(payments, facts):
    for grid, payment in zip(grids_of(payments, facts), payments, strict=True):
        assert [cell.element for cell in grid.cells] == list(ELEMENTS)
        for cell in grid.cells:
            applies = row_for(cell.element, payment.type) is not None
            assert (cell.state is State.NOT_APPLICABLE) is not applies
            assert cell.state in State
            with translation.override("en"):
                assert words.why(cell, payment, facts), "every state says why"
        assert [stand.ground for stand in grid.stands] == grounds_for(payment.type), "no ground vanishes"
        for stand in grid.stands:
            assert stand.standing in Standing
            assert stand.ground.needs_reason(proved=stand.standing is Standing.SUPPORTED) or not stand.lacks


@given(payment=PAYMENTS, facts=FACTS)
def test_one_side_proved_never_carries_both_of_two_grounds_that_exclude_each_other(payment, facts):
    grid = grid_of(payment, facts)

    for one, other in (("L1", "L2"), ("L1", "L3"), ("L8", "L1")):
        assert (grid.standing(one), grid.standing(other)) != (Standing.SUPPORTED, Standing.SUPPORTED)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_reason_for_a_state_is_a_sentence_of_its_own(language):
    with translation.override(language):
        said = [str(sentence) for sentence in words.WHY.values()]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("span", "says"),
    [
        (timedelta(0), "0 分钟"),
        (timedelta(minutes=59, seconds=29), "59 分钟"),
        (timedelta(minutes=59, seconds=30), "1 小时 0 分钟"),
        (-timedelta(hours=26, minutes=5), "26 小时 5 分钟"),
    ],
)
def test_the_time_between_card_and_transaction_is_told_in_whole_minutes_either_way(span, says):
    with translation.override("zh-hans"):
        assert words.apart(span) == says


def test_what_lacks_and_what_is_contested_are_all_such_cells_whatever_hangs_on_them():
    grid = board(items=[Asked("cctv")], findings=[Found("own", "contested")])
    assert [cell.element for cell in grid.contested] == [
        cell.element for cell in grid.cells if cell.state == State.CONTESTED
    ]
    assert "own" in [cell.element for cell in grid.contested]
    lacking = {cell.element for cell in grid.lacking}
    assert lacking == {cell.element for cell in grid.cells if cell.state in (State.MISSING, State.LOST)}
    assert {cell.element for cell in grid.missing} < lacking, "some of it opens no ground by its mere absence"


def test_a_ground_says_what_it_lacks():
    grid = board(findings=[Found("own", "contested")])
    stand = grid.stand("L1")
    assert stand is not None
    assert stand.standing is grid.standing("L1")
    assert grid.stand("no such ground") is None
