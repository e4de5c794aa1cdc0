"""In whose name commands of the operator run, and that what they do is told."""

import base64
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from record import keyring, keys, seal_keys
from record.journal import entries, verify
from record.models import Seal, SealedHead
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NEW_KEY = base64.b64encode(b"n" * 32).decode()


@pytest.fixture
def operator() -> Any:
    return UserFactory()


def told(stream: str) -> list[tuple[str, str, str]]:
    """Kind, who, and what made him, of each entry."""
    return [(entry.kind, entry.actor_number, entry.told["actor"]["cause"]) for entry in entries(stream)]


def test_a_role_that_was_hardened_is_told_with_whoever_ran_it(operator):
    for staff in (operator.staff_number, ""):
        call_command("harden_database", app="redress_hardened", create=bool(staff), staff=staff, verbosity=0)
    cause = "command harden_database"
    assert told("database:roles") == [
        ("database.hardened", operator.staff_number, cause),
        ("database.hardened", "system", cause),
    ]
    assert entries("database:roles")[0].data == {"role": "redress_hardened"}


def test_a_refused_hardening_changes_and_tells_nothing():
    with pytest.raises(CommandError):
        call_command("harden_database", app="nobody-at-all")
    assert told("database:roles") == []


def test_keys_wrapped_again_are_told_with_whoever_did(operator, settings):
    keys.create_key()
    settings.REDRESS = {**settings.REDRESS, "MASTER_KEYS": f"k99:{NEW_KEY},{settings.REDRESS['MASTER_KEYS']}"}
    call_command("rotate_keys", staff=operator.staff_number, verbosity=0)
    assert told("keys:master") == [("keys.rotated", operator.staff_number, "command rotate_keys")]
    assert keyring.masters().current[0] == "k99"


def test_a_new_key_that_signs_seals_is_told_before_its_first_seal(operator, settings, seal_file):
    for _night in range(2):
        call_command("seal_journal")
    assert told(seal_keys.STREAM) == [("seal_key.changed", "system", "command seal_journal")]

    settings.REDRESS = {**settings.REDRESS, "SEAL_KEY": f"s99:{NEW_KEY}"}
    call_command("seal_journal", staff=operator.staff_number)

    cause = "command seal_journal"
    assert told(seal_keys.STREAM)[1:] == [
        ("seal_key.changed", operator.staff_number, cause),
        ("seal.asked", operator.staff_number, cause),
    ]
    assert entries(seal_keys.STREAM)[1].data["key"] == "s99"
    newest = Seal.objects.latest("number")
    assert newest.key_id == "s99"
    assert SealedHead.objects.get(seal=newest.pk, stream=seal_keys.STREAM).length == 3
    assert verify(seal_keys.STREAM) is None


@pytest.mark.parametrize("command", ["rotate_keys", "seal_journal", "load_packs", "sweep_evidence"])
def test_nobody_runs_a_command_in_the_name_of_one_who_is_not_there(command, operator):
    operator.is_active = False
    operator.save()
    with pytest.raises(CommandError):
        call_command(command, staff=operator.staff_number)
