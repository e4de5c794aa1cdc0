"""What a database role with the web's grants can and cannot do."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from record import keys
from record.journal import Fact, append, entries, verify
from record.models import Order, PersonKey

pytestmark = pytest.mark.django_db


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    run(f'SET LOCAL ROLE "{role}"')
    yield
    run("RESET ROLE")


@pytest.fixture
def role() -> str:
    """A role with the grants, gone with the test's transaction."""
    name = f"web_{uuid4().hex[:12]}"
    run(f'CREATE ROLE "{name}"')
    call_command("grant_database_roles", app=name, verbosity=0)
    return name


def test_it_writes_and_reads_the_journal(role, noted, fang, stream):
    with acting_as(role):
        key = keys.create_key()
        append(stream, Fact(noted, {"what": 1}), Fact(noted, personal={"name": "张三"}), actor=fang, key=key)
        append(stream, Fact(noted, {"what": 2}), actor=fang)
        assert verify(stream) is None
        assert entries(stream).count() == 3


def test_it_works_on_other_tables(role):
    with acting_as(role):
        key = keys.create_key(uuid4())
        PersonKey.objects.filter(pk=key.pk).update(destroyed_why="")
        order = Order.objects.create(system="card", operation="stop", subject=uuid4())
        order.save()
        order.delete()


def test_it_writes_history_and_never_changes_it(lab_tables, client_model, noted, fang):
    name = f"web_{uuid4().hex[:12]}"
    run(f'CREATE ROLE "{name}"')
    call_command("grant_database_roles", app=name, verbosity=0)
    with acting_as(name):
        client = client_model.objects.create(city="上海")
        client.city = "北京"
        client.save()
        for verb in ("UPDATE lab_historicalclient SET city = ''", "DELETE FROM lab_historicalclient"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                run(verb)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record_entry SET body = ''",
        "DELETE FROM record_entry",
        "TRUNCATE record_entry",
        "UPDATE record_sealedvalue SET field = ''",
        "DELETE FROM record_sealedvalue",
        "TRUNCATE record_sealedvalue",
        "UPDATE record_stream SET length = 0",
        "DELETE FROM record_stream",
        "INSERT INTO record_stream (key, length, head, algorithm) VALUES ('x', 0, 'sha256:0', 'sha256')",
        "SELECT * FROM record_stream FOR UPDATE",
        "TRUNCATE record_order",
        "TRUNCATE record_personkey",
        "ALTER TABLE record_entry DISABLE TRIGGER ALL",
        "ALTER TABLE record_entry DISABLE TRIGGER record_entry_append_only",
        "DROP TRIGGER record_entry_append_only ON record_entry",
        "DROP TABLE record_entry",
        "CREATE TABLE mine (id int)",
        "CREATE TRIGGER mine BEFORE UPDATE ON record_order FOR EACH ROW EXECUTE FUNCTION record_refuse_change()",
        "ALTER FUNCTION record_chain_entry() SECURITY INVOKER",
        "CREATE OR REPLACE FUNCTION record_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = 'replica'",
        "DELETE FROM django_migrations",
        "ALTER SEQUENCE record_entry_id_seq RESTART",
        "SELECT setval('record_entry_id_seq', 1)",
    ],
)
def test_it_can_do_nothing_to_the_record(role, tell, stream, statement):
    tell(stream, 2)

    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with refused, transaction.atomic(), acting_as(role):
        run(statement)


def test_it_cannot_move_a_head_by_a_trigger_on_a_table_of_its_own(role, tell, stream):
    tell(stream)
    with acting_as(role):
        run("CREATE TEMPORARY TABLE lure (LIKE record_entry)")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            run("CREATE TRIGGER lure AFTER INSERT ON lure FOR EACH ROW EXECUTE FUNCTION record_chain_entry()")


def test_granting_again_takes_back_what_was_granted_by_hand(role):
    run(f'GRANT UPDATE, TRUNCATE ON record_entry TO "{role}"')

    call_command("grant_database_roles", app=role, verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'record_entry', 'UPDATE, TRUNCATE')", [role])
        assert cursor.fetchone() == (False,)


def test_the_owner_is_no_role_for_the_web():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()

    with pytest.raises(CommandError):
        call_command("grant_database_roles", app=owner)
    with pytest.raises(CommandError):
        call_command("grant_database_roles", app="nobody-at-all")
