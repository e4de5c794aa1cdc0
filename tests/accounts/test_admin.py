"""The admin pages of people: administrators work there through the verbs, nobody else gets in."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts import actions
from accounts.models import Absence, AuthorityLimit, Branch, Post, User
from accounts.roles import Level, Role
from record import clock
from record.journal import SYSTEM, entries
from tests.factories import UserFactory, person

MODELS = ["user", "branch", "post", "authoritylimit", "absence"]
OTHERS = [role for role in Role if role != Role.ADMINISTRATOR]


def page(model, what="changelist", *args):
    return reverse(f"admin:accounts_{model}_{what}", args=[str(arg) for arg in args])


@pytest.fixture
def desk(client, administrator):
    """A browser in which the administrator is signed in and reads English."""
    User.objects.get(pk=administrator.pk)
    administrator.language = "en"
    administrator.save()
    client.force_login(administrator)
    return client


def rows(tree):
    """One record of each model."""
    agent = person(Role.AGENT, tree.outlet, staff_number="wang.wei")
    actions.set_limit(role=Role.OUTLET_HEAD, amount=Decimal(100), branch=tree.tier1, by=SYSTEM)
    actions.record_absence(user=agent, substitute=None, by=SYSTEM)
    return {
        "user": agent,
        "branch": tree.outlet,
        "post": agent.posts.get(),
        "authoritylimit": AuthorityLimit.objects.get(),
        "absence": Absence.objects.get(),
    }


@pytest.mark.parametrize("model", MODELS)
def test_an_administrator_lists_opens_searches_and_reads_the_journal(tree, desk, model):
    row = rows(tree)[model]

    for address in (
        page(model),
        page(model) + "?q=w",
        page(model, "add"),
        page(model, "change", row.uuid),
        page(model, "history", row.uuid),
    ):
        answer = desk.get(address)
        assert answer.status_code == 200, address
        html = answer.content.decode()
        assert not re.search(r"<[^>]*\s(style|on\w+)=", html), address
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)", html), address
        assert "<style" not in html
    assert str(row.uuid) in desk.get(page(model)).content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_deleted_and_no_page_goes_by_number(tree, desk, model):
    row = rows(tree)[model]

    assert desk.post(page(model, "delete", row.uuid), {"post": "yes"}).status_code == 403
    desk.post(page(model), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert type(row).objects.filter(pk=row.pk).exists()
    for wrong in (row.pk, "x", "0" * 400, "%00", "00000000-0000-0000-0000-000000000000"):
        assert desk.get(page(model, "change", wrong)).status_code in (302, 404)


@pytest.mark.parametrize("model", MODELS)
def test_no_other_post_opens_a_page_of_people(tree, client, model):
    row = rows(tree)[model]
    pages = [page(model), page(model, "add"), page(model, "change", row.uuid), page(model, "history", row.uuid)]

    for role in OTHERS:
        client.force_login(person(role, tree.head_office))
        assert {client.get(address).status_code for address in pages} == {403}, role
    assert {client.post(address, {}).status_code for address in pages} == {403}


@pytest.mark.parametrize("model", MODELS)
def test_an_administrator_of_a_branch_keeps_to_it(tree, client, administrator, model):
    row = rows(tree)[model]
    client.force_login(person(Role.ADMINISTRATOR, tree.other_tier1))

    assert str(row.uuid) not in client.get(page(model)).content.decode()
    assert client.get(page(model, "change", row.uuid)).status_code == 302
    assert client.get(page(model, "history", row.uuid)).status_code == 404


def refusal_of(answer):
    assert answer.status_code == 200, "it was saved"
    return answer.context["adminform"].form.errors


NEW_PERSON = {"staff_number": "n100", "display_name": "新人", "language": "en", "password": "correct-horse-battery"}


def test_a_person_joins_changes_and_leaves(tree, desk):
    typed = NEW_PERSON | {"branch": tree.outlet.pk}
    assert desk.post(page("user", "add"), typed).status_code == 302
    user = User.objects.get(staff_number="n100")
    assert user.check_password("correct-horse-battery")

    entry = {"display_name": "新名", "branch": tree.tier2.pk, "language": "zh-hans", "email": "a@b.cn"}
    address = page("user", "change", user.uuid)
    assert desk.post(address, entry | {"is_active": "on"}).status_code == 302
    assert "why" in refusal_of(desk.post(address, entry))
    assert desk.post(address, entry | {"why": "离职"}).status_code == 302
    assert desk.post(address, entry | {"is_active": "on", "new_password": "short"}).status_code == 200
    typed = entry | {"is_active": "on", "new_password": "correct-horse-9", "unlock": "on"}
    assert desk.post(address, typed).status_code == 302

    assert [told.kind for told in entries(user.stream)] == [
        "user.created", "user.changed", "user.deactivated", "user.activated", "user.password_set", "user.unlocked",
    ]  # fmt: skip
    assert {told.actor_number for told in entries(user.stream)} == {"adm1"}
    user.refresh_from_db()
    assert (user.display_name, user.branch, user.is_active) == ("新名", tree.tier2, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("staff_number", ""),
        ("staff_number", "a\x00"),
        ("staff_number", "adm1"),
        ("staff_number", "😀😀"),
        ("display_name", ""),
        ("display_name", "x" * 61),
        ("branch", "999999999"),
        ("branch", "9" * 40),
        ("branch", "x"),
        ("language", "fr"),
        ("email", "x"),
        ("password", "short"),
    ],
)
def test_bad_input_gets_a_sentence_at_its_field_and_saves_nothing(tree, desk, field, value):
    answer = desk.post(page("user", "add"), NEW_PERSON | {"branch": tree.outlet.pk, field: value})

    assert list(refusal_of(answer)) == [field]
    assert not User.objects.filter(staff_number="n100").exists()


def test_a_post_is_given_and_ended_and_a_refusal_stands_at_the_field(tree, desk, administrator):
    user = UserFactory.create(branch=tree.outlet)
    typed = {"user": user.pk, "role": "outlet_head", "branch": tree.outlet.pk}

    assert "branch" in refusal_of(desk.post(page("post", "add"), typed | {"branch": tree.tier1.pk}))
    assert "user" in refusal_of(desk.post(page("post", "add"), typed | {"user": administrator.pk}))
    assert "since" in refusal_of(desk.post(page("post", "add"), typed | {"since": "2020-01-01T00:00"}))
    assert "until" in refusal_of(desk.post(page("post", "add"), typed | {"until": "2020-01-01T00:00"}))
    assert desk.post(page("post", "add"), typed).status_code == 302
    assert refusal_of(desk.post(page("post", "add"), typed))

    post = Post.objects.get(user=user)
    address = page("post", "change", post.uuid)
    assert "until" in refusal_of(desk.post(address, {"until": ""}))
    assert desk.post(address, {"until": "2096-01-01T00:00"}).status_code == 302
    post.refresh_from_db()
    assert str(post.until) == "2095-12-31 16:00:00+00:00"  # typed in the bank's time


def test_an_absence_is_recorded_and_ended(tree, desk):
    user, deputy = UserFactory.create(branch=tree.outlet), UserFactory.create(branch=tree.outlet)
    typed = {"user": user.pk, "substitute": deputy.pk, "since": "", "until": ""}

    assert refusal_of(desk.post(page("absence", "add"), typed | {"substitute": user.pk}))
    assert desk.post(page("absence", "add"), typed).status_code == 302
    absence = Absence.objects.get(user=user)
    end = (clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    assert desk.post(page("absence", "change", absence.uuid), {"until": end}).status_code == 302

    assert [told.kind for told in entries(user.stream)] == ["absence.recorded", "absence.ended"]


def test_a_branch_opens_is_renamed_moved_and_closed(tree, desk):
    typed = {"code": "N1", "name": "新网点", "name_en": "", "level": Level.OUTLET, "parent": tree.tier1.pk}

    assert "parent" in refusal_of(desk.post(page("branch", "add"), typed | {"parent": tree.outlet.pk}))
    assert "parent" in refusal_of(desk.post(page("branch", "add"), typed | {"parent": ""}))
    assert desk.post(page("branch", "add"), typed).status_code == 302
    branch = Branch.objects.get(code="N1")
    address = page("branch", "change", branch.uuid)
    entry = {"name": "改名", "name_en": "New", "parent": tree.tier2.pk}
    assert "parent" in refusal_of(desk.post(address, entry | {"parent": ""}))
    assert "parent" in refusal_of(desk.post(address, entry | {"parent": branch.pk}))
    assert desk.post(address, entry).status_code == 302
    assert desk.post(address, entry | {"close": "on"}).status_code == 302

    assert [told.kind for told in entries(branch.stream)] == [
        "branch.created", "branch.changed", "branch.moved", "branch.closed",
    ]  # fmt: skip
    branch.refresh_from_db()
    assert (branch.parent, branch.tier2) == (tree.tier2, tree.tier2)


def test_a_limit_is_set_and_ended(tree, desk):
    typed = {"role": "outlet_head", "branch": "", "kind": "compensation", "amount": "5000", "currency": "CNY"}

    for field, value in (("amount", "-1"), ("amount", "x"), ("amount", "1" * 30), ("valid_from", "2020-01-01")):
        assert field in refusal_of(desk.post(page("authoritylimit", "add"), typed | {field: value}))
    assert desk.post(page("authoritylimit", "add"), typed).status_code == 302
    limit = AuthorityLimit.objects.get()
    address = page("authoritylimit", "change", limit.uuid)
    assert "valid_to" in refusal_of(desk.post(address, {"valid_to": "2020-01-01"}))
    assert desk.post(address, {"valid_to": "2096-01-01"}).status_code == 302

    assert [told.kind for told in entries("policy:authority.compensation")] == ["limit.set", "limit.ended"]


def test_looking_up_people_keeps_to_the_administrators_branch(tree, client, administrator):
    person(Role.AGENT, tree.outlet, display_name="张三")
    client.force_login(person(Role.ADMINISTRATOR, tree.other_tier1))
    asked = {"app_label": "accounts", "model_name": "post", "field_name": "user", "term": "张三"}

    assert client.get(reverse("admin:autocomplete"), asked).json()["results"] == []
    client.force_login(administrator)
    assert len(client.get(reverse("admin:autocomplete"), asked).json()["results"]) == 1
    client.force_login(person(Role.AGENT, tree.head_office))
    assert client.get(reverse("admin:autocomplete"), asked).status_code == 403


def test_a_change_refused_at_the_last_moment_is_told_and_not_a_crash(tree, desk, monkeypatch):
    user = person(Role.AGENT, tree.outlet)
    post, calls = user.posts.get(), []
    real = actions.end_post

    def late(**kwargs):
        calls.append(kwargs)
        if len(calls) == 2:
            real(post=post, by=SYSTEM)  # somebody was faster
        return real(**kwargs)

    monkeypatch.setattr(actions, "end_post", late)

    answer = desk.post(page("post", "change", post.uuid), {"until": "2096-01-01T00:00"}, follow=True)

    assert answer.status_code == 200
    assert [str(message) for message in answer.context["messages"]] == ["This post ends earlier already."]


def test_fifty_people_cost_no_more_queries_than_five(tree, desk, django_assert_max_num_queries):
    for _ in range(50):
        person(Role.AGENT, tree.outlet)

    for model in ("user", "post"):
        with django_assert_max_num_queries(12):
            assert desk.get(page(model)).status_code == 200


def test_the_first_person_appoints_the_first_administrator_and_is_then_shut_out(tree, client):
    first = User.objects.create_superuser("root", "x", display_name="启动")
    client.force_login(first)
    typed = NEW_PERSON | {"branch": tree.head_office.pk}
    assert client.post(page("user", "add"), typed).status_code == 302
    chosen = User.objects.get(staff_number="n100")
    given = {"user": chosen.pk, "role": "administrator", "branch": tree.head_office.pk}
    assert client.post(page("post", "add"), given).status_code == 302

    for model in MODELS:
        assert client.get(page(model)).status_code == 403
