"""调卷: cases by their numbers as one set of papers, in the order of the list, and on record as read."""

import pytest

from record.models import Entry
from tests.desk.at_work import Desk
from tests.desk.audit import REFERENCE
from tests.desk.complaint_ledger import a_case
from tests.desk.costs import STEP, cost

pytestmark = pytest.mark.django_db
FILES = "/audit/files/"


def test_files_come_in_the_order_of_the_list_each_with_its_time_line_and_evidence(staff, browser):
    first, second = Desk.at("trace", staff).case, Desk.at("approve", staff).case
    inside = browser(staff.auditor)
    answer = inside.post(FILES, {"numbers": f"{second.reference}、{first.reference}\n{second.reference}"})
    page = answer.content.decode()
    assert list(dict.fromkeys(REFERENCE.findall(page))) == [second.reference, first.reference]
    assert [one.row.case.reference for one in answer.context["files"]] == [second.reference, first.reference]
    assert len(answer.context["files"][0].lines) == Entry.objects.filter(stream=second.stream).count()
    assert len(answer.context["files"][0].evidence) == second.evidence.count()
    assert "trace" not in page.partition("<main")[2]
    looks = Entry.objects.filter(kind="case.read", actor_number=staff.auditor.staff_number)
    assert {entry.data["case"] for entry in looks} == {str(first.uuid), str(second.uuid)}


def test_a_number_nobody_has_is_named_and_one_that_is_none_refused(staff, browser):
    inside, case = browser(staff.auditor), a_case(staff)
    answer = inside.post(FILES, {"numbers": f"{case.reference} 26-9999999"})
    assert answer.context["unknown"] == ["26-9999999-" + answer.context["unknown"][0][-1]]
    assert inside.post(FILES, {"numbers": f"{case.reference} 张三"}).status_code == 422
    many = " ".join(f"26-{number:07d}" for number in range(1, 22))
    assert inside.post(FILES, {"numbers": many}).status_code == 422
    assert Entry.objects.filter(kind="case.read").count() == 1


def test_twenty_files_cost_what_one_costs(staff, browser):
    inside = browser(staff.auditor)
    cases = [a_case(staff, day) for day in range(1, 21)]
    one = cost(inside, FILES, numbers=cases[0].reference)
    assert cost(inside, FILES, numbers=" ".join(case.reference for case in cases)) == one <= STEP
