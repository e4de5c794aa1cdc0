"""The complaint ledger of a person in a small and in a large bank: first pages, further ones, and filters."""

import re
from collections.abc import Callable
from html import unescape

from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench.figures import ratios
from bench.inbox import client_of
from bench.sizes import bank_of, ready
from cases.models import CasePerson
from workflows.desk.complaints import PAGE

LEDGER = "/ledgers/complaints/"
FURTHER = re.compile(r'href="(\?[^"]*after=[^"]+)"')
ROUNDS = 2


def growth() -> list[float]:
    """Time of the ledger at 100,000 complaints over that at 1,000; an outlet's agent and a head-office desk in turn."""
    small, large = ready("small"), ready("large")
    return ratios(_visits("small", small), _visits("large", large))


def queries() -> list[float]:
    """Queries of the ledger without BEGIN and COMMIT, session and log-in included; the dearest of its filters."""
    users, counts = ready("large"), []
    with bank_of("large"):
        for user in users:
            client = client_of(user)
            for address in _addresses(user):
                client.get(address)
                with CaptureQueriesContext(connections["large"]) as asked:
                    client.get(address)
                counts.append(sum(query["sql"] not in ("BEGIN", "COMMIT") for query in asked))
    return [float(max(counts))]


def _addresses(user: User) -> list[str]:
    """What is opened of it: first page, second page, and one filter of each kind."""
    lead = CasePerson.objects.filter(part="lead").select_related("user").order_by("pk")[0].user.staff_number
    asked = ("state=open", "state=late", "channel=app", "regulator=yes", "cause=C_FUND_SAFE", f"lead={lead}")
    (further,) = FURTHER.findall(client_of(user).get(LEDGER).content.decode())
    return [LEDGER, LEDGER + unescape(further), *(f"{LEDGER}?{one}" for one in (*asked, "business=B_CARD_DEBIT_FRAUD"))]


def _visits(size: str, users: tuple[User, User]) -> Callable[[], None]:
    with bank_of(size):
        ways = [(client_of(user), _addresses(user)) for user in users]

    def visit() -> None:
        with bank_of(size):
            for _ in range(ROUNDS):
                for client, addresses in ways:
                    for address in addresses:
                        answer = client.get(address)
                        assert answer.status_code == 200
                        assert answer.content.count(b"data-row") <= PAGE

    return visit
