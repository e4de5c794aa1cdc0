"""The first person of an empty bank."""

import pytest
from django.core.management import call_command

from accounts import actions
from accounts.errors import NotAllowed
from accounts.models import User
from accounts.roles import Role
from record.journal import entries


def test_the_first_person_appoints_until_there_is_an_administrator_and_never_sees_a_case(tree):
    first = User.objects.create_superuser("root", "x", display_name="启动")
    chosen = actions.create_user(staff_number="n1", display_name="管理员", branch=tree.head_office, by=first)

    actions.give_post(user=chosen, role=Role.ADMINISTRATOR, branch=tree.head_office, by=first)

    assert first.standings_now() == []
    with pytest.raises(NotAllowed):
        actions.create_user(staff_number="n2", display_name="新人", branch=None, by=first)
    assert entries(first.stream)[0].told["actor"]["cause"] == "createsuperuser"


def test_djangos_command_makes_the_first_person(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct-horse-battery")

    call_command("createsuperuser", interactive=False, staff_number="root", display_name="启动", verbosity=0)

    first = User.objects.get(staff_number="root")
    assert first.check_password("correct-horse-battery")
    assert [entry.kind for entry in entries(first.stream)] == ["user.created"]
