"""A proposal that waits for its answer, for the approval page: the sum, what happened, why pay, the limit for it."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts import authority
from accounts.models import User
from accounts.models.authority import LimitKind
from accounts.permissions import Verb, may
from accounts.roles import Role
from cases import sums
from cases.approved import approved_by
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
        "already": already(case, proposal=asked.pk),
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
    """What the post may approve in one case and in the quarter, and how much of it is used. Two queries at most.

    The quarter is told of whoever answers, as long as it waits; a limit for it is shown, and stops nobody.
    """
    now, role = clock.now(), Role(task.role).label
    kinds = (LimitKind.COMPENSATION, LimitKind.QUARTER)
    limits = authority.limits_of(task.role, task, kinds=kinds, at=now, currency=currency)
    lines = []
    if single := limits.get(LimitKind.COMPENSATION):
        label = _("Limit of %(role)s for one case") % {"role": role}
        lines.append(_bar(label, single, total, full=95))
    answers = task.owner or (user if may(user, Verb.APPROVE, task, step_role=task.role) else None)
    if not task.is_open or answers is None:
        return lines
    so_far = approved_by(answers, role=task.role, since=authority.quarter_begins(now), currency=currency)
    after = so_far.total + total
    said = _("Approved this quarter: %(count)d, ¥ %(total)s; with this one ¥ %(after)s") % {
        "count": so_far.number,
        "total": sums.spoken(so_far.total),
        "after": sums.spoken(after),
    }
    quarter = limits.get(LimitKind.QUARTER)
    bar = _bar(_("Limit of %(role)s for the quarter") % {"role": role}, quarter, after, full=90) if quarter else {}
    over = _("This is more than the limit for the quarter.") if quarter and after > quarter else ""
    return [*lines, {**bar, "said": said, "over": over}]


def _bar(words: str, limit: Decimal, used: Decimal, *, full: int) -> dict[str, Any]:
    """`full`: from how many percent on the bar says that it is nearly used up."""
    percent = round(used * 100 / limit)
    return {"words": words, "limit": limit, "used": used, "percent": percent, "full": percent >= full}


def already(case: Case, *, proposal: int | None = None, entry: int | None = None) -> list[dict[str, Any]]:
    """What else of this case is proposed, approved or booked for the customer, by kind and state. One query.

    Without the lines of the proposal, or the entry, that is asked about.
    """
    sums_of: dict[tuple[str, str], Decimal] = {}
    for line in case.money.exclude(state=MoneyEntry.State.DROPPED).exclude(kind=MoneyEntry.Kind.RECOVERY):
        if line.pk != entry and (proposal is None or line.proposal_id != proposal):
            sums_of[line.kind, line.state] = sums_of.get((line.kind, line.state), Decimal(0)) + line.amount
    return [
        {
            "words": MoneyEntry.Kind(kind).label,
            "state": MoneyEntry.State(state).label,
            "amount": amount,
            "on_account": kind == MoneyEntry.Kind.ADVANCE,
        }
        for (kind, state), amount in sums_of.items()
    ]


def level_words(task: StepTask) -> str:
    """Why this level, in the reader's language; the stored reason is data for the journal."""
    if "nobody eligible" in task.role_why:
        return _("A lower level has nobody free of duty and interest, so it came to this one.")
    return _("The lowest level whose limit covers this sum.")
