"""What the record's tests share: an app of their own, a kind of fact, and someone who tampers."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import AppConfig, apps
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from record.history import Tracked
from record.journal import Actor, Fact, Kind, append, register
from record.triggers import append_only
from tests import databases

# The lab is an app only while its models are read and in the tests that ask for it: no migration may ever see it.
LAB = AppConfig.create("tests.record.lab")
LAB.apps = apps
with pytest.MonkeyPatch.context() as reading:
    reading.setitem(apps.app_configs, "lab", LAB)
    LAB.import_models()
apps.clear_cache()
Client = LAB.get_model("Client")
NOTED = register(Kind("lab.noted", "%(who)s noted %(what)s", personal=("phone", "name")))
TAMPERED = ("record_entry", "record_stream", "record_sealedvalue", "record_seal", "record_sealedhead")
FANG = Actor("A0101", "王芳", "agent")


@pytest.fixture
def empty_journal(tampering: Callable[..., AbstractContextManager[Any]]) -> None:
    """Nothing of what the migrations wrote: a seal then names the test's streams alone."""
    with tampering() as cursor:
        for table in ("record_entry", "record_stream"):
            cursor.execute(f"DELETE FROM {table}")


@pytest.fixture
def seal_file(settings: Any, tmp_path: Path) -> Path:
    """Where this test's seals are copied to."""
    path = tmp_path / "outside" / "seals.jsonl"
    settings.REDRESS = {**settings.REDRESS, "SEAL_FILE": str(path)}
    return path


@pytest.fixture
def noted() -> Kind:
    return NOTED


@pytest.fixture
def fang() -> Actor:
    return FANG


@pytest.fixture
def stream() -> str:
    return f"case:{uuid4()}"


@pytest.fixture
def tell() -> Callable[..., None]:
    """Append this many facts, each in an append of its own."""

    def tell(stream: str, count: int = 1) -> None:
        for number in range(count):
            with transaction.atomic():
                append(stream, Fact(NOTED, {"what": number}), actor=FANG)

    return tell


@pytest.fixture(scope="session")
def lab_tables(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The lab's tables, made by hand: no migration of the product knows them."""
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for model in (Client, Client.history.model):
            editor.create_model(model)
        editor.execute(append_only("lab_historicalclient")[0].sql)
    with django_db_blocker.unblock():
        databases.allow_truncate(connection)
        with connection.cursor() as cursor:
            # Other tests empty the keys by TRUNCATE, which a foreign key from here would refuse.
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = 'lab_client'::regclass AND contype = 'f'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE lab_client DROP CONSTRAINT "{name}"')


@pytest.fixture
def client_model(lab_tables: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Tracked]]:
    """The lab's record, with its app installed for this test."""
    monkeypatch.setitem(apps.app_configs, "lab", LAB)
    apps.clear_cache()
    yield Client
    monkeypatch.undo()
    apps.clear_cache()


@pytest.fixture
def tampering(db: None) -> Callable[..., AbstractContextManager[Any]]:
    """The owner of the database with the triggers off: what no grant prevents and the chain must show."""

    @contextmanager
    def tampering(*tables: str) -> Iterator[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables or TAMPERED:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield cursor
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables or TAMPERED:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        databases.allow_truncate(connection)

    return tampering
