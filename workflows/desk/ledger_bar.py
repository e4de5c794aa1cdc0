"""What every ledger has above its rows: the others one may open, one's own views, the file of what is seen."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import SavedView, User
from accounts.permissions import Verb, may_somewhere

from .advance_ledger import Advances
from .audit import names as audit
from .findings_ledger import Findings
from .frame import who
from .ledger import Ledger
from .partner_ledgers import Chargebacks, Inquiries, Recoveries
from .review_ledger import Dissents, Reviews

COMPLAINTS, STOPS, CREDIT, RECEPTIONS = "complaints", "stops", "credit-records", "receptions"
FINDINGS = "findings"
LEDGERS: dict[str, Ledger] = {
    "chargebacks": Chargebacks(),
    "inquiries": Inquiries(),
    "recoveries": Recoveries(),
    "advances": Advances(),
    "reviews": Reviews(),
    "dissents": Dissents(),
    FINDINGS: Findings(),
}
TITLES: dict[str, str | Promise] = {
    COMPLAINTS: gettext_lazy("Complaint ledger"),
    STOPS: gettext_lazy("Stop ledger"),
    **{name: one.title for name, one in LEDGERS.items()},
    CREDIT: gettext_lazy("Credit records"),
    RECEPTIONS: gettext_lazy("Reception register"),
    **audit.TITLES,
}
ADDRESSES = {
    COMPLAINTS: "admin:complaint_ledger",
    STOPS: "admin:stop_ledger",
    CREDIT: "admin:credit_list",
    RECEPTIONS: "admin:receptions",
    **{name: audit.address_name(name) for name in audit.TITLES},
}
RIGHTS = {  # the others: to see complaints
    CREDIT: Verb.SEE_CREDIT_LIST,
    RECEPTIONS: Verb.SEE_RECEPTIONS,
    FINDINGS: Verb.SEE_FINDINGS,
    **dict.fromkeys(audit.TITLES, Verb.AUDIT),
}


def address(ledger: str, filters: Mapping[str, str] | None = None) -> str:
    """Where a ledger is, with filters."""
    at = reverse(ADDRESSES[ledger]) if ledger in ADDRESSES else reverse("admin:ledger", args=[ledger])
    return f"{at}{onward(filters)}" if filters else at


def onward(filters: Mapping[str, str], **more: str) -> str:
    """From a ledger to another page or form of it, with the same filters."""
    return f"?{urlencode({**filters, **more})}"


def open_to(user: User) -> Iterator[str]:
    """The ledgers this person may open."""
    yield from (name for name in TITLES if may_somewhere(user, RIGHTS.get(name, Verb.SEE)))


def said(form: forms.Form, asked: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Filters in words: {label, value}."""
    for name, field in form.fields.items():
        if name in asked:
            words = dict(getattr(field, "choices", ()))
            yield {"label": str(field.label), "value": str(words.get(asked[name], asked[name])).strip()}


def in_one_line(form: forms.Form, asked: Mapping[str, str]) -> str:
    """The same in one line, for paper and for a file; empty when nothing was asked."""
    return " · ".join(f"{one['label']}: {one['value']}" for one in said(form, asked))


def bar(user: User, here: str, filters: Mapping[str, str], form: forms.Form | None = None) -> dict[str, Any]:
    """Context of `desk/ledger_bar.html`: tabs, views, views_url, kept, csv_url, filtered. One query for the views.

    The lists of the audit are tabs of their own.
    """
    views = SavedView.objects.of(user, here)
    beside = (name for name in open_to(user) if audit.is_audit(name) == audit.is_audit(here))
    return {
        "filtered": in_one_line(form, filters) if form is not None else None,
        "tabs": [{"url": address(name), "words": TITLES[name], "here": name == here} for name in beside],
        "tabs_of": _("Audit") if audit.is_audit(here) else _("Ledgers"),
        "views": [_view(view, filters) for view in views],
        "views_url": f"{reverse('admin:views', args=[here])}{onward(filters)}",
        "kept": urlencode(filters),
        "csv_url": onward(filters, **{"as": "csv"}),
    }


def ticks(request: HttpRequest) -> dict[str, Any]:
    """Context of the boxes before rows: may_tick, for whoever may reassign the open steps of their cases, and here."""
    return {"may_tick": may_somewhere(who(request), Verb.REASSIGN), "here": request.get_full_path()}


def _view(view: SavedView, filters: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": view.name,
        "url": address(view.ledger, view.filters),
        "change_url": reverse("admin:view", args=[view.uuid]),
        "here": view.filters == dict(filters),
    }
