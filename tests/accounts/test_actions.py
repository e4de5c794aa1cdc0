"""Every way to change people and branches: who may, what is refused, what history and journal keep."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import actions
from accounts.errors import NotAllowed, Refused
from accounts.models import Absence, AuthorityLimit, Branch, Post, User
from accounts.roles import LEVEL_OF, Level, Role
from record import clock
from record.journal import SYSTEM, Actor, entries, verify
from tests.factories import Bank, PostFactory, UserFactory, person


def setup(tree: Bank, name: str):
    """What each verb needs: a call that takes `by`, and the stream it must tell."""
    user, outlet = UserFactory.create(branch=tree.outlet, password="old"), tree.outlet
    post = PostFactory.create(user=user, role=Role.AGENT, branch=outlet)
    limit = actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(1), branch=tree.tier2, by=SYSTEM)
    absent = UserFactory.create(branch=tree.outlet)
    absence = actions.record_absence(user=absent, substitute=user, by=SYSTEM)
    idle = UserFactory.create(branch=tree.outlet, is_active=False)
    fresh = actions.create_branch(code="E1", name="空网点", level=Level.OUTLET, parent=tree.tier1, by=SYSTEM)
    calls = {
        "create_user": (
            lambda by: actions.create_user(
                staff_number="n1", display_name="新人", branch=outlet, password="correct-horse-battery", by=by
            ),
            None,
        ),
        "change_user": (lambda by: actions.change_user(user=user, display_name="改名", by=by), user),
        "deactivate_user": (lambda by: actions.deactivate_user(user=user, why="离职", by=by), user),
        "activate_user": (lambda by: actions.activate_user(user=idle, by=by), idle),
        "set_password": (lambda by: actions.set_password(user=user, password="correct-horse-battery", by=by), user),
        "unlock_user": (lambda by: actions.unlock_user(user=user, by=by), user),
        "give_post": (lambda by: actions.give_post(user=user, role=Role.FRAUD, branch=outlet, by=by), user),
        "end_post": (lambda by: actions.end_post(post=post, by=by), user),
        "record_absence": (lambda by: actions.record_absence(user=user, substitute=None, by=by), user),
        "end_absence": (lambda by: actions.end_absence(absence=absence, by=by), absent),
        "create_branch": (
            lambda by: actions.create_branch(code="N1", name="新网点", level=Level.OUTLET, parent=tree.tier2, by=by),
            None,
        ),
        "change_branch": (lambda by: actions.change_branch(branch=outlet, name="改名", by=by), outlet),
        "move_branch": (lambda by: actions.move_branch(branch=outlet, parent=tree.tier1, by=by), outlet),
        "close_branch": (lambda by: actions.close_branch(branch=fresh, by=by), fresh),
        "set_limit": (
            lambda by: actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(2), branch=outlet, by=by),
            outlet,
        ),
        "end_limit": (lambda by: actions.end_limit(limit=limit, by=by), tree.tier2),
    }
    return calls[name]


VERBS = [
    "create_user", "change_user", "deactivate_user", "activate_user", "set_password", "unlock_user", "give_post",
    "end_post", "record_absence", "end_absence", "create_branch", "change_branch", "move_branch", "close_branch",
    "set_limit", "end_limit",
]  # fmt: skip
UNTRACKED = {"set_password", "unlock_user"}  # a password is in no history, a lock is no record of ours


def test_every_verb_is_tested_here():
    own = {"change_password", "choose_language", "create_first_person", "save_view", "rename_view", "remove_view"}
    own |= {"switch_keys"}

    assert set(actions.__all__) == set(VERBS) | own


@pytest.mark.parametrize("verb", VERBS)
def test_each_change_is_told_once_by_its_maker_and_proved_by_history(tree, administrator, verb):
    call, about = setup(tree, verb)
    before = entries(about.stream).count() if about else 0

    made = call(administrator)

    stream = (about or made).stream
    new = list(entries(stream)[before:])
    assert [(entry.actor_number, entry.actor_role) for entry in new] == [("adm1", "administrator")]
    assert verify(stream) is None
    assert new[0].say()
    assert "%(" not in new[0].say()
    changed = new[0].told["changed"]
    assert bool(changed) is (verb not in UNTRACKED)
    assert all(change["history"].startswith("sha256:") for change in changed)
    if verb not in UNTRACKED:
        assert made.history.first().history_user_id == "adm1"


@pytest.mark.parametrize("verb", VERBS)
def test_only_the_administrator_of_the_place_may(tree, administrator, verb):
    call, _about = setup(tree, verb)
    refused = {
        "of another branch": person(Role.ADMINISTRATOR, tree.other_tier1),
        "supervisor of the head office": person(Role.SUPERVISOR, tree.head_office),
        "auditor": person(Role.AUDITOR, tree.head_office),
        "without a post": UserFactory.create(),
        "superuser while there is an administrator": UserFactory.create(is_superuser=True),
        "deactivated": person(Role.ADMINISTRATOR, tree.head_office, is_active=False),
    }

    for by in refused.values():
        with pytest.raises(NotAllowed):
            call(by)
    call(person(Role.ADMINISTRATOR, tree.tier1))


@pytest.mark.parametrize("verb", VERBS)
def test_a_refused_change_leaves_nothing(tree, administrator, verb):
    call, _about = setup(tree, verb)
    stranger = UserFactory.create()

    def kept():
        tables = [model.objects.count() for model in (User, Branch, Post, AuthorityLimit, Absence)]
        histories = [model.history.count() for model in (User, Branch, Post, AuthorityLimit, Absence)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM record_entry")
            return tables, histories, cursor.fetchone()

    before = kept()
    with pytest.raises(NotAllowed):
        call(stranger)

    assert kept() == before


def test_nobody_acts_under_the_name_of_a_person_without_being_that_person(tree):
    with pytest.raises(TypeError):
        actions.create_user(staff_number="n1", display_name="新人", branch=None, by=Actor("s1", "员工"))


def test_the_journal_never_holds_a_password(tree, administrator):
    user = actions.create_user(
        staff_number="n1", display_name="新人", branch=tree.outlet, password="correct-horse-1", by=administrator
    )
    user = actions.set_password(user=user, password="correct-horse-2", by=administrator)
    user = actions.change_password(user=user, password="correct-horse-3")

    assert user.check_password("correct-horse-3")
    told = "".join(entry.body for entry in entries(user.stream))
    assert [entry.kind for entry in entries(user.stream)] == [
        "user.created", "user.password_set", "user.password_changed",
    ]  # fmt: skip
    assert "correct-horse" not in told
    assert user.password not in told
    assert "password" not in {field.name for field in User.history.model._meta.fields}


@pytest.mark.parametrize("password", ["", "short", "x" * 11])
def test_a_weak_password_is_refused_at_its_field(tree, administrator, password):
    with pytest.raises(Refused) as refused:
        actions.create_user(
            staff_number="n1", display_name="新人", branch=tree.outlet, password=password, by=administrator
        )

    assert refused.value.field == "password"


@pytest.mark.parametrize("number", ["", "a", "a b", "x" * 33, "\x00a", "张三", "-1", "a\nb"])
def test_a_staff_number_that_is_none_is_refused_at_its_field(tree, number):
    with pytest.raises(Refused) as refused:
        actions.create_user(staff_number=number, display_name="新人", branch=tree.outlet, by=SYSTEM)

    assert refused.value.field == "staff_number"


def test_a_taken_staff_number_is_refused_in_any_width(tree):
    UserFactory.create(staff_number="A100")

    with pytest.raises(Refused, match="taken"):
        actions.create_user(staff_number=" Ａ１００ ", display_name="新人", branch=tree.outlet, by=SYSTEM)


def test_nobody_lifts_himself(tree, administrator):
    me = administrator
    for call in (
        lambda: actions.give_post(user=me, role=Role.ADMINISTRATOR, branch=tree.tier1, by=me),
        lambda: actions.end_post(post=me.posts.get(), by=me),
        lambda: actions.deactivate_user(user=me, why="x", by=me),
        lambda: actions.activate_user(user=me, by=me),
        lambda: actions.set_password(user=me, password="correct-horse-battery", by=me),
        lambda: actions.unlock_user(user=me, by=me),
    ):
        with pytest.raises(Refused):
            call()


@pytest.mark.parametrize("place", ["head_office", "tier1", "tier2", "outlet"])
def test_heads_stand_on_their_own_level_and_all_others_anywhere(tree, place):
    branch = getattr(tree, place)

    for role in Role:
        user = UserFactory.create()
        if LEVEL_OF.get(role, branch.level) == branch.level:
            assert actions.give_post(user=user, role=role, branch=branch, by=SYSTEM).pk
            continue
        with pytest.raises(Refused) as refused:
            actions.give_post(user=user, role=role, branch=branch, by=SYSTEM)
        assert refused.value.field == "branch"


@pytest.mark.parametrize("apart", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_audit_and_administration_are_held_alone(tree, apart):
    watcher, agent = person(apart, tree.tier1), person(Role.AGENT, tree.outlet)

    for user, role in ((watcher, Role.AGENT), (agent, apart)):
        with pytest.raises(Refused) as refused:
            actions.give_post(user=user, role=role, branch=tree.tier2, by=SYSTEM)
        assert refused.value.field == "role"

    actions.end_post(post=agent.posts.get(), by=SYSTEM)
    assert actions.give_post(user=agent, role=apart, branch=tree.tier2, by=SYSTEM).pk


def test_one_post_is_not_given_twice_at_a_time(tree):
    user = person(Role.AGENT, tree.outlet)

    with pytest.raises(Refused, match="already holds"):
        actions.give_post(user=user, role=Role.AGENT, branch=tree.outlet, by=SYSTEM)


def test_a_person_gives_and_ends_nothing_in_the_past(tree, administrator):
    user, before = person(Role.AGENT, tree.outlet), clock.now() - timedelta(minutes=1)

    with pytest.raises(Refused):
        actions.give_post(user=user, role=Role.FRAUD, branch=tree.outlet, since=before, by=administrator)
    with pytest.raises(Refused):
        actions.end_post(post=user.posts.get(), until=before, by=administrator)
    with pytest.raises(Refused):
        actions.record_absence(user=user, substitute=None, since=before, by=administrator)


def test_an_end_before_the_beginning_is_refused(tree):
    user, now = person(Role.AGENT, tree.outlet), clock.now()

    with pytest.raises(Refused, match="before the beginning"):
        actions.give_post(user=user, role=Role.FRAUD, branch=tree.outlet, until=now - timedelta(1), by=SYSTEM)
    with pytest.raises(Refused, match="before the beginning"):
        actions.record_absence(user=user, substitute=None, until=now - timedelta(1), by=SYSTEM)


def test_absences_do_not_overlap_and_nobody_stands_in_for_himself(tree):
    user = person(Role.AGENT, tree.outlet)
    with pytest.raises(Refused, match="himself"):
        actions.record_absence(user=user, substitute=user, by=SYSTEM)
    with pytest.raises(Refused, match="deactivated"):
        actions.record_absence(user=user, substitute=UserFactory.create(is_active=False), by=SYSTEM)

    actions.record_absence(user=user, substitute=None, by=SYSTEM)
    with pytest.raises(Refused, match="already recorded"):
        actions.record_absence(user=user, substitute=None, by=SYSTEM)


def test_who_is_back_early_is_back_at_once(tree):
    user, deputy = person(Role.OUTLET_HEAD, tree.outlet), UserFactory.create()
    absence = actions.record_absence(user=user, substitute=deputy, until=clock.now() + timedelta(5), by=SYSTEM)
    assert deputy.standings_now()

    actions.end_absence(absence=absence, by=SYSTEM)
    deputy.forget_posts()

    assert not deputy.standings_now()
    with pytest.raises(Refused, match="is over"):
        actions.end_absence(absence=absence, by=SYSTEM)


@pytest.mark.parametrize("model", [User, Branch, Post, AuthorityLimit, Absence])
def test_rows_are_never_deleted_whoever_asks(tree, administrator, model):
    actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(1), by=SYSTEM)
    actions.record_absence(user=administrator, substitute=None, by=SYSTEM)
    row = model.objects.first()

    with pytest.raises(TypeError):
        row.delete()
    with pytest.raises(TypeError):
        model.objects.all().delete()
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [row.pk])
    history = model.history.model._meta.db_table
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {history} SET history_user_id = 'x'")


def test_whoever_wants_no_single_keys_switches_them_off_for_himself_and_the_journal_says_so(tree, administrator):
    with clock.at(clock.now()) as time:
        off = actions.switch_keys(user=administrator, on=False)
        assert off.keys_off_since == clock.now()
        time.advance(hours=1)
        actions.switch_keys(user=administrator, on=False)
        on = actions.switch_keys(user=administrator, on=True)
    assert on.keys_off_since is None
    told = [entry for entry in entries(administrator.stream) if "keys" in entry.kind]
    assert [entry.kind for entry in told] == ["user.keys_off", "user.keys_on"], "switched off twice is off once"
    assert {entry.actor_number for entry in told} == {"adm1"}
    assert on.history.latest().keys_off_since is None
