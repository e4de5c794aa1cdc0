"""Give the role of web and worker processes what it needs in the database, and nothing that could alter the record."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from record import roles
from record.journal import Fact, append
from record.management import by_whom
from record.triggers import CALLED, GUARD_PARTITIONS

_WHO = """
SELECT rolsuper OR pg_has_role(rolname, (SELECT relowner FROM pg_class WHERE oid = 'record_entry'::regclass), 'MEMBER'),
    rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls OR EXISTS (
        SELECT FROM pg_roles great WHERE great.rolname = ANY (%s) AND pg_has_role(app.rolname, great.oid, 'MEMBER')
    )
FROM pg_roles app WHERE rolname = %s
"""
# Roles PostgreSQL itself brings along that write past every grant, or reach the server's files and programs.
_GREAT = [
    "pg_write_all_data",
    "pg_maintain",
    "pg_write_server_files",
    "pg_execute_server_program",
    "pg_read_server_files",
]
# Append-only tables are known by their trigger, whichever app they belong to.
_TABLES = """
SELECT c.relname, EXISTS (
    SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = c.oid AND p.proname = 'record_refuse_change' AND t.tgname LIKE '%%append_only'
)
FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname = ANY (%s)
ORDER BY 1
"""
_RESET = """
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}, PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role}, PUBLIC;
REVOKE ALL ON SCHEMA {schema} FROM {role};
REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC;
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role};
"""
# Functions that run with their owner's rights: nobody may call one that is not in record.triggers.CALLED.
_DEFINERS = """
SELECT p.oid::regprocedure::text, p.proname FROM pg_proc p
WHERE p.pronamespace = current_schema()::regnamespace AND p.prosecdef ORDER BY 1
"""
# What the role may still write once all is granted, by whatever way: PUBLIC in another schema, membership in a role.
# Views too, which write with their owner's rights. Of other schemas only what is append-only concerns us.
_WRITABLE = """
SELECT c.oid::regclass::text, CASE WHEN c.relnamespace = current_schema()::regnamespace THEN c.relname ELSE '' END,
    ARRAY(
        SELECT verb FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) verb
        WHERE has_table_privilege(app.oid, c.oid, verb)
            OR verb IN ('INSERT', 'UPDATE') AND has_any_column_privilege(app.oid, c.oid, verb)
    )
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_roles app
WHERE app.rolname = %s AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema' AND (
    c.relkind = 'v' OR c.relkind IN ('r', 'p') AND (c.relnamespace = current_schema()::regnamespace OR EXISTS (
        SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE t.tgrelid = c.oid AND p.proname = 'record_refuse_change'
    ))
)
ORDER BY 1
"""
# Functions with their owner's rights in any schema it may use, by whatever way it may call them.
_CALLABLE = """
SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace, pg_roles app
WHERE app.rolname = %s AND p.prosecdef AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'
    AND has_schema_privilege(app.oid, n.oid, 'USAGE') AND has_function_privilege(app.oid, p.oid, 'EXECUTE')
    AND NOT (p.pronamespace = current_schema()::regnamespace AND p.proname = ANY (%s))
ORDER BY 1
"""
# The stream's head moves by the trigger on entries only; which migrations ran is the owner's business.
READ_ONLY = {"record_stream", "django_migrations"}


class Command(BaseCommand):
    help = (
        "Give a database role what web and worker processes need and no more: SELECT and INSERT on journal and "
        "history, SELECT, INSERT, UPDATE, DELETE on the product's other tables; no TRUNCATE, no DDL, nothing on any "
        "other table. Run as the owner, after every migration."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--app", required=True, metavar="ROLE", help="a role that owns nothing here")
        by_whom.add_option(parser)
        parser.add_argument("--create", action="store_true", help="make the role, able to log in, without a password")

    def handle(self, *args: Any, **options: Any) -> None:
        role, actor = options["app"], by_whom.actor(options, "harden_database")
        with transaction.atomic(), connection.cursor() as cursor:
            if options["create"]:
                cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            _refuse_great(cursor, role)
            cursor.execute("SELECT current_schema()")
            schema, app = sql.Identifier(cursor.fetchone()[0]), sql.Identifier(role)
            cursor.execute(sql.SQL(_RESET).format(schema=schema, role=app))
            _close_definers(cursor, app)
            # Only the product's own tables: a partition is reached through its table, and one that was detached, or a
            # copy somebody made, has no triggers any more.
            cursor.execute(_TABLES, [[*connection.introspection.django_table_names(), "django_migrations"]])
            tables = cursor.fetchall()
            for table, append_only in tables:
                verbs = sql.SQL(_verbs(table, append_only))
                cursor.execute(sql.SQL("GRANT {} ON {}.{} TO {}").format(verbs, schema, sql.Identifier(table), app))
                self.stdout.write(f"{table}: {_verbs(table, append_only)}")
            cursor.execute(GUARD_PARTITIONS)
            _refuse_ways_round(cursor, role, {table: _verbs(table, append_only) for table, append_only in tables})
            append(roles.STREAM, Fact(roles.HARDENED, {"role": role}), actor=actor)


def _verbs(table: str, append_only: bool) -> str:
    if table in READ_ONLY:
        return "SELECT"
    return "SELECT, INSERT" if append_only else "SELECT, INSERT, UPDATE, DELETE"


def _refuse_great(cursor: Any, role: str) -> None:
    """Granting less to a role that may take more would only look like protection."""
    cursor.execute(_WHO, [_GREAT, role])
    found = cursor.fetchone()
    if found is None:
        raise CommandError(_("There is no such database role."))
    owns, is_great = found
    if owns:
        raise CommandError(_("This role is the owner of the tables or may become it: choose another."))
    if is_great:
        raise CommandError(_("This role may do more on this server than its grants say: choose another."))


def _refuse_ways_round(cursor: Any, role: str, granted: Mapping[str, str]) -> None:
    """Granting less is no protection while the same can be done another way. CommandError names all that is left."""
    cursor.execute(_WRITABLE, [role])
    left = []
    for name, ours, verbs in cursor.fetchall():
        if more := [verb for verb in verbs if verb not in granted.get(ours, "").split(", ")]:
            left.append(f"{name} ({', '.join(more)})")
    cursor.execute(_CALLABLE, [role, sorted(CALLED)])
    left += [signature for (signature,) in cursor.fetchall()]
    if left:
        raise CommandError(
            _("This role could still get round it, as a member of another role or by what all may do: %(names)s.")
            % {"names": "; ".join(left)}
        )


def _close_definers(cursor: Any, app: sql.Identifier) -> None:
    cursor.execute(_DEFINERS)
    for signature, name in cursor.fetchall():
        cursor.execute(sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC, {}").format(sql.SQL(signature), app))
        if name in CALLED:
            cursor.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(signature), app))
