"""One database a test run, so that two runs on one embedded server never drop each other's.

Migrating an empty database takes minutes; a copy of a migrated one takes a second. The first process that needs it
keeps a pattern on the server, named after what migrations and reference data hold, and everybody copies it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import psutil
from django.conf import LazySettings
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.psycopg_any import sql
from django.db.backends.utils import CursorWrapper

RUN = "REDRESS_TEST_RUN"  # the process that began the run; its pytest-xdist workers inherit it
ABANDONED = re.compile(r"test_redress_(\d+)(_gw\d+)?")
PATTERN = "pattern_redress_"
LOCK = 7_301_926  # one process makes the pattern, the others wait for it
MAKE_IT = ("*/migrations/*.py", "knowledge/packs/*", "knowledge/**/*.csv", "knowledge/**/*.toml", "requirements.lock")


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


def pattern_name(base: Path) -> str:
    """Another name as soon as anything a migrated database comes from is another."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in MAKE_IT for path in base.glob(pattern) if path.is_file()}):
        digest.update(str(path.relative_to(base)).encode() + b"\0" + path.read_bytes())
    return PATTERN + digest.hexdigest()[:16]


@contextlib.contextmanager
def copied(base: Path) -> Iterator[bool]:
    """Whether this process's database is there now, copied from the pattern.

    If not, it is made by migrations inside the block and kept as the pattern at the end; others wait until then.
    """
    pattern = pattern_name(base)
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [PATTERN.replace("_", "\\_") + "%"])
        known = {name for (name,) in cursor.fetchall()}
        name = connection.creation._get_test_db_name()
        if pattern in known:
            _copy(cursor, pattern, name)
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
            yield True
            return
        yield False
        connection.close()  # nobody may be connected to what is copied
        _copy(cursor, name, pattern)
        for old in known:
            with contextlib.suppress(DatabaseError):  # another checkout on this server may be copying it
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))


def _copy(cursor: CursorWrapper, source: str, copy: str) -> None:
    names = (sql.Identifier(name) for name in (copy, copy, source))
    drop, make = sql.SQL("DROP DATABASE IF EXISTS {}"), sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    cursor.execute(drop.format(next(names)))
    cursor.execute(make.format(*names))
