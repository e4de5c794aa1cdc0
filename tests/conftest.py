"""What every test stands on: a database of its own, an open clock, and honesty about what did not run."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from record import clock
from tests import databases, needs
from tests.fixtures.written import history_is_whole

pytest.register_assert_rewrite("tests.factories", "tests.journey", "tests.workflows.roads", "tests.workflows.contests")
__all__ = ["history_is_whole"]

PICTURES = Path(settings.DATA_DIR) / "screenshots"
BEGUN = time.time()
COPYING = pytest.StashKey[AbstractContextManager[bool]]()


def pytest_configure(config: pytest.Config) -> None:
    """Name this run's database; make passwords cheap; look static files up instead of listing them."""
    databases.name_this_run(settings)
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0  # threads of workers and live servers keep no connection
    settings.WHITENOISE_AUTOREFRESH = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what the machine cannot run, saying so; with REQUIRE_ALL=1 fail instead."""
    for marker in item.iter_markers("needs"):
        for what in marker.args:
            if reason := needs.missing(what):
                (pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip)(f"not run: {reason}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where the browser left its pictures, when it took some."""
    if any(picture.stat().st_mtime >= BEGUN for picture in PICTURES.glob("*/*.png")):
        terminalreporter.write_line(f"pictures of the pages: {PICTURES}")


@pytest.fixture(scope="session")
def django_db_keepdb(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[bool]:
    """Copy a migrated database where there is one; what was copied is there already and need not be made.

    Drops the databases of runs that were killed, and at the end the copy.
    """
    if request.config.getvalue("reuse_db"):
        yield True
        return
    with django_db_blocker.unblock():
        databases.drop_abandoned()
        copying = databases.copied(Path(settings.BASE_DIR))
        is_copied = copying.__enter__()
    request.session.stash[COPYING] = copying
    own = settings.DATABASES["default"]["NAME"]
    yield is_copied
    if is_copied:
        with django_db_blocker.unblock():
            connection.creation.destroy_test_db(own, verbosity=0)


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Keep what was migrated as the pattern; open append-only tables to TRUNCATE, in test databases only.

    Django empties tables by TRUNCATE after a test that commits; UPDATE and DELETE stay refused.
    """
    with django_db_blocker.unblock():
        if (copying := request.session.stash.get(COPYING, None)) is not None:
            copying.__exit__(None, None, None)
        databases.allow_truncate(connection)


@pytest.fixture(scope="session", autouse=True)
def evidence_root(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files of tests go to a folder that pytest removes."""
    settings.REDRESS["EVIDENCE_ROOT"] = str(tmp_path_factory.mktemp("evidence"))
    settings.REDRESS["EXPORT_ROOT"] = str(tmp_path_factory.mktemp("exports"))


@pytest.fixture(scope="session")
def seals_outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where seals of tests are copied to."""
    return tmp_path_factory.mktemp("seals")


@pytest.fixture(autouse=True)
def own_seals(seals_outside: Path) -> None:
    """Each test has a file of its own: another test's seals would be a break."""
    settings.REDRESS["SEAL_FILE"] = str(seals_outside / f"{uuid4()}.jsonl")


@pytest.fixture(autouse=True)
def running_clock() -> Iterator[None]:
    """No test leaves the clock set."""
    yield
    clock.set_to(None)
