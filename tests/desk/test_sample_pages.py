"""Samples on the pages: drawn from the search, audited sheet by sheet, verified, given up; and who may."""

import hashlib
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from cases import strata
from cases.models import AuditSheet, Sample
from record import clock
from record.models import Entry
from tests.desk.audit import rows_of
from tests.desk.complaint_ledger import a_case
from tests.desk.costs import LIST, cost
from tests.desk.looking import Page
from tests.desk.samples import PURPOSE, SEED, drawn, marked
from tests.desk.sheets import sheet as file_of
from workflows.desk.audit import samples as desk
from workflows.desk.audit.population import cases_of

pytestmark = pytest.mark.django_db
DRAW, LISTED = "/audit/samples/draw/", "/audit/samples/"


def answers(sample: Sample, **other: str) -> dict[str, str]:
    """A sheet on which everything is met, but for what is said."""
    return {one.key.replace(".", "_"): "met" for one in sample.pinned} | other


def test_from_the_search_to_a_drawn_sample(staff, browser):
    cases = [a_case(staff, days, channel="app") for days in (1, 2, 3)]
    a_case(staff, 4, channel="phone")
    inside = browser(staff.auditor)
    (link,) = [one for one in Page(inside.get("/audit/search/", {"channel": "app"})).links if one.startswith(DRAW)]
    assert "手机银行" in inside.get(link).content.decode()

    answer = inside.post(link, {"size": "2", "purpose": PURPOSE, "act": "draw"})

    sample = Sample.objects.get()
    assert answer.url == f"/audit/sample/{sample.uuid}/"
    assert (sample.state, sample.population, sample.filters) == ("drawn", 3, {"channel": "app"})
    assert len(sample.seed) == 64
    assert {one.case_id for one in sample.sheets.all()} <= {case.pk for case in cases}
    kinds = list(Entry.objects.filter(stream=sample.stream).values_list("kind", flat=True).order_by("number"))
    assert kinds == ["sample.seeded", "sample.drawn"]
    assert PURPOSE not in Entry.objects.get(stream=sample.stream, kind="sample.seeded").body
    page = inside.get(answer.url).content.decode()
    assert sample.seed in page
    assert sample.population_digest in page
    assert len(rows_of(inside.get(answer.url))) == 2


def test_the_strata_are_looked_at_first_and_nothing_is_drawn(staff, browser):
    for days in (1, 2, 3):
        a_case(staff, days)
    answer = browser(staff.auditor).post(
        DRAW, {"size": "2", "purpose": PURPOSE, "dimensions": ["outcome"], "act": "preview"}
    )
    assert answer.status_code == 200
    assert [(row["population"], row["drawn"]) for row in answer.context["preview"]] == [(3, 2)]
    assert Sample.objects.count() == 0
    assert "未作处理决定" in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"size": "9"}, "只有 1 件"),
        ({"size": "0"}, "抽取件数"),
        ({"purpose": ""}, "用途"),
        ({"seed": "一二三四五六", "origin_note": "公证处"}, "种子"),
        ({"seed": SEED}, "何处、何人见证"),
        ({"purpose": "6222021234567890128"}, "用途"),
    ],
)
def test_what_cannot_be_drawn_is_told_and_leaves_nothing(wrong, words, staff, browser):
    a_case(staff)
    answer = browser(staff.auditor).post(DRAW, {"size": "1", "purpose": PURPOSE, **wrong})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Sample.objects.count() == 0


def test_drawing_again_from_the_same_filter_asks_why_and_is_marked(staff, browser):
    a_case(staff)
    drawn(staff.auditor)
    inside = browser(staff.auditor)
    assert inside.post(DRAW, {"size": "1", "purpose": PURPOSE}).status_code == 422
    inside.post(DRAW, {"size": "1", "purpose": PURPOSE, "reason": "上次抽样后补充一件"})
    second = Sample.objects.exclude(again_of=None).get()
    assert second.reveal("reason", purpose="test") == "上次抽样后补充一件"
    assert "重复抽样" in inside.get(LISTED).content.decode()
    assert "上次抽样后补充一件" in inside.get(f"/audit/sample/{second.uuid}/").content.decode()


def test_a_period_is_kept_as_days_so_that_it_means_the_same_next_month(staff, browser):
    a_case(staff, 0)
    browser(staff.auditor).post(f"{DRAW}?period=month", {"size": "1", "purpose": PURPOSE})
    filters = Sample.objects.get().filters
    assert set(filters) == {"since", "until"}
    assert filters["since"].endswith("-01")


