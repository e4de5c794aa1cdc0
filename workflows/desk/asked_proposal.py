"""A proposal that waits for its answer, for the approval page: the sum, what happened, why pay, the limit for it."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts import authority
from accounts.models import User
from accounts.roles import Role
from cases.models import Case, Duty, MoneyEntry
from knowledge.grounds import Ground, TransactionType
from record import clock

from ..models import StepTask
from .lines import per_transaction
from .wording import opened


def context(task: StepTask, user: User) -> dict[str, Any]:
    """Context of asked_proposal.html, and the limits and words beside it."""
    case = task.case
    transactions = list(case.transactions.disputed().select_related("handed_on_to"))
    asked = case.proposals.select_related("proposed_by").latest("number")
    asked.person_key = case.person_key
    decided = (
        Duty.objects.filter(case=case, duty="decide", state=Duty.State.DONE)
        .select_related("person")
        .order_by("-ended_at")
        .first()
    )
    lines = list(asked.lines.all())
    return {
        "proposal": asked,
        "lines": lines_of(lines),
        "per_transaction": per_transaction(transactions, lines, asked.points.all()),
        "proposed_by": asked.proposed_by.display_name,
        "decided_by": decided.person.display_name if decided else "",
        "decided_at": decided.ended_at if decided else None,
        "what": what_of(case),
        "reasons": opened(asked, "reasons", purpose="approval"),
        "transactions": transactions,
        "grounds": grounds_of(case),
        "limits": limits_of(task, user, asked.total, asked.currency),
        "level_why": level_words(task),
        "independence": free_to_sign(),
    }


def free_to_sign() -> str:
    """The sentence of a passed check for duties and interest."""
    return _("You neither traced, decided nor proposed this, and no interest of yours is on record.")


def lines_of(lines: Any) -> list[dict[str, Any]]:
    """What the sum is made of, one line a kind."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line.kind] = sums.get(line.kind, Decimal(0)) + line.amount
    return [{"words": MoneyEntry.Kind(kind).label, "amount": amount} for kind, amount in sums.items()]


def what_of(case: Case) -> str:
    """The event in one line: kinds of transactions and how many."""
    counts: dict[str, int] = {}
    for kind in case.transactions.filter(is_disputed=True).values_list("type", flat=True):
        counts[kind] = counts.get(kind, 0) + 1
    parts = [f"{TransactionType(kind).label} × {n}" for kind, n in counts.items() if kind]
    return " · ".join([case.get_kind_display(), *parts])


def grounds_of(case: Case) -> list[dict[str, str]]:
    """The grounds the liability decision stands on; what went on in another complaint is paid or not there."""
    decided_here = case.transactions.filter(is_disputed=True, handed_on_to=None)
    used = decided_here.exclude(ground="").values_list("ground", flat=True)
    return [{"words": str(Ground(ground).label)} for ground in sorted(set(used))]


def limits_of(task: StepTask, user: User, total: Decimal, currency: str) -> list[dict[str, Any]]:
    """The person's limit for one approval, and how much of it this sum takes."""
    limit = authority.limit_of(task.role, task, at=clock.now(), currency=currency)
    if not limit:
        return []
    percent = min(100, round(total * 100 / limit))
    label = _("Limit of %(role)s for one case") % {"role": Role(task.role).label}
    return [{"words": label, "limit": limit, "used": total, "percent": percent, "full": percent >= 95}]


def level_words(task: StepTask) -> str:
    """Why this level, in the reader's language; the stored reason is data for the journal."""
    if "nobody eligible" in task.role_why:
        return _("A lower level has nobody free of duty and interest, so it came to this one.")
    return _("The lowest level whose limit covers this sum.")
