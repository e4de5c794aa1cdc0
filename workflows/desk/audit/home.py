"""The auditor's home: the search, and each list with a line of what it is for."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import SavedView

from ..frame import page, told
from ..ledger_bar import address
from . import names
from .lists import auditor


@told
def home(request: HttpRequest) -> HttpResponseBase:
    """Where an inspection begins. One query for the views he keeps."""
    user = auditor(request)
    views = [view for view in SavedView.objects.of(user) if names.is_audit(view.ledger)]
    return page(
        request,
        "audit.html",
        _("Audit"),
        lists=[*lists()],
        views=[
            {"name": view.name, "of": names.TITLES[view.ledger], "url": address(view.ledger, view.filters)}
            for view in views
        ],
    )


def lists() -> Iterator[dict[str, Any]]:
    """The search, the samples and each list: {url, title, purpose}."""
    for name, title in names.TITLES.items():
        yield {"url": address(name), "title": title, "purpose": names.PURPOSES[name]}
        if name == names.SEARCH:
            yield {
                "url": reverse("admin:audit_samples"),
                "title": _("Samples"),
                "purpose": _(
                    "Drawn by a recorded seed, an audit sheet for each case, findings put right and checked again."
                ),
            }
    yield {
        "url": reverse("admin:audit_files"),
        "title": _("Files by their numbers"),
        "purpose": _("Up to twenty cases of a list at once: an index, each time line and its evidence, to be printed."),
    }