def test_drawn_again_it_is_the_same_list_and_a_case_that_came_since_is_told(staff, browser):
    for days in (1, 2, 3, 4):
        a_case(staff, days)
    sample, inside = drawn(staff.auditor, 2), browser(staff.auditor)
    page = f"/audit/sample/{sample.uuid}/"
    assert "与原样本完全一致" in inside.post(page, {"act": "verify"}).content.decode()
    for days in range(5, 40):
        a_case(staff, days)
    again = inside.post(page, {"act": "verify"})
    assert again.context["verified"].moved
    told = list(Entry.objects.filter(stream=sample.stream, kind="sample.verified").order_by("number"))
    assert [entry.data["moved"] for entry in told] == [False, True]


def test_the_list_it_was_drawn_from_is_the_one_of_the_digest(staff, browser):
    for days in (1, 2, 3):
        a_case(staff, days)
    sample = drawn(staff.auditor, 2, dimensions=("outcome",))
    answer = browser(staff.auditor).get(f"/audit/sample/{sample.uuid}/?as=tsv")
    body = b"".join(answer.streaming_content)
    assert f"sha256:{hashlib.sha256(body).hexdigest()}" == sample.population_digest
    assert body.count(b"\n") == 3
    assert Entry.objects.get(kind="ledger.exported").data["ledger"] == "audit-population"


def test_a_sheet_is_marked_signed_and_leads_to_the_next(staff, browser):
    for days in (1, 2):
        a_case(staff, days)
    sample, inside = drawn(staff.auditor, 2), browser(staff.auditor)
    first, second = sample.sheets.all()
    page = f"/audit/sheet/{first.uuid}/"
    assert f"/case/{first.case.uuid}/history/" in Page(inside.get(page)).links

    assert inside.post(page, answers(sample, process_limits="")).status_code == 422
    bad = inside.post(page, answers(sample, process_limits="unmet"))
    assert "写明" in bad.content.decode()
    amiss = {"process_limits": "unmet", "process_limits_remark": "延期未告知", "process_limits_severity": "grave"}
    answer = inside.post(page, answers(sample, **amiss))

    assert answer.url == f"/audit/sheet/{second.uuid}/"
    first.refresh_from_db()
    assert (str(first.score), first.signed_by) == ("88.0", staff.auditor)
    assert "延期未告知" in inside.get(page).content.decode()
    assert inside.post(page, answers(sample)).status_code == 409
    assert inside.post(answer.url, answers(sample)).url == f"/audit/sample/{sample.uuid}/"
    sample.refresh_from_db()
    assert sample.state == "closed"
    told = Entry.objects.filter(stream=first.case.stream, kind="case.audited").get()
    assert told.data["findings"] == 1


def test_nobody_is_told_that_his_case_was_drawn_before_it_is_audited(staff):
    case = a_case(staff)
    drawn(staff.auditor)
    assert not Entry.objects.filter(stream=case.stream).exists()


def test_scores_stand_by_unit_and_in_the_file(staff, browser):
    a_case(staff)
    sample = drawn(staff.auditor)
    sheet = sample.sheets.get()
    marked(sheet, staff.auditor)
    inside = browser(staff.auditor)
    page = inside.get(f"/audit/sample/{sample.uuid}/")
    (unit,) = page.context["units"]
    assert (str(unit["mean"]), unit["findings"], unit["signed"]) == ("88.0", 1, 1)
    taken = file_of(inside, f"/audit/sample/{sample.uuid}/")
    assert taken.rows[0][1] == sheet.case.reference
    assert taken.rows[0][4:6] == ["88.0", "1"]


def test_it_is_given_up_with_a_reason_and_stays_in_the_list(staff, browser):
    a_case(staff)
    sample, inside = drawn(staff.auditor), browser(staff.auditor)
    page = f"/audit/sample/{sample.uuid}/"
    assert inside.post(page, {"act": "give_up", "reason": ""}).status_code == 422
    inside.post(page, {"act": "give_up", "reason": "检查计划调整"})
    sample.refresh_from_db()
    assert sample.state == "given_up"
    assert "检查计划调整" in inside.get(page).content.decode()
    assert PURPOSE in inside.get(LISTED).content.decode()
    assert inside.post(page, {"act": "give_up", "reason": "检查计划调整"}).status_code == 409
    sheet = sample.sheets.get()
    assert inside.post(f"/audit/sheet/{sheet.uuid}/", answers(sample)).status_code == 409


def test_nobody_but_an_auditor_opens_a_sample_or_a_sheet(staff, browser):
    a_case(staff)
    sample = drawn(staff.auditor)
    pages = [LISTED, DRAW, f"/audit/sample/{sample.uuid}/", f"/audit/sheet/{sample.sheets.get().uuid}/"]
    for user in (staff.consumer_protection, staff.outlet_head, staff.compliance, staff.service_manager):
        assert {browser(user).get(page).status_code for page in pages} == {403}
        assert {browser(user).post(page, {}).status_code for page in pages} == {403}


