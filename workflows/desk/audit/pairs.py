"""同一收款人、同一审批人: customers whose money the same person approved again and again in a period."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Max, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy

from cases import sums
from cases.models import Proposal

from . import names
from .forms import AuditForm, OfPerson
from .listed import Cell, Grouped, Link, Several

LEAST: Final = 2
CASES: Final = 5  # as many of them are named


class PairsForm(OfPerson):
    """How often at least; whose approvals."""

    times = forms.IntegerField(
        label=gettext_lazy("Approved at least so often"), min_value=LEAST, max_value=1000, required=False
    )


class Pairs(Grouped):
    """Who was approved most often on top. Counted are approved proposals, by the moment of approval."""

    name = names.PAIRS
    form = PairsForm
    order = ("-times", "case__customer__uuid", "answered_by__uuid")
    read = (int, UUID, UUID)
    heads = (
        gettext_lazy("Payee"),
        gettext_lazy("Approved by"),
        gettext_lazy("How often"),
        gettext_lazy("Together"),
        gettext_lazy("Last time"),
        gettext_lazy("Cases, newest first"),
    )
    right = frozenset({2, 3})
    nothing = gettext_lazy("No two payments to one customer were approved by the same person in this period.")

    def groups(self, form: AuditForm) -> QuerySet[Any, dict[str, Any]]:
        approved = Proposal.objects.filter(
            form.within("answered_at"), form.below("case__"), state=Proposal.State.APPROVED, total__gt=0
        ).exclude(case__customer=None)
        if person := form.asked().get("person"):
            approved = approved.filter(answered_by__staff_number=person)
        pairs = approved.order_by().values("case__customer__uuid", "answered_by__uuid", "currency")
        told: QuerySet[Any, Any] = pairs.annotate(
            times=Count("pk"),
            together=Sum("total"),
            last=Max("answered_at"),
            payee=Max("case__customer__name_masked"),
            number=Max("answered_by__staff_number"),
            name=Max("answered_by__display_name"),
            cases=ArrayAgg("case__uuid", order_by=F("answered_at").desc()),
            references=ArrayAgg("case__reference", order_by=F("answered_at").desc()),
        )
        return told.filter(times__gte=form.asked().get("times", LEAST))

    def cells(self, row: Mapping[str, Any]) -> list[Cell]:
        named = zip(row["cases"][:CASES], row["references"][:CASES], strict=True)
        links = (Link(reference, reverse("admin:case", args=[uuid])) for uuid, reference in named)
        return [
            row["payee"] or "—",
            f"{row['name']} {row['number']}",
            f"{row['times']:,}",
            f"{sums.spoken(row['together'])} {row['currency']}",
            row["last"],
            Several(tuple(links)),
        ]
