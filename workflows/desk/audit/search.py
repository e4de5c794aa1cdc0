"""The auditor's search over all branches: by what a case is, where it stood, who had it, and how it went."""

from typing import Any, Final

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User
from cases.models import Case

from .. import export
from ..complaint_facts import HEADS, Row, line, with_facts
from ..export_lists import export_url
from ..frame import page, told
from ..ledger_bar import address, bar, in_one_line, onward
from . import names
from .listed import Found, OfRows
from .lists import auditor
from .search_filter import SearchFilter


class Complaints(OfRows):
    """Complaints by the moment that was asked for, newest first; what a row says is the ledger's."""

    name = names.SEARCH
    model = Case
    order = ("-moment", "-pk")

    def __init__(self, user: User, when: str) -> None:
        self.user, self.when = user, when

    def parts(self, form: Any) -> list[QuerySet[Any]]:
        return [self.ranked(form.narrow(part)) for part in Case.objects.visible_by_branch(self.user)]

    def ranked(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.annotate(moment=F(self.when))

    def told(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return self.ranked(with_facts(rows))


NOTHING: Final = Found([], "", None)


@told
def search(request: HttpRequest) -> HttpResponseBase:
    """A page by keyset, its count; `as=csv` gives all rows of the filter as a file."""
    user = auditor(request)
    form = SearchFilter(request.GET, user=user)
    asked, as_csv = form.asked(), request.GET.get("as") == "csv"
    if form.is_valid() and asked.get("unit", "") != request.GET.get("unit", "").strip():
        # a unit found by its name is asked for by its code: no other word stays in the address
        return redirect(address(names.SEARCH, {**asked, **({"as": "csv"} if as_csv else {})}))
    complaints = Complaints(user, form.when())
    if as_csv and form.is_valid():
        rows = complaints.whole(form)
        return export.taken(user, export.Sheet(names.SEARCH, asked, HEADS, rows, line, in_one_line(form, asked)))
    after = request.GET.get("after", "")
    found = complaints.found(form, after) if form.is_valid() else NOTHING
    return page(
        request,
        "audit_search.html",
        str(names.TITLES[names.SEARCH]),
        status=200 if form.is_valid() else 422,
        form=form,
        asked=asked,
        rows=[Row(case) for case in found.rows],
        count=found.count,
        all_url=address(names.SEARCH),
        words_url=f"{reverse('admin:audit_words')}{onward(asked)}",
        draw_url=f"{reverse('admin:draw_sample')}{onward(asked)}",
        export_url=export_url(user, names.SEARCH, asked),
        older_url=onward(asked, after=found.last) if found.last else "",
        newer_url=address(names.SEARCH, asked) if after else "",
        **bar(user, names.SEARCH, asked, form),
    )
