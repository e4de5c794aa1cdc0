"""A caller's complaints as whoever takes the call reads them: how far each is, until when, what was promised."""

import re
from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Case as Choice, IntegerField, Q, Value, When
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Verb, may
from cases import access, kinds_call, rules
from cases.actions.parties import PHONE, telephone
from cases.errors import CaseError
from cases.models import CardControl, Case, Contact, Customer, Deadline, Promise, Representative
from knowledge import signs
from record.sealed import blind_indexes

from ..models import StepTask
from .clocks import STILL, clock_of
from .wording import opened, summary_of, tags_of

MOST: Final = 10
BEGUN: Final = "begun"  # a form is opened with the number of a call
CARD_ENDING: Final = 4  # so few digits are the end of a card, no phone
OPEN: Final = (Case.State.OPEN, Case.State.TOLD)
# A mobile of another city reads so on a fixed line: the long-distance 0 belongs to the line, not to the number.
FROM_AFAR: Final = re.compile(r"0(1[3-9][0-9]{9})", re.ASCII)


def phone_of(text: str) -> str:
    """The phone number a text is, as it is kept; "" when it is none: a name, a reference, the end of a card."""
    try:
        number = telephone(text)
    except CaseError:
        return ""
    return number if len(number) > CARD_ENDING else ""


def indexes(number: str) -> list[str]:
    """Blind indexes a caller of this number may be kept under."""
    afar = FROM_AFAR.fullmatch(number)
    return [*blind_indexes(number, PHONE), *(blind_indexes(afar[1], PHONE) if afar else ())]


def complaints(user: User, number: str) -> list[Case]:
    """Complaints of customers with this number that the person may see: open ones first, the newest first. One query.

    One more than MOST when there are more.
    """
    is_open = Choice(When(state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = Case.objects.visible_to(user).filter(customer__phone_index__in=indexes(number))
    return list(found.select_related("customer", "card", "person_key").order_by(is_open, "-pk")[: MOST + 1])


def care_of(user: User, number: str) -> list[str]:
    """Signs of special care in the record of the one customer of this number; none when several have it. One query."""
    within = Case.objects.visible_to(user).filter(customer__phone_index__in=indexes(number))
    customers = Customer.objects.filter(pk__in=within.order_by().values("customer"))
    found = list(customers.select_related("person_key")[:2])
    return [one.sign.key for one in signs.in_record(found[0].care_record(purpose="a call"))] if len(found) == 1 else []


def record(user: User, how: str, shown: Iterable[Case]) -> None:
    """Keep that the person looked somebody up, and what he was shown; every time anew, what he typed nowhere."""
    shown = list(shown)
    data = {
        "how": how,
        "cases": [str(case.uuid) for case in shown],
        "references": [case.reference for case in shown],
    }
    access.searched(user, kinds_call.CALLER_LOOKED_UP, data)


def lines(found: list[Case], user: User) -> list[dict[str, Any]]:
    """One line a complaint for caller.html; six queries however many there are, none of them for those completed."""
    running = [case for case in found if case.is_open]
    steps, limits = _steps(running), _limits(running)
    promises, contacts = _promises(running), _contacts(running)
    waits = set(Representative.objects.filter(case__in=running, mandate=None).values_list("case", flat=True))
    stopped = _stopped(running)
    return [
        {
            "case": case,
            "summary": summary_of(case),
            "tags": tags_of(case),
            "steps": steps.get(case.pk, []),
            "limit": clock_of(limits[case.pk]) if case.pk in limits else None,
            "promises": promises.get(case.pk, []),
            "contact": contacts.get(case.pk),
            "waits": case.pk in waits,
            "unstopped": rules.is_card_fraud(case) and not rules.is_over(case) and case.pk not in stopped,
            **_acts(case, user),
        }
        for case in found
    ]


def _stopped(cases: list[Case]) -> set[int]:
    """Cases whose card is stopped, or replaced since."""
    losses = CardControl.objects.losses().filter(case__in=cases)
    return set(losses.filter(Q(ended_at=None) | Q(end=CardControl.End.REPLACED)).values_list("case", flat=True))


def _steps(cases: list[Case]) -> dict[int, list[StepTask]]:
    """Open steps of people on each case, the most urgent first."""
    tasks = StepTask.objects.open().human().filter(case__in=cases).select_related("process", "owner")
    return _by_case(tasks.order_by("due_at", "pk"))


def _limits(cases: list[Case]) -> dict[int, Deadline]:
    """Until when each customer has his decision: the law's own limit, or the date agreed with him while it leads."""
    found = Deadline.objects.filter(
        case__in=cases,
        subject=None,
        kind__in=(Deadline.Kind.LAW, Deadline.Kind.AGREED),
        ended_at=None,
        overridden_at=None,
        forewarns=False,
    )
    return {limit.case_id: limit for limit in found.prefetch_related(STILL).order_by("-due_at")}


def _promises(cases: list[Case]) -> dict[int, list[dict[str, Any]]]:
    """What was promised and is not kept yet, the most urgent first."""
    found = Promise.objects.filter(case__in=cases, kept_at=None).select_related("person_key", "by")
    return {
        case: [
            {"words": opened(row, "what", purpose="a call"), "due_at": row.due_at, "by": row.by.display_name}
            for row in rows
        ]
        for case, rows in _by_case(found.order_by("due_at", "pk")).items()
    }


def _contacts(cases: list[Case]) -> dict[int, Contact]:
    """The last time each customer and the bank spoke, or it was tried."""
    last = Contact.objects.filter(case__in=cases).select_related("by")
    return {row.case_id: row for row in last.order_by("case_id", "-happened_at", "-pk").distinct("case_id")}


def _by_case(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


def _acts(case: Case, user: User) -> dict[str, str]:
    if not case.is_open or not may(user, Verb.ADD_CONTACT, case):
        return {"urge_url": "", "contact_url": ""}
    return {
        "urge_url": reverse("admin:urge_now", args=[case.uuid]),
        "contact_url": reverse("admin:add_contact", args=[case.uuid]),
    }
