"""Give the role of web and worker processes what it needs in the database, and nothing that could alter the record."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from record.triggers import CALLED

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
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role};
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
        parser.add_argument("--create", action="store_true", help="make the role, able to log in, without a password")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["app"]
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
            for table, append_only in cursor.fetchall():
                verbs = sql.SQL(_verbs(table, append_only))
                cursor.execute(sql.SQL("GRANT {} ON {}.{} TO {}").format(verbs, schema, sql.Identifier(table), app))
                self.stdout.write(f"{table}: {_verbs(table, append_only)}")


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


def _close_definers(cursor: Any, app: sql.Identifier) -> None:
    cursor.execute(_DEFINERS)
    for signature, name in cursor.fetchall():
        cursor.execute(sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC, {}").format(sql.SQL(signature), app))
        if name in CALLED:
            cursor.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(signature), app))
