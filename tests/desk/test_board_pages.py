"""举证责任板 on the screen: from one page when we were told, when the card was stopped, what is missing, what it costs."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from cases.actions import burden, evidence
from cases.actions.turn import turn
from cases.models import BurdenFinding
from record import clock
from tests.cases.test_burden_board import Asked
from tests.desk.at_work import moment
from tests.desk.costs import CASE, CHECKED, FORM, cost
from tests.journey import Journey
from tests.workflows.roads import does, until
from workflows import verbs

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(staff) -> Journey:
    """The trace is done, nothing was secured; the decision is in the liability officer's hands."""
    journey = until(Journey.begin(staff), "keep_evidence")
    does(journey, "keep_evidence", **nothing_there(journey))
    until(journey, "decide")
    verbs.claim(journey.task("decide").uuid, user=staff.liability)
    return journey


@pytest.fixture
def inside(journey, browser) -> Client:
    return browser(journey.staff.liability)


def nothing_there(journey: Journey) -> dict[str, str]:
    """Whoever was asked has no such record."""
    answers: dict[str, str] = {}
    for item in journey.case.evidence_items.open():
        key = item.uuid.hex
        answers |= {f"became_{key}": "none", f"answered_by_{key}": "罗琳", f"reason_{key}": "系统不产生该记录"}
        answers |= {f"reference_{key}": "", f"happened_at_{key}": ""}
    return answers


def address(journey: Journey, element: str = "") -> str:
    row = journey.case.transactions.disputed().get()
    return f"/case/{journey.case.uuid}/board/" + (f"{row.uuid}/{element}/" if element else "")


def read(inside: Client, path: str) -> str:
    """The page's words without its marks."""
    answer = inside.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_one_page_says_when_told_when_stopped_what_is_missing_and_what_it_costs(journey, inside):
    page = read(inside, address(journey))

    assert re.search(r"告知时点 \d\d-\d\d \d\d:\d\d:\d\d", page)
    assert re.search(r"挂失生效 \d\d-\d\d \d\d:\d\d:\d\d 告知后 0 分钟", page)
    assert "3,100.00" in page
    assert "缺少 5 项 有争议 1 项" in page
    assert "缺少： 本人/授权、身份识别、交易验证、保管过错、收单审核 有争议： 真卡核验" in page
    assert "无缺少" not in page
    assert "L1 发卡行承担" in page
    assert "该类交易不适用： 功能告知" in page


@pytest.mark.parametrize(
    ("state", "said"), [("open", "灭失 剩 3 天"), ("lost", "已灭失"), ("none", "答复为没有该记录")]
)
def test_evidence_that_was_asked_for_counts_down_to_its_loss(state, said, journey, inside, monkeypatch):
    film = Asked("cctv", state, lost_after=clock.now() + timedelta(days=3, minutes=5))
    monkeypatch.setattr(burden, "asked_for", lambda case: [film])

    assert said in read(inside, address(journey))


@pytest.mark.parametrize("path", ["case", "step"])
def test_the_case_file_and_the_liability_decision_show_it_in_brief(path, journey, inside):
    page = read(inside, f"/{path}/{journey.case.uuid if path == 'case' else journey.task('decide').uuid}/")

    assert "打开举证责任板" in page
    assert "缺少 5 项 有争议 1 项" in page


def test_each_ground_says_in_its_list_how_it_stands_and_none_is_gone(journey, inside):
    page = read(inside, f"/step/{journey.task('decide').uuid}/")

    assert re.search(r"L4 [^·]+ · 举证支持", page)
    assert re.search(r"L1 [^·]+ · 尚未证明", page)
    assert re.search(r"L8 [^·]+ · 与交易类型不符", page)
    assert len(set(re.findall(r"\bL\d+ (?=[^·]{2,30} · )", page))) == 13
    assert "身份识别：缺少" in page, "what L0 and L4 have to say is offered"


def test_a_finding_is_entered_from_the_board_and_stands_there_with_its_reason(journey, inside):
    with turn(journey.case, user=journey.staff.fraud) as hand:
        film = evidence.add_reference(hand, kind="cctv", reference="CCTV-7")
    assert "请判断记录能证明什么" in read(inside, address(journey))
    said = {"finding": "not_proved", "reason": "录像中为陌生男子", "found_at": moment(), "evidence": [str(film.uuid)]}

    answer = inside.post(address(journey, "own"), said)

    assert (answer.status_code, answer.url) == (302, address(journey))
    page = read(inside, address(journey))
    assert "录像中为陌生男子" in page
    assert "CCTV-7" in page
    assert "缺少 4 项" in page
    assert "缺少： 本人/授权、交易验证、保管过错、收单审核" in page


@pytest.mark.parametrize(
    "said",
    [
        {"finding": ""},
        {"reason": ""},
        {"finding": "proved"},
        {"found_at": "2999-01-01T00:00:00"},
    ],
)
def test_a_finding_that_cannot_stand_comes_back_with_the_sentence(said, journey, inside):
    good = {"finding": "contested", "reason": "有出入", "found_at": moment()}

    answer = inside.post(address(journey, "own"), good | said)

    assert answer.status_code == 422
    assert "r-err" in answer.content.decode()
    assert not BurdenFinding.objects.exists()


@pytest.mark.parametrize("element", ["disclosed", "luck"])
def test_an_element_that_does_not_apply_has_no_page(element, journey, inside):
    assert inside.get(address(journey, element)).status_code == 404


def test_whoever_does_not_judge_sees_the_board_and_no_form(journey, browser):
    agent = browser(journey.staff.agent)

    assert "登记认定" not in read(agent, address(journey))
    assert agent.get(address(journey, "own")).status_code == 403


def test_after_telling_the_board_stands_and_takes_no_finding(journey, inside):
    until(journey, "tell")
    does(journey, "tell")

    assert "登记认定" not in read(inside, address(journey))
    answer = inside.post(address(journey, "own"), {"finding": "contested", "reason": "x", "found_at": moment()})
    assert answer.status_code == 422


def test_the_reader_of_another_language_finds_the_drafts_of_the_letter_in_his_own_below(journey, browser):
    until(journey, "draft_letter")
    officer = journey.staff.consumer_protection
    verbs.claim(journey.task("draft_letter").uuid, user=officer)
    officer.language = "en"
    officer.save()

    page = read(browser(officer), f"/step/{journey.task('draft_letter').uuid}/")

    assert "本行于" in page
    assert "The bank was told at" in page


def test_the_board_costs_the_same_with_more_on_it(journey, inside):
    pages = (address(journey), f"/case/{journey.case.uuid}/", f"/step/{journey.task('decide').uuid}/")

    def more() -> None:
        with turn(journey.case, user=journey.staff.fraud) as hand:
            film = evidence.add_reference(hand, kind="cctv", reference="CCTV-7")
        said = {"finding": "contested", "reason": "x", "found_at": moment(), "evidence": [str(film.uuid)]}
        assert inside.post(address(journey, "own"), said).status_code == 302

    more()
    before = [cost(inside, path) for path in pages]
    for _ in range(3):
        more()

    assert [cost(inside, path) for path in pages] == before
    assert all(found <= most for found, most in zip(before, (FORM + 4, CASE, CHECKED), strict=True)), before
