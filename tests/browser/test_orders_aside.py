"""Texts to the customer, the formal loss report, the payee's stop and a refused payment, looked at in a browser."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.browser.seats import Seats
from tests.desk.at_work import Desk
from tests.fixtures.browser import NARROW
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.beside import opens
from workflows import verbs
from workflows.flows import PoliceFlow
from workflows.models import StepTask

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def test_the_pages_of_orders_no_step_waits_for_wide_and_on_a_phone(seats: Seats) -> None:
    staff = seats.staff
    desk = Desk.at("trace", staff)
    process = opens(desk.journey, PoliceFlow)
    payee = next(one for one in StepTask.objects.open().filter(process=process) if "ask_payee" in one.flow_task.name)
    verbs.claim(payee.uuid, user=staff.fraud)
    refused = roads.until(Journey.begin(staff), "order_credit")
    roads.bank_says(refused, "credit", "rejected", "账户已销户，请核对")
    by_hand = refused.task("pay_by_hand")
    verbs.claim(by_hand.uuid, user=staff.accounts_maker)
    case = desk.case.uuid
    for who, path, name, words in (
        (staff.agent, f"/case/{case}/", "texts-case", "客户短信"),
        (staff.agent, reverse("admin:tell_by_phone", args=[case, "card_stopped"]), "texts-told", "电话告知"),
        (staff.agent, reverse("admin:agree_formal_loss", args=[case]), "formal-agreed", "客户同意转正式挂失"),
        (staff.fraud, reverse("admin:step", args=[payee.uuid]), "payee-stop", "收款账号后四位"),
        (staff.accounts_maker, reverse("admin:step", args=[by_hand.uuid]), "refused-order", "账户已销户，请核对"),
    ):
        seats.seat(who).comes_in().opens(path).sees(words).keeps(name)
        phone = seats.seat(who, size=NARROW).comes_in().opens(path).sees(words).keeps(f"phone-{name}")
        phone.is_content()
