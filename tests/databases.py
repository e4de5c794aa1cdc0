"""One database a test run, so that two runs on one embedded server never drop each other's."""

from __future__ import annotations

import contextlib
import os
import re

import psutil
from django.conf import LazySettings
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.psycopg_any import sql

RUN = "REDRESS_TEST_RUN"  # the process that began the run; its pytest-xdist workers inherit it
ABANDONED = re.compile(r"test_redress_(\d+)(_gw\d+)?")


def name_this_run(settings: LazySettings) -> None:
    """`test_redress_<process>`, unless TEST_DATABASE_NAME says otherwise or the server is not the embedded one."""
    test = settings.DATABASES["default"]["TEST"]
    if settings.EMBEDDED and not test["NAME"]:
        test["NAME"] = f"test_redress_{os.environ.setdefault(RUN, str(os.getpid()))}"


def drop_abandoned() -> None:
    """Drop the databases of runs whose process is gone."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_redress\\_%'")
        for (name,) in cursor.fetchall():
            match = ABANDONED.fullmatch(name)
            if match and not psutil.pid_exists(int(match[1])):
                # another worker of this run may be dropping it too
                with contextlib.suppress(DatabaseError):
                    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def allow_truncate(database: BaseDatabaseWrapper) -> None:
    """Switch off the triggers named `*_no_truncate`; refuses any database that is not a test's."""
    assert str(database.settings_dict["NAME"]).startswith("test_")
    find = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE '%\\_no\\_truncate'"
    with database.cursor() as cursor:
        cursor.execute(find)
        for table, trigger in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{trigger}"')
