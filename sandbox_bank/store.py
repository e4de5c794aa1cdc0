"""The bank's books in SQLite: cards, their transactions, orders by key, ledger entries."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# STRICT-less on purpose: Debian's oldest supported SQLite lacks it. Amounts are text, never floats.
TABLES = """
CREATE TABLE IF NOT EXISTS cards (
    token TEXT PRIMARY KEY, account TEXT NOT NULL, first6 TEXT NOT NULL, last4 TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'active', stopped_at TEXT, replaced_by TEXT, hold INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS holds (account TEXT PRIMARY KEY, held_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS formal_losses (token TEXT PRIMARY KEY, formal_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ended_stops (token TEXT PRIMARY KEY, ended_at TEXT NOT NULL, why TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, phone TEXT NOT NULL, template TEXT NOT NULL,
    text TEXT NOT NULL, sent_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS transactions (
    id TEXT PRIMARY KEY, token TEXT NOT NULL, booked_at TEXT NOT NULL, amount TEXT NOT NULL, currency TEXT NOT NULL,
    billed_amount TEXT NOT NULL, billed_currency TEXT NOT NULL, merchant TEXT NOT NULL, channel TEXT NOT NULL,
    entry_mode TEXT NOT NULL, country TEXT NOT NULL, verification TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS transactions_by_card ON transactions (token, booked_at);
CREATE TABLE IF NOT EXISTS orders (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, operation TEXT NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL, answer TEXT NOT NULL, received_at TEXT NOT NULL, book_at TEXT, enquiries_left INTEGER
);
CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, account TEXT NOT NULL, token TEXT,
    amount TEXT NOT NULL, currency TEXT NOT NULL, lines TEXT NOT NULL, voucher TEXT NOT NULL, booked_at TEXT NOT NULL,
    reverses TEXT UNIQUE
);
CREATE INDEX IF NOT EXISTS entries_by_account ON entries (account);
"""
TRANSACTION_FIELDS = (
    "id",
    "booked_at",
    "amount",
    "currency",
    "billed_amount",
    "billed_currency",
    "merchant",
    "channel",
    "entry_mode",
    "country",
    "verification",
)

Row = dict[str, Any]


class Store:
    """One SQLite file (or ":memory:"), one writer at a time; several processes may open the same file."""

    def __init__(self, path: str | Path) -> None:
        if str(path) != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        # WAL with NORMAL keeps every commit through kill -9; only a power cut may lose the last ones.
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(TABLES)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; the write lock is taken at once, so that two processes never book the same key."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Every row of a query."""
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, values)]

    def row(self, sql: str, *values: object) -> Row | None:
        """The first row of a query, or None."""
        return next(iter(self.rows(sql, *values)), None)

    def run(self, sql: str, *values: object) -> None:
        """Run one statement."""
        with self._lock:
            self._connection.execute(sql, values)

    def insert(self, table: str, row: Row) -> None:
        """Insert one row; table and column names come from this package only, never from a request."""
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        self.run(f"INSERT INTO {table} ({columns}) VALUES ({marks})", *row.values())  # noqa: S608


def text(value: object) -> str:
    """JSON in one canonical form, so that equal bodies are equal texts."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
