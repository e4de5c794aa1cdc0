"""The lists an auditor asks for first, each at its own address: a page by keyset, and the whole of it as a file."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User
from accounts.permissions import Verb, may
from cases.errors import NotAllowed

from .. import export, ledger
from ..frame import Page, page, told, who
from ..ledger_bar import address, bar, in_one_line, onward
from . import listed, names
from .backdated import Backdated
from .course import Course
from .forms import AuditForm
from .listed import Link, Listed, Marked, Several
from .looks import Looks
from .near import Near
from .pairs import Pairs
from .vouchers import Vouchers

LISTS: Final[dict[str, Listed]] = {
    one.name: one for one in (Backdated(), Near(), Pairs(), Course(), Vouchers(), Looks())
}


def auditor(request: HttpRequest) -> User:
    """Whoever may look over the whole bank's cases and the shoulders of all its people. Raises NotAllowed."""
    user = who(request)
    if not may(user, Verb.AUDIT, None):
        raise NotAllowed
    return user


def of_list(name: str) -> Page:
    """The page of one list; `as=csv` gives all its rows as a file and records who took it."""

    def view(request: HttpRequest) -> HttpResponseBase:
        user = auditor(request)
        form = form_of(name, request.GET, user)
        if request.GET.get("as") == "csv" and form.is_valid():
            return export.taken(user, _sheet(name, form))
        return _shown(request, user, name, form)

    return told(view)


def form_of(name: str, sent: Any, user: User) -> AuditForm:
    """The filters of a list."""
    return LISTS[name].form(sent, near=user.standings_now()[0].post.branch)


def _sheet(name: str, form: AuditForm) -> export.Sheet:
    one, asked = LISTS[name], form.codes()
    return export.Sheet(name, asked, one.heads, one.whole(form), _line_of(one), in_one_line(form, asked))


def _line_of(one: Listed) -> Callable[[Any], Iterable[ledger.Cell]]:
    def line(row: Any) -> list[ledger.Cell]:
        return [cell if isinstance(cell, datetime) else str(cell or "") for cell in one.cells(row)]

    return line


def _shown(request: HttpRequest, user: User, name: str, form: AuditForm) -> HttpResponseBase:
    one, after = LISTS[name], request.GET.get("after", "")
    found = one.found(form, after) if form.is_valid() else listed.Found([], "", None)
    asked = form.codes()
    return page(
        request,
        "audit_list.html",
        str(names.TITLES[name]),
        status=200 if form.is_valid() else 422,
        form=form,
        asked=asked,
        purpose=names.PURPOSES[name],
        nothing=one.nothing,
        heads=[{"title": head, "is_right": at in one.right} for at, head in enumerate(one.heads)],
        rows=[_cells(one, row) for row in found.rows],
        count=found.count,
        all_url=address(name, {"period": "ever"}),
        older_url=onward(asked, after=found.last) if found.last else "",
        newer_url=address(name, asked) if after else "",
        **bar(user, name, asked, form),
    )


def _cells(one: Listed, row: Any) -> list[dict[str, Any]]:
    """The cells of a row as the page draws them."""
    return [
        {
            "head": head,
            "value": cell,
            "is_right": at in one.right,
            "links": cell.links if isinstance(cell, Several) else [cell] if isinstance(cell, Link) else [],
            "tone": cell.tone if isinstance(cell, Marked) else "",
            "is_moment": isinstance(cell, datetime),
        }
        for at, (head, cell) in enumerate(zip(one.heads, one.cells(row), strict=True))
    ]
