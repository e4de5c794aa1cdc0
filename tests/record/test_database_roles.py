"""What a database role with the web's grants can and cannot do."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from record import keys
from record.checks import partitions_guarded
from record.journal import Fact, append, entries, verify
from record.models import Order, PersonKey
from record.triggers import append_only

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
    call_command("harden_database", app=name, verbosity=0)
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
    call_command("harden_database", app=name, verbosity=0)
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
        "SELECT set_config('session_replication_role', 'replica', true)",
        "ALTER TABLE record_entry SET UNLOGGED",
        "ALTER TABLE record_entry RENAME TO gone",
        "ALTER TABLE record_entry INHERIT record_order",
        "CREATE RULE mine AS ON UPDATE TO record_order DO INSTEAD DELETE FROM record_entry",
        "COPY record_entry FROM PROGRAM 'true'",
        "CREATE EXTENSION file_fdw",
        "DO $$ BEGIN UPDATE record_entry SET body = ''; END $$",
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

    call_command("harden_database", app=role, verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'record_entry', 'UPDATE, TRUNCATE')", [role])
        assert cursor.fetchone() == (False,)


def test_what_everybody_was_given_is_taken_from_everybody(role):
    run("GRANT UPDATE ON record_stream TO PUBLIC")
    run("GRANT DELETE ON record_entry TO PUBLIC")
    run("GRANT UPDATE (body) ON record_entry TO PUBLIC")

    call_command("harden_database", app=role, verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_any_column_privilege(%s, 'record_stream', 'UPDATE'), has_table_privilege(%s, 'record_entry',"
            " 'DELETE'), has_any_column_privilege(%s, 'record_entry', 'UPDATE')",
            [role] * 3,
        )
        assert cursor.fetchone() == (False, False, False)


@pytest.mark.parametrize(
    ("opened", "named"),
    [
        ("GRANT DELETE ON record_stream TO reporting", "record_stream (DELETE)"),
        ("GRANT UPDATE (body) ON record_entry TO reporting", "record_entry (UPDATE)"),
        ("GRANT TRUNCATE ON record_order TO reporting", "record_order (TRUNCATE)"),
        ("GRANT TRIGGER ON record_sealedvalue TO reporting", "record_sealedvalue (TRIGGER)"),
        (
            "CREATE TABLE parted (id int) PARTITION BY RANGE (id);"
            "CREATE TABLE parted_first PARTITION OF parted FOR VALUES FROM (0) TO (10);"
            "GRANT UPDATE ON parted_first TO reporting",
            "parted_first (UPDATE)",
        ),
        (
            "CREATE VIEW other.window AS SELECT * FROM record_stream; GRANT UPDATE ON other.window TO PUBLIC",
            'other."window" (UPDATE)',
        ),
        ("CREATE FUNCTION other.door() RETURNS void LANGUAGE sql SECURITY DEFINER AS ''", "other.door()"),
    ],
)
def test_a_way_round_that_is_left_is_refused_by_its_name(role, opened, named):
    """By a role it is a member of, or by what all may do in another schema."""
    group = f"reporting_{role}"
    run(f'CREATE ROLE "{group}"; GRANT "{group}" TO "{role}"')
    run("CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO PUBLIC")
    run(opened.replace("reporting", f'"{group}"'))
    with pytest.raises(CommandError) as refused:
        call_command("harden_database", app=role, verbosity=0)
    assert named in str(refused.value)


def test_the_owner_is_no_role_for_the_web():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()

    with pytest.raises(CommandError):
        call_command("harden_database", app=owner)
    with pytest.raises(CommandError):
        call_command("harden_database", app="nobody-at-all")


@pytest.mark.parametrize("setting", ["pgtrigger.ignore", "redress.allow", "app.bypass"])
def test_no_setting_of_a_session_opens_the_record(role, tell, stream, setting):
    """What turns other systems' protection off: here nothing listens to it, for the owner no more than for the web."""
    tell(stream)
    run(f"SELECT set_config('{setting}', 'record_entry', true)")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        run("UPDATE record_entry SET body = ''")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), acting_as(role):
        run(f"SELECT set_config('{setting}', 'record_entry', true); UPDATE record_entry SET body = ''")


