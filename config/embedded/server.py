"""A PostgreSQL server of our own: initialised once, started when needed, kept until told to stop.

Rules it follows:
- safe for several processes at once: everything happens under one file lock beside the data;
- the data folder appears whole or not at all: initialised under another name, then renamed;
- settings go through an included file, so that no shell ever quotes a path (spaces, apostrophes);
- on POSIX a Unix socket in a private folder and no TCP; a password nevertheless;
- as root the server runs as `postgres` or `nobody`, and no parent folder's mode is ever changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import fasteners
import psycopg

from config.embedded import leftovers
from config.embedded.binaries import EmbeddedServerError, binaries_for, major_version
from config.embedded.owner import WINDOWS, Owner, reachable, server_owner, shared_folder

log = logging.getLogger(__name__)

USER = "redress"
DATABASE = "redress"
PASSWORD_FILE = "redress.password"  # noqa: S105  a file name
CONFIG_FILE = "redress.conf"
# pg_trgm and lower() ignore Chinese under LC_CTYPE=C, so a UTF-8 one is preferred
CHARACTER_TYPES = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "zh_CN.UTF-8", "C")
START_SECONDS = 300  # crash recovery of a large database takes long
SOCKET_PATH_BYTES = 90  # the kernel allows 104 to 108, `/.s.PGSQL.5432` included


@dataclass(frozen=True)
class Address:
    """Where a running server answers. `host` is a socket folder on POSIX."""

    host: str
    port: str
    password: str = field(repr=False)
    pid: int = 0

    def as_django(self) -> dict[str, str]:
        """The connection part of a DATABASES entry."""
        return {"HOST": self.host, "PORT": self.port, "USER": USER, "PASSWORD": self.password}


class Server:
    """The server of one data folder.

    `data` is where the rows really lie: the wanted folder, or one below /var/tmp when root's own private folders
    keep the server's account out.
    """

    def __init__(self, wanted: Path) -> None:
        self.wanted = wanted.expanduser().absolute()
        self.owner: Owner | None = server_owner()
        self.data = self._place()
        self.lock = fasteners.InterProcessLock(f"{self.data}.lock")

    @property
    def elsewhere(self) -> bool:
        """True when the data could not lie where it was wanted."""
        return self.data != self.wanted

    def start(self) -> Address:
        """Attach to the running server, or initialise and start it first; EmbeddedServerError tells what failed."""
        with self._locked():
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            if not leftovers.is_running(self.data):
                self._launch()
                self._make_database()
            return self._address()

    def stop(self, mode: str = "fast") -> None:
        """Stop the server when it runs; `mode` is pg_ctl's (smart, fast, immediate)."""
        with self._locked():
            if leftovers.is_running(self.data):
                self._run("pg_ctl", "-w", "-m", mode, "-D", self.data, "stop")

    def stop_if_unused(self) -> bool:
        """Stop the server unless another process is connected; tells whether it did."""
        if not self.is_running() or self._others_connected():
            return False
        self.stop()
        return True

    def remove(self) -> None:
        """Stop the server and delete its rows for good."""
        if self.data.parent.exists():
            self.stop("immediate")
            shutil.rmtree(self.data, ignore_errors=True)
            Path(f"{self.data}.lock").unlink(missing_ok=True)

    def is_running(self) -> bool:
        """True when a live server owns the data folder."""
        return leftovers.is_running(self.data)

    # where

    def _place(self) -> Path:
        if self.owner is None or reachable(self.wanted.parent):
            return self.wanted
        return Path("/var/tmp") / f"redress-data-{_digest(self.wanted)}"  # noqa: S108  checked by shared_folder

    def _socket_folder(self) -> Path:
        folder = self.data / "socket"
        if len(os.fsencode(folder)) > SOCKET_PATH_BYTES:
            folder = shared_folder(Path(tempfile.gettempdir()) / f"redress-{_digest(self.data)}", self.owner)
        folder.mkdir(mode=0o700, exist_ok=True)
        self._give(folder)
        return folder

    def _address(self) -> Address:
        lines = (self.data / "postmaster.pid").read_text().splitlines()
        return Address(lines[4] or "127.0.0.1", lines[3], (self.data / PASSWORD_FILE).read_text(), int(lines[0]))

    # first start

    def _initialise(self) -> None:
        """Make the data folder under another name and rename it, so that a killed start leaves nothing half."""
        fresh = Path(tempfile.mkdtemp(prefix=f"{self.data.name}.new-", dir=self.data.parent))
        password = fresh / "password"
        password.write_text(secrets.token_urlsafe(24))
        self._give(fresh, password)
        try:
            self._initdb(fresh / "data", password)
            password.chmod(0o600)
            password.rename(fresh / "data" / PASSWORD_FILE)
            with (fresh / "data" / "postgresql.conf").open("a") as main:
                main.write(f"\ninclude_if_exists = '{CONFIG_FILE}'\n")
            (fresh / "data").rename(self.data)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        if self.elsewhere:
            log.warning("%s is closed to the database's account: its rows lie in %s", self.wanted.parent, self.data)

    def _initdb(self, data: Path, password: Path) -> None:
        fixed = ["-U", USER, "-A", "scram-sha-256", "-E", "UTF8", "--data-checksums", "--no-instructions"]
        fixed += ["--lc-messages=C", "--locale=C"]
        if major_version(self._binaries) >= 17:
            fixed += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        for ctype in CHARACTER_TYPES:
            try:
                self._run("initdb", "-D", data, f"--pwfile={password}", *fixed, f"--lc-ctype={ctype}")
                return
            except EmbeddedServerError as error:
                if "invalid locale" not in str(error) or ctype == CHARACTER_TYPES[-1]:
                    raise
                shutil.rmtree(data, ignore_errors=True)

    def _make_database(self) -> None:
        with self._connection() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(f'CREATE DATABASE "{DATABASE}"')

    # every start

    def _launch(self) -> None:
        self._refuse_other_version()
        leftovers.clear(self.data, None if WINDOWS else self._socket_folder())
        self._write_config()
        server_log = self.data / "server.log"
        self._run(
            "pg_ctl", "-w", "-t", START_SECONDS, "-D", self.data, "-l", server_log, "start", timeout=START_SECONDS + 10
        )
        log.info("embedded PostgreSQL started, its rows lie in %s", self.data)

    def _refuse_other_version(self) -> None:
        data, binaries = int((self.data / "PG_VERSION").read_text()), major_version(self._binaries)
        if data != binaries:
            raise EmbeddedServerError(
                f"{self.data} was written by PostgreSQL {data}, the installed one is {binaries}: "
                "dump and restore it with the old version, or set DATABASE_URL"
            )

    def _write_config(self) -> None:
        if WINDOWS:
            listen = {"listen_addresses": "127.0.0.1", "port": _free_port(), "unix_socket_directories": ""}
        else:
            listen = {"listen_addresses": "", "port": 5432, "unix_socket_directories": self._socket_folder()}
            listen["unix_socket_permissions"] = "0700"
        values = listen | {"max_connections": 200, "shared_buffers": "128MB", "timezone": "UTC", "log_timezone": "UTC"}
        # a row's values never reach the server's log
        values |= {"log_error_verbosity": "terse", "log_min_error_statement": "panic", "lc_messages": "C"}
        config = self.data / CONFIG_FILE
        config.write_text("".join(f"{name} = '{_escaped(value)}'\n" for name, value in values.items()))
        self._give(config)

    # small parts

    @property
    def _binaries(self) -> Path:
        return binaries_for(self.owner)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            if self.elsewhere:
                shared_folder(self.data, self.owner, make=False)
            self.data.parent.mkdir(parents=True, exist_ok=True)
            with self.lock:
                yield
        except PermissionError as error:
            raise EmbeddedServerError(
                f"{self.data} belongs to another user: set DATABASE_URL or EMBEDDED_DATABASE_DIR, "
                "or remove it as that user with `make clean-data`"
            ) from error

    def _run(self, program: str, *arguments: object, timeout: int = 120) -> None:
        as_owner = {} if self.owner is None else self.owner.as_subprocess()
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(self._binaries / program), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=None if WINDOWS else "/",
                env=environment,
                timeout=timeout,
                check=False,
                **as_owner,
            )
            output.seek(0)
            if done.returncode:
                raise EmbeddedServerError(f"{program} failed ({done.returncode}): {output.read()[-1500:]}")

    def _connection(self) -> psycopg.Connection:
        address = self._address()
        return psycopg.connect(
            host=address.host,
            port=int(address.port),
            user=USER,
            password=address.password,
            dbname="postgres",
            autocommit=True,
        )

    def _others_connected(self) -> bool:
        query = "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        with self._connection() as connection:
            return connection.execute(query).fetchone() is not None

    def _give(self, *paths: Path) -> None:
        if self.owner is not None:
            for path in paths:
                os.chown(path, self.owner.uid, self.owner.gid)


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _escaped(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace("'", "''")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
