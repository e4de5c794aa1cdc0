"""调单拒付台账, 协查台账, 追偿台账: what runs with partners, each desk its own list."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from viewflow.workflow.fields import get_flow_ref

from accounts.models import User
from cases import sums
from cases.models import Case, Chargeback, Inquiry, MoneyEntry
from cases.models.money import NOT_DECIDED
from record import clock

from ..flows import BESIDE
from ..models import CaseProcess
from .beside import about, addressee_of, last_day
from .ledger import Cell, Ledger, OfMatters, spoken

WINDOW_DAYS = (7, 15, 30)


class Chargebacks(OfMatters):
    """The window that dies first on top."""

    title = gettext_lazy("Slips and chargebacks")
    heads = (
        gettext_lazy("Window ends"),
        gettext_lazy("Transaction"),
        gettext_lazy("Stage"),
        gettext_lazy("Number at the scheme"),
        gettext_lazy("Settled on"),
        gettext_lazy("Charged back"),
        gettext_lazy("Recovered"),
    )
    order = "window_ends_at"
    model = Chargeback
    choice = ("stage", gettext_lazy("Stage"), Chargeback.Stage.choices)

    def filters(self) -> list[tuple[str, str | Promise, list[tuple[str, Any]]]]:
        """And by how soon the scheme's window ends, while that can still be missed."""
        soon = [(str(days), _("within %(days)s days") % {"days": days}) for days in WINDOW_DAYS]
        return [*super().filters(), ("window", _("Window ends"), [("", _("All")), *soon, ("missed", _("missed"))])]

    def narrowed(self, rows: QuerySet[Any], asked: dict[str, str]) -> QuerySet[Any]:
        rows, window, now = super().narrowed(rows, asked), asked.get("window", ""), clock.now()
        if not window:
            return rows
        rows = rows.filter(ended_at=None, charged_at=None)
        if window == "missed":
            return rows.filter(window_ends_at__lte=now)
        return rows.filter(window_ends_at__gt=now, window_ends_at__lte=now + timedelta(days=int(window)))

    def cells(self, row: Any) -> list[Cell]:
        return [
            last_day(row),
            about(row),
            str(row),
            row.scheme_number,
            row.settled_on.isoformat() if row.settled_on else "",
            spoken(row.amount),
            spoken(row.recovery.amount if row.is_recovered else None),
        ]


class Inquiries(OfMatters):
    """The oldest on top."""

    title = gettext_lazy("Inquiry letters")
    heads = (
        gettext_lazy("Sent at"),
        gettext_lazy("Addressee"),
        gettext_lazy("Chases"),
        gettext_lazy("Answered at"),
        gettext_lazy("Their share"),
        gettext_lazy("Cooperation"),
    )
    model = Inquiry
    choice = ("addressee_kind", gettext_lazy("Kind of addressee"), Inquiry.Addressee.choices)

    def rows(self, user: User) -> QuerySet[Any]:
        return super().rows(user).prefetch_related("chases")

    def cells(self, row: Any) -> list[Cell]:
        chases = list(row.chases.all())
        return [
            row.sent_at,
            addressee_of(row),
            str(len(chases)),
            row.answered_at,
            spoken(row.share),
            row.get_cooperation_display() or row.get_ending_display(),
        ]


class Recoveries(Ledger):
    """Completed complaints for which something still runs with partners, the oldest on top."""

    title = gettext_lazy("Recoveries after completion")
    heads = (
        gettext_lazy("Completed at"),
        gettext_lazy("Still running"),
        gettext_lazy("In dispute"),
        gettext_lazy("Paid to the customer"),
        gettext_lazy("Recovered"),
    )

    def rows(self, user: User) -> QuerySet[Any]:
        running = CaseProcess.objects.beside().filter(finished=None, flow_class__in=map(get_flow_ref, BESIDE))
        cases = Case.objects.visible_to(user).filter(state=Case.State.DONE)
        still = Prefetch("processes", running.order_by("id"), to_attr="running_beside")
        booked = Prefetch("money", MoneyEntry.objects.filter(state=MoneyEntry.State.BOOKED), to_attr="booked")
        return cases.filter(Exists(running.filter(case=OuterRef("pk")))).prefetch_related(still, booked)

    def case_of(self, row: Any) -> Case:
        case: Case = row
        return case

    def cells(self, row: Any) -> list[Cell]:
        back = [line.amount for line in row.booked if line.kind == MoneyEntry.Kind.RECOVERY]
        paid = [line.amount for line in row.booked if line.kind not in NOT_DECIDED]
        names = [str(process.flow_class.process_title) for process in row.running_beside]
        return [
            row.done_at,
            " · ".join(names),
            spoken(row.disputed_total),
            spoken(sums.total(paid)),
            spoken(sums.total(back)),
        ]
