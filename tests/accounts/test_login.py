"""The door: who comes in, what five failures do, what the journal keeps, when a session ends, which language."""

import pytest
from axes.models import AccessAttempt
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import actions, middleware, views
from accounts.authority import bank_day
from accounts.models import User
from accounts.roles import Role
from record import clock
from record.history import who_acts
from record.journal import SYSTEM, Entry, entries
from tests.factories import UserFactory, person

PASSWORD = "correct-horse-battery"


@pytest.fixture
def agent(tree):
    return person(Role.AGENT, tree.outlet, staff_number="li.na", password=PASSWORD, language="en")


@pytest.fixture(autouse=True)
def counted_by_digest(settings):
    settings.AXES_USERNAME_CALLABLE = "accounts.lockout.username"


def sign_in(client: Client, number: str, password: str):
    return client.post(reverse("admin:login"), {"username": number, "password": password, "next": "/"})


def kinds(stream: str) -> list[str]:
    return [entry.kind for entry in entries(stream)]


def test_a_staff_number_and_password_open_the_door_and_the_journal_tells(agent, client):
    answer = sign_in(client, "li.na", PASSWORD)

    assert answer.status_code == 302
    assert kinds(agent.door) == ["login.succeeded"]
    assert entries(agent.door).get().actor_number == "li.na"

    client.post(reverse("admin:logout"))

    assert kinds(agent.door) == ["login.succeeded", "login.ended"]


def test_a_number_typed_in_full_width_with_spaces_is_the_same_number(agent, client):
    assert sign_in(client, " ｌｉ.ｎａ ", PASSWORD).status_code == 302


@pytest.mark.parametrize(("number", "password"), [("li.na", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD)])
def test_a_failure_says_one_sentence_whatever_was_wrong(agent, client, number, password):
    UserFactory.create(staff_number="gone", password=PASSWORD, is_active=False)

    answer = sign_in(client, number, password)

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == ["Staff number or password is wrong."]


def test_five_failures_lock_the_door_even_for_the_right_password(agent, client):
    answers = [sign_in(client, "li.na", "wrong") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]

    answer = sign_in(Client(REMOTE_ADDR="10.9.8.7"), "li.na", PASSWORD)

    assert answer.status_code == 429
    assert answer.content.strip()
    assert kinds(agent.door).count("login.locked") == 1
    assert kinds(agent.door).count("login.failed") == 6


def test_four_failures_and_a_success_start_the_count_anew(agent, client):
    for _ in range(2):
        for _ in range(4):
            sign_in(client, "li.na", "wrong")
        assert sign_in(client, "li.na", PASSWORD).status_code == 302
        client.post(reverse("admin:logout"))


def test_an_administrator_removes_the_lock(agent, client, administrator):
    for _ in range(5):
        sign_in(client, "li.na", "wrong")

    assert actions.unlock_user(user=agent, by=administrator) == 1

    assert sign_in(client, "li.na", PASSWORD).status_code == 302


def test_nothing_typed_by_a_stranger_is_kept(db, client):
    typed = "my-secret-password-in-the-wrong-box"

    sign_in(client, typed, "another-secret")

    stream = f"login:{bank_day(clock.now())}"
    assert kinds(stream) == ["login.failed"]
    kept = "".join(entry.body for entry in Entry.objects.all())
    kept += "".join(str(vars(attempt)) for attempt in AccessAttempt.objects.all())
    assert typed not in kept
    assert "another-secret" not in kept


@pytest.mark.parametrize("typed", ["a\x00b", "", "😀", "' OR 1=1 --", "x" * 5000])
def test_any_typed_text_gets_a_sentence(db, client, typed):
    answer = sign_in(client, typed, typed)

    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_who_is_deactivated_loses_the_session_with_the_next_request_and_does_not_get_it_back(agent, client):
    sign_in(client, "li.na", PASSWORD)
    assert client.get(reverse("admin:password_change")).status_code == 200

    gone = actions.deactivate_user(user=agent, why="离职", by=SYSTEM)
    assert client.get(reverse("admin:password_change")).status_code == 302

    actions.activate_user(user=gone, by=SYSTEM)
    assert client.get(reverse("admin:password_change")).status_code == 302


def test_a_new_password_ends_other_sessions_and_keeps_the_one_it_was_changed_in(agent, client):
    other = Client()
    for browser in (client, other):
        sign_in(browser, "li.na", PASSWORD)
    typed = {"old_password": PASSWORD, "new_password1": "battery-horse-1", "new_password2": "battery-horse-1"}

    answer = client.post(reverse("admin:password_change"), typed)

    assert answer.status_code == 302, answer.context["form"].errors
    assert client.get(reverse("admin:password_change")).status_code == 200
    assert other.get(reverse("admin:password_change")).status_code == 302
    assert kinds(agent.stream)[-1] == "user.password_changed"


@pytest.mark.parametrize(
    "typed",
    [
        {"old_password": "wrong", "new_password1": "battery-horse-1", "new_password2": "battery-horse-1"},
        {"old_password": PASSWORD, "new_password1": "battery-horse-1", "new_password2": "battery-horse-2"},
        {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"},
        {},
    ],
)
def test_a_bad_new_password_changes_nothing(agent, client, typed):
    sign_in(client, "li.na", PASSWORD)

    answer = client.post(reverse("admin:password_change"), typed)

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert "user.password_changed" not in kinds(agent.stream)


def chosen(user, language):
    request = RequestFactory().post("/", {"language": language, "next": "/"})
    request.user = user
    return views.set_language(request)


def test_a_person_chooses_the_language_and_keeps_it_on_every_machine(agent, client):
    answer = chosen(agent, "zh-hans")

    assert answer.status_code == 302
    assert User.objects.get(pk=agent.pk).language == "zh-hans"
    assert entries(agent.stream).get().kind == "user.language_chosen"
    sign_in(client, "li.na", PASSWORD)
    assert client.get(reverse("admin:password_change"))["Content-Language"] == "zh-hans"


def test_a_language_we_do_not_speak_changes_nothing(agent):
    for language in ("", "fr", "zh", "\x00", "x" * 999):
        chosen(agent, language)

    assert User.objects.get(pk=agent.pk).language == "en"
    assert kinds(agent.stream) == []


def test_every_reader_is_answered_in_his_own_language(agent, client):
    assert client.get(reverse("admin:login"))["Content-Language"] == "zh-hans"

    sign_in(client, "li.na", PASSWORD)

    assert client.get(reverse("admin:password_change"))["Content-Language"] == "en"


def test_history_names_the_person_signed_in(agent):
    request = RequestFactory().get("/")
    request.user = agent

    answer = middleware.person(lambda request: HttpResponse(who_acts().number))(request)

    assert answer.content == b"li.na"
    assert who_acts() == SYSTEM
