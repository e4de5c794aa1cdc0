"""What the posts of a bank do on a day, each part as it is pressed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import AuthorityLimit, Post, User
from accounts.models.authority import LimitKind
from accounts.roles import APPROVAL_ORDER, Role
from cases.actions import contacts
from cases.actions.turn import turn
from cases.models import Case, Contact, Extension, HandOver, Promise, Reception, Urge
from record import clock
from record.models import Entry
from tests.browser.day import Day, colleague_of
from tests.browser.path import SHANGHAI
from tests.desk.at_work import Desk
from tests.workflows import beside, roads
from workflows.flows import ChargebackFlow
from workflows.models import CaseProcess, StepTask
from workflows.verbs import terms

CUSTOMER: Final = "13816262207"  # of every case of the journeys
NOBODY: Final = "13900139001"


# With the customer ----------------------------------------------------------------------------------------------------


def is_called(day: Day) -> None:
    """Two calls: one asks how far his case is and is called back as promised; one has a matter nobody knows yet."""
    case = Desk.at("trace", day.staff).case
    day.opens().fills(q=CUSTOMER).presses("[data-call] button").keeps("caller").presses("[data-urge]")
    assert Urge.objects.get().by == day.who
    day.keeps("urged").presses("a[href$='/promise/']")
    day.fills(what="今天下班前回电告知进度", due_at=_in(hours=6)).keeps("promise").sends()
    day.opens().keeps("promised").presses("aside a.r-ref").presses("a[href$='/contact/']")
    day.fills(direction="out", channel="phone", note="已告知进度，客户认可。").sends()
    assert Contact.objects.get(by=day.who).case == case
    day.presses("form[action$='/kept/'] button").keeps("kept")
    assert Promise.objects.get(by=day.who).kept_at
    registers(day)


def registers(day: Day) -> None:
    """Of a number no case has the page says so, and takes it along into the new one."""
    day.opens().fills(q=NOBODY).presses("[data-call] button").keeps("nobody").presses("[data-begin=go]")
    expect(day.main.locator("[name=phone]")).to_have_value(NOBODY)
    day.fills(kind="general", name="赵敏", demand="reply", narrative="网点排队两小时，柜员态度生硬。")
    day.keeps("registration").sends()
    assert Case.objects.latest("pk").people.get(part="first").user == day.who
    day.keeps("registered")


def receives(day: Day) -> None:
    """Somebody comes to the counter; he is answered on the spot."""
    day.opens("/receptions/").presses("a[href='/receptions/new/']")
    day.fills(visitor="李明", visitors="1", matter="询问年费").keeps("visit")
    day.presses("form[data-main] .r-btn--go")
    day.fills(outcome="told", answer="已当场说明年费规则", av_number="AV-7", ended_at=_in()).sends().keeps("answered")
    assert Reception.objects.get().ended_at


# At the end of the shift ------------------------------------------------------------------------------------------------


def hands_over(day: Day) -> None:
    """交接班, 日清: at 17:00 the desk says what is left; all of it goes to a colleague, who signs once."""
    desks = [Desk.at(step, day.staff) for step in ("propose", "tell")]
    with turn(desks[0].case, user=day.who, role=day.post) as hand:
        contacts.promise(hand, what="今天下班前回电告知进度", due_at=clock.now() + timedelta(hours=8))
    colleague = colleague_of(day.who)
    day.time.to(clock.now().replace(hour=9, minute=0))
    day.opens().keeps("not-clear").presses("a[href='/shift/hand-over/']")
    day.fills(to=str(colleague.uuid), note="张先生下午三点后方便接电话；赔付方案差利息依据。").keeps("shift")
    day.sends().keeps("handed-over")
    expect(day.main.locator("#day-clear.r-note--good")).to_be_visible()
    his = Day(day.seats, day.seats.seat(colleague, size=day.size).comes_in(), day.post, day.size, day.time)
    his.pictures = day.pictures
    his.opens().keeps("to-sign").presses("form[action$='/sign/'] button")
    his.keeps("signed")
    assert {row.outcome for row in HandOver.objects.all()} == {"signed"}
    assert {desk.task.owner for desk in desks} == {colleague} == {Promise.objects.latest("pk").by}


# In charge ------------------------------------------------------------------------------------------------------------


def leads(day: Day) -> None:
    """晨会板: two late steps go to a colleague at once, and stand among what is not signed for."""
    desks = [Desk.at("trace", day.staff) for _n in range(2)]
    for desk in desks:
        late = desk.task
        late.due_at = clock.now() - timedelta(hours=3)
        late.save(update_fields=["due_at"])
    colleague = colleague_of(day.staff.fraud)
    day.opens().keeps("home").presses("a[href='/morning/?show=late']")
    for desk in desks:
        day.main.locator(f"[name=step][value^='{desk.task.uuid}']").check()
    day.fills(to=str(colleague.uuid), why="原主办请假").keeps("board").sends()
    assert [desk.task.owner for desk in desks] == [colleague] * 2
    day.presses("a[href*='show=unsigned']").keeps("unsigned")
    for desk in desks:
        expect(day.main.locator(f"[value^='{desk.task.uuid}']")).to_be_visible()


def grants_time(day: Day) -> None:
    """审批: more time was asked for by whoever handles the case; a second time the branch above is asked."""
    desk = Desk.at("decide", day.staff)
    first = terms.ask_extension(desk.case, user=day.staff.consumer_protection, reason="交易在境外，需向卡组织调单")
    if day.post == Role.TIER2_HEAD:
        terms.grant_extension(first, user=day.staff.supervisor, reason="")
        first = terms.ask_extension(desk.case, user=day.staff.consumer_protection, reason="境外回函未到")
    day.opens().keeps("more-time").presses(f"a[href='/more-time/{first.uuid}/answer/']")
    day.fills(answer="grant").keeps("grants").sends()
    assert Extension.objects.get(pk=first.pk).answered_by == day.who


def approves(day: Day) -> None:
    """Sums beyond those below him: one is approved, one goes back for change."""
    for limit in AuthorityLimit.objects.filter(role__in=APPROVAL_ORDER[: APPROVAL_ORDER.index(day.post)]):
        limit.amount = Decimal(1)
        limit.save()
    for press, reason in (("approve", "材料齐全，同意。"), ("return", "请补充利息计算依据。")):
        task = Desk.at("approve", day.staff, claimed=False).task
        assert task.role == day.post
        day.does_step(task, press=press, reason=reason)


# On a case ------------------------------------------------------------------------------------------------------------


def votes(day: Day, step: str) -> None:
    """责任认定会: the sum is above what one person decides on; this seat does not agree."""
    AuthorityLimit(role=Role.LIABILITY, kind=LimitKind.LIABILITY, amount=Decimal(1), valid_from=date(2000, 1, 1)).save()
    sitting = roads.does(Desk.at("decide", day.staff).journey, "decide")
    day.does_step(sitting.task(step), vote="against", reason="真卡核验仅凭电话，证明力不足。")


def disputes(day: Day) -> None:
    """调单, 退单: a slip is asked for and comes; the ledger shows the window; he sits on the panel for the business."""
    opened = beside.opens(Desk.at("decide", day.staff).journey, ChargebackFlow)
    for step in ("ask_slip", "slip_answer"):
        day.does_step(_open(opened, step), **beside.ANSWERS[step]())
    day.opens("/ledgers/chargebacks/").keeps("chargebacks").presses("[data-row] a")
    votes(day, "vote_business")


def asks_a_merchant(day: Day) -> None:
    """协查: from the menu of a case he decides on."""
    case = Desk.at("decide", day.staff).case
    day.opens(f"/case/{case.uuid}/").presses("a[href$='/open/letter/']")
    day.fills(addressee_kind="merchant", addressee="海淘商城", question="请提供签购单和收货信息")
    day.keeps("asks").sends().keeps("asked")
    assert CaseProcess.objects.beside().get().opened_by == day.who


# Looking on, and keeping people ---------------------------------------------------------------------------------------


def examines(day: Day) -> None:
    """He finds a case, reads it in clear for a reason, and takes the ledger along; each is on record."""
    case = Desk.at("approve", day.staff).case
    search = day.opens().keeps("home").seat.page.locator("header [name=q]")
    search.fill(case.reference)
    search.press("Enter")
    day.seat.page.wait_for_url(f"**/case/{case.uuid}/")
    day.keeps("case").presses("a[href$='/clear/']").fills(reason="季度抽查，调阅原始陈述。").keeps("asks-clear")
    day.presses("form[data-main] .r-btn--go").keeps("clear")
    day.opens("/ledgers/complaints/").keeps("ledger")
    with day.seat.page.expect_download() as taken:
        day.main.locator("a[href*='as=csv']").click()
    assert case.reference in taken.value.path().read_text(encoding="utf-8-sig")
    on_record = set(Entry.objects.filter(actor_number=day.who.staff_number).values_list("kind", flat=True))
    assert {"case.read", "case.shown_in_clear", "ledger.exported"} <= on_record


def keeps_people(day: Day) -> None:
    """Somebody joins and is given a post; a limit is raised."""
    outlet = day.staff.bank.outlet
    day.opens("/accounts/").keeps("people").presses("a[href='/accounts/user/add/']")
    day.fills(staff_number="31999", display_name="何新", password="a long enough secret")
    _picks(day, "branch", outlet.code, outlet.name)
    _is_whole(day.keeps("new-person"))
    day.presses("[name=_save]")
    joined = User.objects.get(staff_number="31999")
    day.opens("/accounts/post/add/").fills(role=str(Role.AGENT))
    _picks(day, "user", "31999", "何新")
    _picks(day, "branch", outlet.code, outlet.name)
    _is_whole(day.keeps("new-post"))
    day.presses("[name=_save]")
    assert Post.objects.get(user=joined).branch == outlet
    day.opens("/accounts/authoritylimit/add/").fills(role=str(Role.OUTLET_HEAD), amount="60000")
    day.keeps("new-limit").presses("[name=_save]").keeps("limits")
    assert AuthorityLimit.objects.latest("pk").amount == Decimal(60_000)


def _is_whole(day: Day) -> None:
    """No field of the form is cut off at the edge of its panel."""
    rows = day.main.locator(".form-row")
    assert rows.count()
    assert not rows.evaluate_all("rows => rows.some(row => row.scrollWidth > row.clientWidth)")


def _picks(day: Day, field: str, text: str, shown: str) -> None:
    """A record by what one types of it."""
    page = day.seat.page
    page.locator(f".field-{field} .select2-selection").click()
    page.locator(".select2-search__field").fill(text)
    page.locator(".select2-results__option[aria-selected]", has_text=shown).first.click()


def _open(process: CaseProcess, step: str) -> StepTask:
    return next(task for task in StepTask.objects.open().human().filter(process=process) if task.flow_task.name == step)


def _in(**ahead: float) -> str:
    return timezone.localtime(clock.now() + timedelta(**ahead), SHANGHAI).isoformat(timespec="seconds")
