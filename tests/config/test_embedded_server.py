"""The embedded PostgreSQL under the conditions that broke the launchers it replaces."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings

from config.embedded import leftovers
from config.embedded.binaries import EmbeddedServerError
from config.embedded.owner import Owner, UnsafeFolderError, server_owner, shared_folder
from config.embedded.server import DATABASE, USER, Address, Server

START = """
import pathlib, sys
from config.embedded.server import Server
print(Server(pathlib.Path(sys.argv[1])).start().pid)
"""

OUTLIVE = """
import os, pathlib, django
from django.conf import settings
from django.db import connection
from config.embedded.server import Server
django.setup()
connection.ensure_connection()
server = Server(pathlib.Path(settings.EMBEDDED_DATABASE_DIR))
os.kill(server.start().pid, 9)
while server.is_running():
    pass
connection.close()
connection.ensure_connection()
print("connected again")
"""

as_root = pytest.mark.skipif(server_owner() is None, reason="not run: only root can try what root must not do")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder every account may pass, with a space and an apostrophe in its name."""
    path = Path(tempfile.mkdtemp(prefix="a bank's desk "))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    server = Server(folder / "postgres")
    yield server
    server.remove()


def connect(address: Address, password: str | None = None) -> psycopg.Connection:
    return psycopg.connect(
        host=address.host,
        port=int(address.port),
        user=USER,
        password=password or address.password,
        dbname=DATABASE,
        autocommit=True,
    )


def write_row(address: Address) -> None:
    with connect(address) as connection:
        connection.execute("CREATE TABLE kept AS SELECT '信用卡盗刷' AS words")


def rows(address: Address) -> list[tuple[str]]:
    with connect(address) as connection:
        return connection.execute("SELECT words FROM kept").fetchall()


def kill(address: Address, server: Server) -> None:
    """Kill the server without a chance to clean up, and wait until it is dead."""
    process = psutil.Process(address.pid)
    process.kill()
    while server.is_running():
        psutil.wait_procs([process], timeout=0.05)


def test_it_starts_in_a_path_with_a_space_and_an_apostrophe(server: Server) -> None:
    assert "'" in str(server.data)

    write_row(server.start())

    assert rows(server.start()) == [("信用卡盗刷",)]


def test_a_second_start_attaches_to_the_running_server(server: Server) -> None:
    first = server.start()

    second = Server(server.wanted).start()

    assert second.pid == first.pid


def test_rows_outlive_kill_9(server: Server) -> None:
    address = server.start()
    write_row(address)

    kill(address, server)
    again = server.start()

    assert again.pid != address.pid
    assert rows(again) == [("信用卡盗刷",)]


def test_rows_outlive_a_stop(server: Server) -> None:
    write_row(server.start())

    server.stop()

    assert not server.is_running()
    assert rows(server.start()) == [("信用卡盗刷",)]


def test_a_process_number_given_anew_is_not_taken_for_the_server(server: Server) -> None:
    address = server.start()
    left_behind = (server.data / "postmaster.pid").read_text()
    kill(address, server)
    (server.data / "postmaster.pid").write_text(left_behind.replace(str(address.pid), str(os.getpid()), 1))

    assert not server.is_running()
    assert server.start().pid != os.getpid()


def test_four_processes_that_start_it_at_once_share_one_server(server: Server) -> None:
    command = [sys.executable, "-c", START, str(server.wanted)]
    racing = [
        subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]

    answers = [process.communicate(timeout=60) for process in racing]

    assert [process.returncode for process in racing] == [0] * 4, answers
    assert {out for out, _error in answers} == {f"{server.start().pid}\n"}


def test_a_long_path_gets_a_short_socket_folder(folder: Path) -> None:
    server = Server(folder / ("long" * 25) / "postgres")
    try:
        address = server.start()

        assert len(address.host) < 90
        assert stat.S_IMODE(os.stat(address.host).st_mode) == 0o700
        write_row(address)
    finally:
        server.remove()


def test_a_stranger_without_the_password_is_refused(server: Server) -> None:
    address = server.start()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(address, password="guess")
    assert stat.S_IMODE((server.data / "redress.password").stat().st_mode) == 0o600
    assert address.password not in repr(address)


def test_it_stays_while_somebody_is_connected(server: Server) -> None:
    address = server.start()

    with connect(address):
        assert not server.stop_if_unused()

    while not server.stop_if_unused():  # the server notices the end of a connection a moment later
        assert server.is_running()
    assert not server.is_running()


def test_rows_of_another_postgresql_are_refused_with_a_way_out(server: Server) -> None:
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("9\n")

    with pytest.raises(EmbeddedServerError, match=r"PostgreSQL 9.*dump and restore"):
        server.start()


def test_chinese_counts_as_letters(server: Server) -> None:
    with connect(server.start()) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")

        assert connection.execute("SELECT similarity('信用卡投诉', '信用卡投诉')").fetchone() == (1.0,)


def test_remove_leaves_nothing(server: Server, folder: Path) -> None:
    server.start()

    server.remove()

    assert list(folder.iterdir()) == []
    assert not leftovers.is_running(server.data)


@as_root
def test_roots_private_folder_is_left_closed_and_the_log_says_where_the_rows_lie(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    private = folder / "private"
    private.mkdir(mode=0o700)
    server = Server(private / "clone" / ".data" / "postgres")
    try:
        write_row(server.start())

        assert server.elsewhere
        assert str(server.data) in caplog.text
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        assert psutil.Process(server.start().pid).uids().real != 0
    finally:
        server.remove()
    assert not server.data.exists()


@as_root
def test_a_shared_folder_somebody_else_made_is_not_trusted(folder: Path) -> None:
    trap = folder / "trap"
    trap.mkdir()
    os.chown(trap, 12345, 12345)

    with pytest.raises(UnsafeFolderError):
        shared_folder(trap, Owner(65534, 65534))


def test_a_process_that_outlives_the_server_starts_it_again(server: Server) -> None:
    environment = os.environ | {"EMBEDDED_DATABASE_DIR": str(server.wanted)}

    done = subprocess.run(
        [sys.executable, "-c", OUTLIVE], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )

    assert done.stdout == "connected again\n", done.stderr


def test_a_command_that_needs_no_rows_starts_no_server(folder: Path) -> None:
    environment = os.environ | {"EMBEDDED_DATABASE_DIR": str(folder / "postgres")}
    command = [sys.executable, "manage.py", "generate_keys"]

    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True, stdout=subprocess.DEVNULL)

    assert list(folder.iterdir()) == []
