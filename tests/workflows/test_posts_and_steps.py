"""Every post × verb of a step × own or other branch, through the verbs, against the table a compliance officer signs.

In permissions.csv: own = the post's branch and below; bank = everywhere; step = as own, for steps of the role itself.
"""

import csv
from pathlib import Path

import pytest
from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from cases.errors import CaseError, NotAllowed
from cases.models import Duty
from tests.factories import person
from tests.journey import Journey, Staff
from tests.workflows.roads import until
from workflows import verbs
from workflows.models import StepTask
from workflows.verbs.casework import declare_interest

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).parents[1] / "accounts" / "permissions.csv"
SIGNED = {row["role"]: row for row in csv.DictReader(TABLE.read_text().splitlines())}
HERE, ELSEWHERE = "here", "elsewhere"


@pytest.fixture
def posts(staff: Staff) -> list[tuple[str, str, User]]:
    """One holder of every post above the case's outlet, and one in another part of the bank."""
    places = {HERE: staff.bank.tier2, ELSEWHERE: staff.bank.other_tier1}
    return [(role, where, person(role, branch)) for role in Role.values for where, branch in places.items()]


@pytest.fixture
def task(staff: Staff) -> StepTask:
    """A step that waits; what it asks for is of no interest here."""
    return until(Journey.begin(staff), "trace").task("trace")


def allows(verb: str, role: str, where: str, step_role: str) -> bool:
    """What the signed table says."""
    reach = SIGNED[role][verb]
    return {"own": where == HERE, "bank": True, "step": where == HERE and role == step_role, "-": False}[reach]


def belongs_to(task: StepTask, role: str, holder: User | None = None) -> None:
    """The step asks for this post, and is in this person's hand."""
    StepTask.objects.filter(pk=task.pk).update(role=role, owner=holder, status="ASSIGNED" if holder else "NEW")
    if holder is not None:
        Duty.objects.create(case=task.case, duty=task.flow_task.name, task=task.uuid, person=holder)


def was_allowed(act) -> bool:
    """Whether the verb let the person through; nothing of it stays."""
    try:
        with transaction.atomic():
            try:
                act()
            finally:
                transaction.set_rollback(True)
    except verbs.stepwork.AnswersRefused:
        return True  # as far as the form: the person was let through
    except NotAllowed:
        return False
    return True


def another(role: str) -> str:
    return Role.FRAUD if role != Role.FRAUD else Role.LIABILITY


def check(verb: str, posts: list, task: StepTask, act, *, holds: bool = False) -> None:
    """Run the verb for everybody on a step of his own post and of another."""
    wrong = []
    for role, where, user in posts:
        for step_role in (role, another(role)):

            def attempt(user=user, step_role=step_role) -> None:
                belongs_to(task, step_role, user if holds else None)
                act(user)

            if was_allowed(attempt) != allows(verb, role, where, step_role):
                wrong.append((verb, role, where, step_role))
    assert not wrong


def test_claim(posts, task):
    check("claim", posts, task, lambda user: verbs.claim(task.uuid, user=user))


def test_complete(posts, task):
    check("complete", posts, task, lambda user: verbs.complete(task.uuid, user=user, answers={}), holds=True)


def test_hand_over(posts, task, staff):
    def act(user: User) -> None:
        taker = person(StepTask.objects.get(pk=task.pk).role, staff.bank.tier2)  # a colleague of whoever holds it
        verbs.hand_over(task.uuid, user=user, to=taker, note="")

    check("hand_over", [row for row in posts if SIGNED[row[0]]["claim"] == "step"], task, act, holds=True)


def test_reassign(posts, task, staff):
    def act(user: User) -> None:
        StepTask.objects.filter(pk=task.pk).update(role=Role.FRAUD)
        verbs.reassign(task.uuid, user=user, to=staff.fraud, why="分流")

    check("reassign", posts, task, act)


def test_cancel(posts, task):
    check("cancel_step", posts, task, lambda user: verbs.cancel(task.uuid, user=user, why="重做"))


def test_withdraw(posts, task):
    check("withdraw", posts, task, lambda user: verbs.withdraw(task.case, user=user, reason="核实", means="REC"))


def test_declare_interest(posts, task):
    check("declare_interest", posts, task, lambda user: declare_interest(task.case, user=user, why="亲属"))


@pytest.mark.parametrize("answer", [verbs.approve, verbs.send_back, verbs.refuse])
@pytest.mark.parametrize("holds", [False, True])
def test_approve_return_refuse(posts, staff, answer, holds):
    approval = until(Journey.begin(staff), "approve").task("approve")

    check(
        "approve",
        posts,
        approval,
        lambda user: answer(approval.uuid, user=user, reason="见意见"),
        holds=holds,
    )


def test_giving_back_needs_nothing_but_to_have_it_in_hand(posts, task):
    for role, _where, user in posts:
        with transaction.atomic():
            belongs_to(task, another(role), user)
            verbs.release(task.uuid, user=user)
            assert StepTask.objects.get(pk=task.pk).owner is None
            transaction.set_rollback(True)


def test_whoever_does_not_hold_a_step_ends_it_in_no_way(posts, task, staff):
    belongs_to(task, Role.FRAUD, staff.fraud)

    for _role, _where, user in posts:
        for act in (
            lambda user=user: verbs.complete(task.uuid, user=user, answers={}),
            lambda user=user: verbs.release(task.uuid, user=user),
            lambda user=user: verbs.hand_over(task.uuid, user=user, to=staff.fraud, note=""),
            lambda user=user: verbs.claim(task.uuid, user=user),
        ):
            with pytest.raises(CaseError, match=staff.fraud.display_name):
                act()


def test_a_deactivated_person_and_a_superuser_without_a_post_do_nothing(task, staff):
    left = person(Role.FRAUD, staff.bank.tier2, is_active=False)
    superuser = User(staff_number="root1", display_name="超级用户", is_superuser=True)
    superuser.save()

    for user in (left, superuser):
        for act in (
            lambda user=user: verbs.claim(task.uuid, user=user),
            lambda user=user: verbs.cancel(task.uuid, user=user, why="重做"),
            lambda user=user: verbs.withdraw(task.case, user=user, reason="核实", means="REC"),
            lambda user=user: verbs.reassign(task.uuid, user=user, to=staff.fraud, why="分流"),
        ):
            with pytest.raises(NotAllowed):
                act()

    belongs_to(task, Role.FRAUD, left)
    with pytest.raises(NotAllowed):
        verbs.release(task.uuid, user=left)
    with pytest.raises(NotAllowed):
        verbs.complete(task.uuid, user=left)