def test_a_function_with_its_owners_rights_is_closed_to_it(role, tell, stream):
    """A door somebody with rights left open, before the command ran or after: it is shut when it runs."""
    tell(stream)
    run("CREATE FUNCTION open_door() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM record_order'")
    run("GRANT EXECUTE ON FUNCTION open_door() TO PUBLIC")

    call_command("harden_database", app=role, verbosity=0)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), acting_as(role):
        run("SELECT open_door()")


@pytest.fixture
def parted(role) -> str:
    """History in partitions, as a large bank keeps it: triggers stand on the whole and come down to each part."""
    run("CREATE TABLE parted (id bigint, said text) PARTITION BY RANGE (id)")
    run("CREATE TABLE parted_first PARTITION OF parted FOR VALUES FROM (0) TO (10)")
    for operation in append_only("parted"):
        run(str(operation.sql))
    run("INSERT INTO parted VALUES (1, 'as it was')")
    call_command("harden_database", app=role, verbosity=0)
    return "parted_first"


@pytest.mark.parametrize("statement", ["UPDATE {} SET said = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_a_partition_refuses_like_its_whole(role, parted, statement):
    run("CREATE TABLE parted_later PARTITION OF parted FOR VALUES FROM (10) TO (20)")
    run("INSERT INTO parted VALUES (11, 'as it was')")
    call_command("harden_database", app=role, verbosity=0)
    for table in ("parted", parted, "parted_later"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            run(statement.format(table))


def test_a_partition_added_since_is_told_of_until_it_is_guarded(role, parted):
    assert not partitions_guarded(None, databases=["default"])
    run("CREATE TABLE parted_later PARTITION OF parted FOR VALUES FROM (10) TO (20)")
    (told,) = partitions_guarded(None, databases=["default"])
    assert "parted_later" in told.msg

    call_command("harden_database", app=role, verbosity=0)

    assert not partitions_guarded(None, databases=["default"])


def test_what_made_partitions_append_only_can_be_taken_back():
    run("CREATE TABLE parted (id bigint) PARTITION BY RANGE (id)")
    run("CREATE TABLE parted_first PARTITION OF parted FOR VALUES FROM (0) TO (10)")
    (operation,) = append_only("parted")
    run(str(operation.sql))
    run(str(operation.reverse_sql))
    run("INSERT INTO parted VALUES (1)")
    run("TRUNCATE parted_first")
    run("DELETE FROM parted")


@pytest.mark.parametrize("statement", ["UPDATE {} SET said = ''", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"])
def test_a_detached_partition_is_nothing_to_the_web(role, parted, statement):
    """Detached it has lost its triggers; the web cannot detach it, and is given nothing on it afterwards."""
    with pytest.raises(ProgrammingError, match="must be owner"), transaction.atomic(), acting_as(role):
        run(f"ALTER TABLE parted DETACH PARTITION {parted}")
    run(f"ALTER TABLE parted DETACH PARTITION {parted}")

    call_command("harden_database", app=role, verbosity=0)

    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with refused, transaction.atomic(), acting_as(role):
        run(statement.format(parted))


@pytest.mark.parametrize("great", ["CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS"])
def test_a_role_that_may_more_than_its_grants_is_refused(great):
    run(f'CREATE ROLE "great" {great}')
    with pytest.raises(CommandError):
        call_command("harden_database", app="great")


def test_a_member_of_a_role_that_writes_everywhere_is_refused(role):
    run(f'GRANT pg_write_all_data TO "{role}"')
    with pytest.raises(CommandError):
        call_command("harden_database", app=role)


def test_it_makes_the_role_when_asked():
    call_command("harden_database", app="redress_made", create=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcanlogin, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = 'redress_made'")
        assert cursor.fetchone() == (True, False, False)
