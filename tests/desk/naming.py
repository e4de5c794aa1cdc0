"""A call in which the customer names transactions: its page, what is sent, and what became of it."""

from typing import Any

from django.test import Client
from django.urls import reverse

from cases.models import Case, DisputedTransaction
from tests.desk.at_work import moment
from tests.desk.test_intake_answers import COMPLAINT
from workflows import verbs


def page_of(case: Case) -> str:
    return reverse("admin:naming", args=[case.uuid])


def state(inside: Client, case: Case) -> dict[str, Any]:
    told: dict[str, Any] = inside.get(reverse("admin:naming_state", args=[case.uuid])).json()
    return told


def called(inside: Client, **changes: str) -> Case:
    """A new case, registered in the call; no bank system has answered yet."""
    answer = inside.post("/new/", COMPLAINT | changes)
    assert answer.status_code == 302, answer.content.decode()
    return Case.objects.latest("pk")


def bank_systems_answer() -> None:
    while verbs.deliver_orders():
        pass


def named(case: Case) -> set[str]:
    return {one.bank_id for one in case.transactions.all() if one.is_named}


def ticks(*rows: DisputedTransaction, seen: tuple[DisputedTransaction, ...] = (), **more: str) -> dict[str, Any]:
    return {"named": [str(one.uuid) for one in rows], "seen": [str(one.uuid) for one in seen], **more}


def by_word(n: int = 1, **changes: str) -> dict[str, str]:
    line = {"booked_at": moment(hours=3)[:16], "amount": "500.00", "channel": "atm", "merchant": "取款机"}
    return {f"other_{n}_{name}": value for name, value in (line | changes).items()}
