"""Give the role of web and worker processes what it needs in the database, and nothing that could alter the record."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

_WHO = """
SELECT rolsuper OR pg_has_role(rolname, (SELECT relowner FROM pg_class WHERE oid = 'record_entry'::regclass), 'MEMBER')
FROM pg_roles WHERE rolname = %s
"""
# Append-only tables are known by their trigger, whichever app they belong to.
_TABLES = """
SELECT c.relname, EXISTS (
    SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = c.oid AND p.proname = 'record_refuse_change' AND t.tgname LIKE '%append_only'
)
FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1
"""
_RESET = """
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role};
REVOKE ALL ON SCHEMA {schema} FROM {role};
REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC;
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role};
GRANT EXECUTE ON FUNCTION record_open_stream(text, text, text) TO {role};
GRANT EXECUTE ON FUNCTION record_seal_horizon() TO {role};
"""
# The stream's head moves by the trigger on entries only; which migrations ran is the owner's business.
READ_ONLY = {"record_stream", "django_migrations"}


class Command(BaseCommand):
    help = (
        "Grant a database role what web and worker processes need: SELECT and INSERT on journal and history, "
        "SELECT, INSERT, UPDATE, DELETE elsewhere; no TRUNCATE, no DDL. Run as the owner, after every migration."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--app", required=True, metavar="ROLE", help="an existing role that owns nothing here")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["app"]
        with transaction.atomic(), connection.cursor() as cursor:
            _refuse_owner(cursor, role)
            cursor.execute("SELECT current_schema()")
            schema = sql.Identifier(cursor.fetchone()[0])
            cursor.execute(sql.SQL(_RESET).format(schema=schema, role=sql.Identifier(role)))
            cursor.execute(_TABLES)
            for table, append_only in cursor.fetchall():
                verbs = sql.SQL(_verbs(table, append_only))
                grant = sql.SQL("GRANT {} ON {}.{} TO {}")
                cursor.execute(grant.format(verbs, schema, sql.Identifier(table), sql.Identifier(role)))
                self.stdout.write(f"{table}: {_verbs(table, append_only)}")


def _verbs(table: str, append_only: bool) -> str:
    if table in READ_ONLY:
        return "SELECT"
    return "SELECT, INSERT" if append_only else "SELECT, INSERT, UPDATE, DELETE"


def _refuse_owner(cursor: Any, role: str) -> None:
    cursor.execute(_WHO, [role])
    found = cursor.fetchone()
    if found is None:
        raise CommandError(_("There is no such database role."))
    if found[0]:
        # It could turn the triggers off: granting it less would only look like protection.
        raise CommandError(_("This role is the owner of the tables or may become it: choose another."))
