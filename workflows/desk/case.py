"""The case page 案卷: head line, chart, transactions and money, evidence, contacts, decision, time line."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may
from cases import named, rules
from cases.models import Case, CasePerson, Contact, MoneyEntry, PointsEntry, Promise
from cases.models.money import NOT_DECIDED

from ..models import StepTask
from . import (
    acts,
    advance,
    beside,
    board,
    casefile,
    controls_panel,
    door,
    erasure_request,
    evidence_items,
    evidence_panel,
    general,
    law_clock,
    letter,
    naming,
    panel,
    presence,
    protection,
    reception,
    remedies,
    risk,
    stop_order,
    terms,
    texts,
    timeline,
    urging,
)
from .casefile import open_steps
from .chart import chart_of
from .clocks import clocks
from .frame import case_for, page, who
from .step import brief_of
from .wording import opened, tags_of


def case(request: HttpRequest, case: UUID) -> HttpResponse:
    """Everything of one case that this person may see; texts of the customer stay sealed until asked for."""
    found, user = case_for(request, case), who(request)
    presence.look(found)
    file = casefile.open_file(found)
    stops = controls_panel.of(found, user=user)
    at_the_door = door.of(found, user)
    tasks = open_steps(found.tasks.all())
    disputed = [one for one in found.transactions.all() if one.is_disputed]
    prefetch_related_objects([one for one in disputed if one.handed_on_to_id], "handed_on_to")
    money = [line for line in found.money.all() if line.state != MoneyEntry.State.DROPPED]
    return page(
        request,
        "case.html",
        _("Case file"),
        case=found,
        head=_head(found, user, tasks, at_the_door["speakers"], file.people),
        brief=[*brief_of(found), *reception.brief(found, user)],
        chart=chart_of(found),
        transactions=[one for one in found.transactions.all() if one.is_disputed or one.is_named],
        traced=bool(disputed),
        money=money,
        points=[entry for entry in found.points.all() if entry.state != PointsEntry.State.DROPPED],
        money_total=sum((line.amount for line in money if line.kind not in NOT_DECIDED), Decimal(0)),
        contacts=_talks(file),
        promises=_promises(found, file.promises, user),
        letter=letter.of(found),
        shown=False,
        show_url=reverse("admin:show_in_clear", args=[found.uuid]) if may(user, Verb.SHOW_IN_CLEAR, found) else "",
        unknown=_unknown(found),
        awaited_stop=stop_order.awaited(found),
        **erasure_request.erased(found),
        **risk.link(found, user),
        **naming.link(found, user),
        **beside.of(found),
        **general.links(found, user, disputed),
        **stops,
        **at_the_door,
        **law_clock.panel_of(found, user),
        **terms.panel_of(found, user),
        **evidence_panel.of(found, user=user),
        **protection.of(found),
        **panel.of(found),
        **remedies.of(found, user),
        **texts.of(found, user=user, paid=any(line.kind != "recovery" and line.state == "booked" for line in money)),
        **advance.of(found, tasks),
        **evidence_items.of(found, user),
        **(board.whole(found, disputed=disputed) if rules.is_card_fraud(found) else {}),
        **timeline.of(found),
    )


def _head(
    case: Case, user: User, tasks: list[StepTask], speakers: list[dict[str, Any]], people: list[CasePerson]
) -> dict[str, Any]:
    main = [task for task in tasks if task.process.subject is None]
    beside_it = {uuid for task in tasks if task.process.subject for uuid in (task.uuid, task.process.subject)}
    return {
        "words": case.get_kind_display(),
        "state": _state(case, main),
        "named": named.of(case.transactions.all(), case.currency),
        "tags": tags_of(case),
        "clocks": clocks(case, subject=main[0].uuid if main else None, with_ended=True, without=beside_it),
        "people": _people(people),
        "units": [
            {"part": _("Complained about"), "name": case.complained_unit.label if case.complained_unit else None},
            {"part": _("Handling unit"), "name": case.handling_unit.label},
            {"part": _("Bears the sum"), "name": case.bearing_unit.label if case.bearing_unit else None},
        ],
        **acts.of(case, user, tasks, speakers),
    }


def _state(case: Case, tasks: list[StepTask]) -> str:
    parts = [case.get_state_display()]
    for task in tasks:
        post = {"post": timeline.role_words(task.role)}
        holder = task.owner.display_name if task.owner else _("waiting for %(post)s") % post
        parts.append(f"{task.flow_task.task_title} ({holder})")
    return " · ".join(str(part) for part in parts)


def _people(people: list[CasePerson]) -> list[dict[str, Any]]:
    parts: dict[str, list[str]] = {}
    for person in people:
        parts.setdefault(person.part, []).append(person.user.display_name)
    return [{"part": CasePerson.Part(part).label, "names": names} for part, names in sorted(parts.items())]


def _talks(file: casefile.CaseFile) -> list[dict[str, Any]]:
    """Contacts, and the urges among them, the latest first."""
    rows = [*_contacts(file.contacts), *urging.contacts(file.urges)]
    return sorted(rows, key=lambda row: row["happened_at"], reverse=True)


def _contacts(contacts: list[Contact]) -> list[dict[str, Any]]:
    return [
        {
            "direction": row.get_direction_display(),
            "channel": Case.Channel(row.channel).label if row.channel in Case.Channel.values else row.channel,
            "words": "",
            "noted": row.note is not None,
            "happened_at": row.happened_at,
            "by": row.by.display_name if row.by else "",
            "reached": row.reached,
        }
        for row in contacts
    ]


def _promises(case: Case, promises: list[Promise], user: User) -> list[dict[str, Any]]:
    return [
        {
            "words": _open(case, row, "what"),
            "due_at": row.due_at,
            "kept_at": row.kept_at,
            "by": row.by.display_name,
            "keep_url": reverse("admin:keep_promise", args=[row.uuid]) if _is_mine(row, user) else "",
        }
        for row in promises
    ]


def _is_mine(row: Promise, user: User) -> bool:
    return row.by_id == user.pk and row.kept_at is None


def _open(case: Case, row: Any, field: str) -> str:
    """The handling bank's own texts are read by whoever may see the case; the customer's need a reason."""
    row.person_key = case.person_key
    return opened(row, field, purpose="case page")


def _unknown(case: Case) -> list[str]:
    """What an imported case does not know, said plainly."""
    missing = []
    if case.imported_from:
        if case.customer_id is None:
            missing.append(_("The customer is not known."))
        if case.disputed_total is None:
            missing.append(_("The amount in dispute is not known."))
        missing.append(_("Time limits count from the registration here, not from the first receipt."))
    return missing
