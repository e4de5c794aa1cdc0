"""Going round the actions: rows changed by hand, and which rule of the database refuses it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction


def settle() -> None:
    """Check now what else is checked at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def stands() -> Iterator[None]:
    """What happens inside breaks no rule."""
    with transaction.atomic():
        yield
        settle()


@contextmanager
def refused(rule: str) -> Iterator[None]:
    """What happens inside is refused by the rule of this name, at the latest when it would be committed."""
    with pytest.raises(IntegrityError) as error, stands():
        yield
    assert error.value.__cause__.diag.constraint_name == rule
