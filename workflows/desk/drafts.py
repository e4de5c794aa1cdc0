"""What was typed and not sent: which draft a page keeps, what is offered on it, and a form filled in from one.

A view does nothing for it: `frame.posted` fills the form, `frame.page` tells the template, `frame.done` ends the draft
(docs/decisions/0031-drafts.md).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID, uuid4

from django.http import HttpRequest, QueryDict

from accounts.actions import drafts
from accounts.models import Draft, User
from cases.masking import masked_name
from cases.models import Case

NAMES: Final = ("name", "visitor")  # fields that say whom a form is about


@dataclass(frozen=True)
class Offer:
    """One draft as its writer recognises it: when it was kept, what kind of complaint, whose, masked."""

    uuid: UUID
    kept_at: datetime
    about: str


@dataclass
class PageDraft:
    """What the form of a page is kept as while it is typed.

    `restored`: it was filled in from that draft. `blank`: nothing in it is its reader's yet.
    """

    request: HttpRequest
    uuid: UUID
    restored: bool
    has_form: bool
    blank: bool

    @property
    def page(self) -> str:
        """Where it belongs, and where one goes back to."""
        return page_of(self.request)

    @cached_property
    def offered(self) -> list[Offer]:
        """Other drafts of this page by its reader; asked for only by pages with a form that was not sent yet."""
        if self.request.method != "GET" or not self.has_form or not isinstance(self.request.user, User):
            return []
        return [offer(draft) for draft in drafts.offered(self.request.user, self.page, besides=self.uuid)]


def of(request: HttpRequest, form: Any) -> PageDraft:
    """The draft of a page with this form; a new one when nothing of it was kept before."""
    uuid = _named(request)
    restored = request.method == "GET" and uuid is not None and form is not None and form.is_bound
    if restored:  # half filled in: what is missing is no error before it is sent
        form.errors.clear()
    blank = form is not None and not form.is_bound
    return PageDraft(request, uuid or uuid4(), restored, form is not None, blank)


def page_of(request: HttpRequest) -> str:
    """The page as drafts know it: its path, and what it was opened with, such as the visit of a complaint."""
    about = request.GET.copy()
    about.pop("draft", None)
    return f"{request.path}?{about.urlencode()}" if about else request.path


def restored(request: HttpRequest) -> QueryDict | None:
    """The answers of the draft that the address names; None without one, or when it is gone."""
    uuid = _named(request)
    if request.method != "GET" or uuid is None or not isinstance(request.user, User):
        return None
    found = drafts.open_again(request.user, uuid, page_of(request))
    return QueryDict(found[1]) if found else None


def forget(request: HttpRequest) -> None:
    """What was sent is no draft any more."""
    uuid = _named(request)
    if uuid is not None and isinstance(request.user, User):
        drafts.forget(request.user, uuid)


def offer(draft: Draft) -> Offer:
    """How its writer recognises it: nothing of a name is in clear. No query."""
    typed = QueryDict(drafts.answers_of(draft) or "")
    kind = dict(Case.Kind.choices).get(typed.get("kind", ""), "")
    names = (masked_name(typed[name]) for name in NAMES if typed.get(name, "").strip())
    return Offer(draft.uuid, draft.kept_at, " · ".join(filter(None, (str(kind), *names))))


def _named(request: HttpRequest) -> UUID | None:
    values = request.POST if request.method == "POST" else request.GET
    try:
        return UUID(values.get("draft", ""))
    except ValueError:
        return None