def test_pages_of_a_sample_cost_the_same_with_more_in_them(staff, browser):
    def fill(size: int) -> Sample:
        for days in range(1, 30):
            a_case(staff, days)
        return drawn(staff.auditor, size, dimensions=("branch", "outcome"), reason="重复")

    inside, costs = browser(staff.auditor), []
    for size in (2, 28):
        sample = fill(size)
        sheet = sample.sheets.first()
        marked(sheet, staff.auditor)
        pages = [LISTED, DRAW, f"/audit/sample/{sample.uuid}/", f"/audit/sheet/{sheet.uuid}/", "/"]
        costs.append([cost(inside, page) for page in pages])
    assert costs[0] == costs[1]
    assert max(costs[0]) <= LIST, costs


def test_a_sample_with_more_sheets_than_a_page_goes_on(staff, browser):
    for days in range(1, 31):
        a_case(staff, days)
    sample, inside = drawn(staff.auditor, 30), browser(staff.auditor)
    page = f"/audit/sample/{sample.uuid}/"
    first = rows_of(inside.get(page))
    second = rows_of(inside.get(page, {"after": "25"}))
    assert (len(first), len(second)) == (25, 5)
    assert len({row[1] for row in [*first, *second]}) == AuditSheet.objects.count() == 30


def test_a_samples_lists_go_on_by_place(staff, browser, monkeypatch):
    monkeypatch.setattr(desk, "PAGE", 2)
    a_case(staff)
    for number in range(5):
        drawn(staff.auditor, reason=f"第{number}次")
    inside, address, seen = browser(staff.auditor), LISTED, []
    while address:
        answer = inside.get(address)
        seen += [link for link in Page(answer).links if link.startswith("/audit/sample/")]
        address = next((LISTED + link for link in Page(answer).links if "after=" in link), "")
    assert len(seen) == len(set(seen)) == 5


def test_the_auditors_desk_leads_to_his_work_and_to_nobody_elses(staff, browser):
    case = a_case(staff)
    inside = browser(staff.auditor)
    links = Page(inside.get("/")).links
    assert {"/audit/search/", "/audit/samples/", "/audit/backdated/", "/audit/files/", "/exports/", DRAW} <= set(links)
    assert "待签收" not in inside.get("/").content.decode()
    sample = drawn(staff.auditor)
    page = inside.get("/").content.decode()
    assert f"/audit/sample/{sample.uuid}/" in page
    assert PURPOSE in page
    assert case.reference not in page


def test_a_seed_drawn_in_public_says_where_and_draws_what_it_draws(staff, browser):
    for days in (1, 2, 3, 4, 5):
        a_case(staff, days)
    browser(staff.auditor).post(DRAW, {"size": "2", "purpose": PURPOSE, "seed": SEED, "origin_note": "监事会现场抽取"})
    sample = Sample.objects.get()
    assert (sample.seed, sample.origin) == (SEED, "given")
    again = drawn(staff.auditor, 2, seed=SEED, origin_note="监事会现场抽取", reason="核对")
    references = [list(one.sheets.values_list("case__reference", flat=True)) for one in (sample, again)]
    assert references[0] == references[1]


def test_the_command_draws_again_and_says_what_differs(staff, tmp_path):
    for days in (1, 2, 3):
        a_case(staff, days)
    sample = drawn(staff.auditor, 2)
    population = tmp_path / "population.tsv"
    population.write_text("".join(strata.lines(cases_of(staff.auditor, {}), ())), encoding="utf-8")
    told = StringIO()
    call_command("draw_sample", verify=str(sample.uuid), stdout=told)
    assert sample.population_digest in told.getvalue()
    for days in range(4, 60):
        a_case(staff, days)
    call_command("draw_sample", verify=str(sample.uuid), population=population, stdout=told)
    with pytest.raises(CommandError):
        call_command("draw_sample", verify=str(sample.uuid), stdout=told)
    with pytest.raises(CommandError):
        call_command("draw_sample", verify=str(UUID(int=7)), stdout=told)
    (tmp_path / "none.tsv").write_text("no list\n", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("draw_sample", verify=str(sample.uuid), population=tmp_path / "none.tsv", stdout=told)


def test_strata_are_told_in_words_and_hold_what_they_say(staff, browser):
    a_case(staff)
    a_case(staff, 2, handling_unit=staff.bank.other_outlet)
    a_case(staff, 3, withdrawn_at=clock.now())
    sample = drawn(staff.auditor, 3, dimensions=("branch", "product", "outcome"))
    assert sum(there for _name, there, _drawn in sample.strata) == 3
    assert {name.split("/")[2] for name, _there, _drawn in sample.strata} == {"open", "withdrawn"}
    page = browser(staff.auditor).get(f"/audit/sample/{sample.uuid}/").content.decode()
    assert staff.bank.outlet.tier1.name in page
    assert "已撤回" in page
