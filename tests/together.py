"""Several people press their buttons at the same moment, each over a connection of his own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from cases.errors import CaseError


def at_the_same_moment(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned, or the CaseError it met, in their order. Any other error fails the test.

    The test's database must be one with transactions of its own: `django_db(transaction=True)`.
    """
    start = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=60)
            return act()
        except CaseError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))
