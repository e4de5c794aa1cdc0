"""The home page of a person in a small and in a large bank."""

from collections.abc import Callable

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench.figures import ratios
from bench.sizes import bank_of, ready

REQUESTS = 8


def growth() -> list[float]:
    """Time of the home page at 100,000 cases over that at 1,000; an outlet's agent and a head-office desk in turn."""
    small, large = ready("small"), ready("large")
    return ratios(_visits("small", small), _visits("large", large))


def queries() -> list[float]:
    """Queries of the home page, session and log-in included; the fuller of the two desks."""
    counts = []
    for user in ready("large"):
        with bank_of("large"):
            client = client_of(user)
            client.get("/")
            with CaptureQueriesContext(connections["large"]) as asked:
                client.get("/")
            counts.append(len(asked))
    return [float(max(counts))]


def _visits(size: str, users: tuple[User, User]) -> Callable[[], None]:
    with bank_of(size):
        clients = [client_of(user) for user in users]

    def visit() -> None:
        with bank_of(size):
            for _ in range(REQUESTS):
                for client in clients:
                    assert client.get("/").status_code == 200

    return visit


def client_of(user: User) -> Client:
    """A browser this person has signed in at."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
