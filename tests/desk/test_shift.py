"""交接班: everything in hand goes to a colleague in one act; he signs once, or gives it back with a reason."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from cases.actions import contacts, people
from cases.actions.turn import turn
from cases.errors import NotAllowed
from cases.models import HandOver, Promise
from record import clock, journal
from tests.desk.at_work import Desk
from tests.desk.costs import FORM, HOME, cost
from tests.desk.looking import Page, nothing_changes
from tests.desk.morning import in_list
from tests.factories import person
from tests.journey import Staff
from workflows import verbs
from workflows.verbs import shift

pytestmark = pytest.mark.django_db
PAGE = "/shift/hand-over/"


@pytest.fixture
def colleague(staff: Staff) -> User:
    """A second consumer protection officer, who may promise a customer something."""
    return person(Role.CONSUMER_PROTECTION, staff.bank.head_office, display_name="陈思远")


def promised(desk: Desk, by: User, **ahead: float) -> Promise:
    with turn(desk.case, user=by, role=Role.CONSUMER_PROTECTION) as hand:
        return contacts.promise(hand, what="下午回电", due_at=clock.now() + timedelta(**ahead))


@pytest.fixture
def desks(staff: Staff, time: Any) -> list[Desk]:
    """What an officer has in hand at the end of his shift: two steps, and a promise for tomorrow."""
    found = [Desk.at(step, staff) for step in ("propose", "tell")]
    promised(found[0], staff.consumer_protection, hours=30)
    return found


def everything(desks: list[Desk], to: User, **more: Any) -> dict[str, Any]:
    """The form as the page sends it with all ticked."""
    steps, promises = [str(desk.task.uuid) for desk in desks], [str(row.uuid) for row in Promise.objects.all()]
    return {"to": str(to.uuid), "note": "客户下午三点后方便接电话", "step": steps, "promise": promises, **more}


def told(desk: Desk) -> list[str]:
    return [entry.kind for entry in journal.entries(desk.case.stream)]


def test_a_shift_goes_over_in_one_act_and_is_signed_for_once(staff, browser, desks, colleague, time):
    # given an officer who sees all he has in hand, ticked
    giver, taker = browser(staff.consumer_protection), browser(colleague)
    page = Page(giver.get(PAGE))
    assert page.source.count(" checked") == 3

    # when he hands it over
    answer = giver.post(PAGE, everything(desks, colleague))
    assert (answer.status_code, answer.url) == (302, "/")

    # then the colleague finds one hand-over with note and list, nothing of it a second time, and the board counts it
    home = taker.get("/").content.decode()
    assert home.count("/sign/") == 1
    assert "客户下午三点后方便接电话" in home
    assert all(desk.case.reference in home for desk in desks)
    assert {"propose", "tell"} <= in_list(staff.supervisor, "unsigned") | in_list(staff.service_manager, "unsigned")
    assert "尚未签收" in giver.get("/").content.decode()

    # and signs once
    time.advance(minutes=4)
    one = HandOver.objects.values_list("shift", flat=True).distinct().get()
    assert taker.post(f"/shift/{one}/sign/").status_code == 302
    assert {row.outcome for row in HandOver.objects.all()} == {"signed"}
    assert all(desk.task.signed_at == clock.now() and desk.task.owner == colleague for desk in desks)
    assert Promise.objects.get().by == colleague
    assert "/sign/" not in taker.get("/").content.decode()
    assert "尚未签收" not in giver.get("/").content.decode()
    for desk in desks:
        assert {"step.handed_over", "step.signed"} <= set(told(desk))
    assert {"promise.handed_over", "promise.signed"} <= set(told(desks[0]))


def test_a_shift_that_is_not_taken_goes_back_with_the_reason(staff, browser, desks, colleague):
    # given a shift handed over
    giver, taker = browser(staff.consumer_protection), browser(colleague)
    giver.post(PAGE, everything(desks, colleague))
    one = HandOver.objects.first().shift

    # when the colleague refuses it, without a reason at first
    assert Page(taker.post(f"/shift/{one}/refuse/", {"reason": " "})).error_at("reason")
    assert taker.post(f"/shift/{one}/refuse/", {"reason": "下午培训，无法接班"}).status_code == 302

    # then all is with whoever had it, who signs for nothing and reads why
    assert {desk.task.owner for desk in desks} == {staff.consumer_protection}
    assert not any(desk.task.waits_for_signature for desk in desks)
    assert Promise.objects.get().by == staff.consumer_protection
    home = giver.get("/").content.decode()
    assert "下午培训，无法接班" in home
    assert "/sign/" not in home
    assert "step.handed_back" in told(desks[0])
    assert "下午培训，无法接班" in giver.get(desks[0].url).content.decode()
    assert "promise.handed_back" in told(desks[0])
    with nothing_changes():
        assert taker.post(f"/shift/{one}/sign/").status_code == 403


def test_what_the_colleague_may_not_do_is_refused_by_name_and_stays(staff, browser, desks, colleague):
    # given a colleague with an interest in one of the cases
    with turn(desks[1].case, user=staff.consumer_protection) as hand:
        people.declare_interest(hand, person=colleague, why="亲戚")

    # when the whole shift is handed to him
    page = Page(browser(staff.consumer_protection).post(PAGE, everything(desks, colleague)))

    # then that step stays, is still ticked, and the page says why; the others went
    assert page.status == 422
    assert colleague.display_name in page.source
    assert desks[1].task.owner == staff.consumer_protection
    assert desks[0].task.owner == colleague
    assert page.source.count(" checked") == 1
    assert "step.handed_over" not in told(desks[1])


def test_a_shift_goes_to_a_colleague_of_the_same_post_and_branch_only(staff, browser, desks, colleague):
    stranger = person(Role.CONSUMER_PROTECTION, staff.bank.tier1)
    inside = browser(staff.consumer_protection)
    for other in (staff.fraud, stranger, staff.consumer_protection):
        with nothing_changes():
            page = Page(inside.post(PAGE, everything(desks, other)))
        assert page.error_at("to"), other
    with nothing_changes(), pytest.raises(NotAllowed):
        shift.hand_over(user=staff.consumer_protection, to=stranger, tasks=[desks[0].task], promises=[], note="")


def test_nothing_ticked_hands_nothing_over_and_nobody_hands_over_what_is_anothers(staff, browser, desks, colleague):
    inside = browser(staff.consumer_protection)
    others = Desk.at("trace", staff)
    for step in ([], [str(others.task.uuid)], ["x"]):
        with nothing_changes():
            page = Page(inside.post(PAGE, everything(desks, colleague, step=step, promise=[])))
        assert page.status == 422


def test_what_was_signed_alone_moved_or_done_meanwhile_does_not_wait_for_the_signature(
    staff, browser, desks, colleague
):
    # given a shift of two steps and a promise, of which one step was signed for on its page, one is another's by now
    other = person(Role.CONSUMER_PROTECTION, staff.bank.head_office)
    browser(staff.consumer_protection).post(PAGE, everything(desks, colleague))
    verbs.sign(desks[0].task.uuid, user=colleague)
    verbs.reassign(desks[1].task.uuid, user=staff.service_manager, to=other, why="分流")

    # when he signs for the shift
    taker = browser(colleague)
    assert taker.post(f"/shift/{HandOver.objects.first().shift}/sign/").status_code == 302

    # then each says what came of it, and the other person still has to sign for what he was given
    outcomes = {row.task or row.promise.uuid: row.outcome for row in HandOver.objects.all()}
    assert outcomes[desks[0].task.uuid] == "signed"
    assert outcomes[desks[1].task.uuid] == "gone"
    assert outcomes[Promise.objects.get().uuid] == "signed"
    assert desks[1].task.waits_for_signature
    assert f"/step/{desks[1].task.uuid}/sign/" in browser(other).get("/").content.decode()


def test_nobody_signs_for_or_refuses_anothers_shift(staff, browser, desks, colleague):
    browser(staff.consumer_protection).post(PAGE, everything(desks, colleague))
    one = HandOver.objects.first().shift
    for user in (staff.consumer_protection, staff.fraud):
        inside = browser(user)
        with nothing_changes():
            assert inside.post(f"/shift/{one}/sign/").status_code == 403
            assert inside.post(f"/shift/{one}/refuse/", {"reason": "不接"}).status_code == 403


def test_when_whoever_handed_over_has_no_post_any_more_a_refused_step_waits_for_all(staff, browser, desks, colleague):
    browser(staff.consumer_protection).post(PAGE, everything(desks, colleague))
    post = staff.consumer_protection.posts.get()
    post.until = clock.now()
    post.save()

    browser(colleague).post(f"/shift/{HandOver.objects.first().shift}/refuse/", {"reason": "手上工单已满"})

    assert [desk.task.owner for desk in desks] == [None, None]


def test_a_shift_on_the_desk_costs_the_same_with_more_in_it(staff, browser, desks, colleague):
    taker, giver = browser(colleague), browser(staff.consumer_protection)
    giver.post(PAGE, everything(desks[:1], colleague))
    before = cost(taker, "/")
    more = [Desk.at("propose", staff), Desk.at("draft_letter", staff)]
    assert cost(giver, PAGE) <= FORM
    for desk in more:
        promised(desk, staff.consumer_protection, hours=2)
    giver.post(PAGE, everything([desks[1], *more], colleague))
    assert HandOver.objects.waiting().count() == 7
    assert cost(taker, "/") == before <= HOME
