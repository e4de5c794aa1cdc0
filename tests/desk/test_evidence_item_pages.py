"""证据保全 on its pages: what stands on the case page, asking for more, one answer, all answers of the step."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from record import clock
from tests.desk.costs import CASE, FORM, STEP, cost
from tests.journey import Journey
from tests.workflows.roads import does
from workflows import verbs

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(staff) -> Journey:
    """The trace is done and the preservation is in the investigator's hands."""
    with clock.at((clock.now() - timedelta(hours=1)).replace(microsecond=0)):
        journey = Journey.begin(staff)
        does(journey, "stop_loss")
        journey.bank_answers()
        does(journey, "trace")
        verbs.claim(journey.task("keep_evidence").uuid, user=staff.fraud)
    return journey


def seen(inside, url: str) -> str:
    page = inside.get(url)
    assert page.status_code == 200
    return page.content.decode()


def test_the_case_page_tells_each_item_with_its_countdown_and_whom_it_was_asked_of(journey, staff, browser):
    item = journey.case.evidence_items.last()
    verbs.answer_item(item.uuid, user=staff.fraud, became="lost", answered_by="赵工", reference="SM-1")

    page = seen(browser(staff.fraud), f"/case/{journey.case.uuid}/")

    panel = re.search(r'<section class="r-panel" id="preservation">.*?</section>', page, re.DOTALL)
    assert panel is not None
    for words in (
        "证据保全",
        "设备与网络日志",
        "科技部门",
        "已灭失",
        "SM-1",
        "赵工",
        "第五条",
        "提出保全",
        "登记结果",
        "r-left--",
    ):
        assert words in panel[0], words
    head = page.partition('id="preservation"')[0]
    assert "授权记录保全" not in head, "limits of items do not crowd the head of the case"


def test_more_is_asked_for_and_answered_from_the_case_page(journey, staff, browser):
    inside, row = browser(staff.fraud), journey.case.transactions.first()
    wanted = {"kind": "cctv", "asked_of": "branch", "transaction": str(row.uuid), "lost_after": "2030-01-01T08:00:00"}
    ask = reverse("admin:ask_for_evidence", args=[journey.case.uuid])

    assert inside.post(ask, wanted).status_code == 422, "which branch?"
    assert inside.post(ask, wanted | {"asked_name": "张江网点"}).status_code == 302

    item = journey.case.evidence_items.get(kind="cctv", ordered_by=staff.fraud)
    answer, key = reverse("admin:answer_item", args=[item.uuid]), item.uuid.hex
    refused = inside.post(answer, {f"became_{key}": "kept", f"answered_by_{key}": "赵工"})
    assert refused.status_code == 422
    typed = {f"became_{key}": "none", f"answered_by_{key}": "赵工", f"reason_{key}": "该处无摄像头"}
    assert inside.post(answer, typed).status_code == 302
    item.refresh_from_db()
    assert (item.state, item.transaction) == ("none", row)


def test_the_moment_of_loss_is_typed_on_its_page(journey, staff, browser):
    item = journey.case.evidence_items.open().first()
    url = reverse("admin:evidence_lasts", args=[item.uuid])

    assert browser(staff.fraud).post(url, {"lost_after": "1700-01-01T08:00:00"}).status_code == 422
    assert browser(staff.fraud).post(url, {"lost_after": "2030-01-01T08:00:00"}).status_code == 302

    item.refresh_from_db()
    assert item.lost_by == "typed"


def test_what_is_on_file_is_chosen_from_the_list(journey, staff, browser):
    from cases.actions import evidence
    from cases.actions.turn import turn

    with turn(journey.case, user=staff.fraud) as hand:
        log = evidence.add_reference(hand, kind="device_log", reference="SB-1")
    item = journey.case.evidence_items.open().filter(kind="device_log").first()
    url, key = reverse("admin:answer_item", args=[item.uuid]), item.uuid.hex
    inside = browser(staff.fraud)
    assert "SB-1" in seen(inside, url)
    chosen = {f"became_{key}": "lost", f"answered_by_{key}": "赵工", f"on_file_{key}": str(log.uuid)}
    assert inside.post(url, chosen).status_code == 422, "a log is no signed statement"

    assert inside.post(url, chosen | {f"became_{key}": "kept"}).status_code == 302

    item.refresh_from_db()
    assert item.evidence == log


def test_strangers_find_none_of_these_pages(journey, staff, browser):
    item = journey.case.evidence_items.first()
    inside = browser(staff.administrator)
    for name, at in (("answer_item", item), ("evidence_lasts", item), ("ask_for_evidence", journey.case)):
        assert inside.get(reverse(f"admin:{name}", args=[at.uuid])).status_code == 404


def test_the_pages_cost_the_same_with_ten_items_as_with_one(journey, staff, browser):
    inside = browser(staff.fraud)
    step = reverse("admin:step", args=[journey.task("keep_evidence").uuid])
    item = journey.case.evidence_items.first()
    pages = (f"/case/{journey.case.uuid}/", step, reverse("admin:answer_item", args=[item.uuid]))
    before = [cost(inside, page) for page in pages]
    for row in journey.case.transactions.all()[:8]:
        verbs.ask_for_evidence(
            journey.case, user=staff.fraud, kind="cctv", asked_of="branch", asked_name="张江网点", transaction=row
        )

    assert [cost(inside, page) for page in pages] == before
    assert before[0] <= CASE
    assert before[1] <= STEP
    assert before[2] <= FORM
