"""A person keeps filters of a ledger under a name, opens, renames and removes them; codes alone are kept."""

import pytest

from accounts.actions import save_view
from accounts.models import SavedView
from tests.desk.at_work import Desk
from tests.desk.complaint_ledger import LEDGER, a_case, shown
from tests.desk.costs import FORM, LIST, cost
from tests.desk.looking import Page, nothing_changes
from tests.workflows.beside import opens
from workflows.desk import counting
from workflows.flows import InquiryFlow

pytestmark = pytest.mark.django_db

VIEWS = "/ledgers/views/complaints/"


def test_the_present_filters_are_kept_and_opened_again(staff, browser):
    inside = browser(staff.supervisor)
    wanted, _other = a_case(staff, 1, channel="app"), a_case(staff, 2)

    page = Page(inside.get(LEDGER, {"channel": "app", "state": "open"}))
    (way,) = [link for link in page.links if link.startswith(VIEWS)]
    form = Page(inside.get(way))
    assert "手机银行" in form.source or "App" in form.source
    answer = inside.post(way, {"filters": form.values["filters"][0], "name": "App 渠道"})

    assert answer.status_code == 302
    assert SavedView.objects.get().filters == {"channel": "app", "state": "open"}
    links = Page(inside.get(LEDGER)).links
    (view,) = [link for link in links if "channel=app" in link]
    assert shown(inside, **SavedView.objects.get().filters) == [wanted.reference]
    assert inside.get(view).context["asked"] == {"channel": "app", "state": "open"}
    assert view not in Page(browser(staff.agent).get(LEDGER)).links, "nobody else has it"


@pytest.mark.parametrize(
    ("which", "sent", "kept"),
    [
        ("complaints", "state=late&unit=张三&name=李四&lead=s1", {}),
        ("complaints", "state=late&phone=13816262207", {"state": "late"}),
        ("stops", "kind=oral_loss&days=3&account=622600", {"state": "running", "kind": "oral_loss", "days": "3"}),
        ("inquiries", "state=ended&addressee_kind=张三", {"state": "ended"}),
        ("credit-records", "who=张三&state=waiting", {"state": "waiting"}),
    ],
)
def test_only_codes_the_ledger_knows_are_kept(which, sent, kept, staff, browser):
    answer = browser(staff.consumer_protection).post(f"/ledgers/views/{which}/", {"filters": sent, "name": "我的"})
    assert answer.status_code == 302
    assert SavedView.objects.get().filters == kept


def test_a_view_is_renamed_and_removed_on_its_own_page(staff, browser):
    me, inside = staff.supervisor, browser(staff.supervisor)
    view = save_view(user=me, ledger="stops", name="快失效", filters={"days": "2"})
    save_view(user=me, ledger="stops", name="法院", filters={"kind": "judicial_freeze"})
    address = f"/ledgers/view/{view.uuid}/"
    assert address in Page(inside.get("/ledgers/views/stops/")).links

    with nothing_changes():
        taken = Page(inside.post(address, {"name": "法院"}))
        assert (taken.status, taken.error_at("name")) == (422, True)
        assert Page(inside.post(address, {"name": ""})).error_at("name")
    assert inside.post(address, {"name": "两天内失效"}).url == "/ledgers/views/stops/"
    assert "两天内失效" in inside.get("/stops/").content.decode()
    assert inside.post(address, {"act": "remove"}, follow=True).status_code == 200
    assert "两天内失效" not in inside.get("/stops/").content.decode()
    assert inside.get(address).status_code == 404


def test_a_refused_name_keeps_the_filters(staff, browser):
    page = Page(browser(staff.supervisor).post(VIEWS, {"filters": "state=late", "name": "13816262207"}))
    assert (page.status, page.error_at("name")) == (422, True)
    assert page.values["filters"] == ["state=late"]


def test_views_of_a_ledger_one_may_not_open_or_that_is_none_are_not_there(staff, browser):
    assert browser(staff.agent).get("/ledgers/views/credit-records/").status_code == 403
    assert browser(staff.agent).get("/ledgers/views/nothing/").status_code == 404


def test_pages_cost_the_same_with_many_views(staff, browser):
    inside, me = browser(staff.supervisor), staff.supervisor
    view = save_view(user=me, ledger="complaints", name="一", filters={"state": "late"})

    def costs() -> list[int]:
        return [cost(inside, path) for path in (LEDGER, VIEWS, f"/ledgers/view/{view.uuid}/")]

    before = costs()
    for number in range(9):
        save_view(user=me, ledger="complaints", name=f"视图 {number}", filters={"channel": "app"})
    assert costs() == before
    assert before[0] <= LIST
    assert max(before) <= FORM


@pytest.mark.parametrize("path", ["/stops/", "/credit-records/", "/ledgers/inquiries/", "/ledgers/recoveries/"])
def test_every_ledger_says_how_many_it_has_within_its_bound(path, staff, browser, monkeypatch):
    inside = browser(staff.consumer_protection)
    desk = Desk.at("correct_credit_record", staff, claimed=False)
    opens(desk.journey, InquiryFlow)

    page = inside.get(path)
    assert str(page.context["count"]) in page.content.decode()
    assert page.context["count"].number == len(page.context["rows"])
    monkeypatch.setattr(counting, "COUNTED", 0)
    assert cost(inside, path) <= LIST


def test_the_reception_register_is_a_ledger_too_with_its_own_right(staff, browser):
    head, fraud = browser(staff.outlet_head), browser(staff.fraud)
    filters = f"state=open&unit={staff.bank.outlet.code}&since=nonsense"

    assert fraud.get("/ledgers/views/receptions/").status_code == 403
    kept = head.post("/ledgers/views/receptions/", {"name": "未办结来访", "filters": filters})

    assert kept.status_code == 302
    assert kept.url == f"/receptions/?unit={staff.bank.outlet.code}&state=open"
    page = Page(head.get(kept.url))
    assert "未办结来访" in page.source
    assert "/receptions/" in page.links
    assert "/receptions/" not in Page(fraud.get("/stops/")).links
