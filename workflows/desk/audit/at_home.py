"""The auditor's desk: his audits under way, what waits for a re-check, his exports, and the way to search and lists."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import SavedView, User
from cases.actions import exports
from cases.models import AuditFinding, Export, Sample
from record import clock

from .. import findings_ledger, ledger_bar, overview, unsent
from ..findings import opened
from ..frame import page
from . import names
from .home import lists
from .samples import row_of, with_progress

SHOWN: Final = 5
TO_CHECK: Final = "to_check"
SAMPLES: Final = "samples"


def desk(request: HttpRequest, user: User) -> HttpResponse:
    """Nothing of a case is an auditor's to do, so no list of steps stands here. Eight queries at most."""
    open_ones = Sample.objects.filter(state__in=[Sample.State.SEEDED, Sample.State.DRAWN])
    waiting = AuditFinding.objects.to_check()
    counts, found = overview.counts_and(user, {TO_CHECK: [waiting], SAMPLES: [open_ones]}, unsent.column(user))
    samples = with_progress(open_ones).select_related("by", "person_key").order_by("-seeded_at", "-pk")[:SHOWN]
    views = [view for view in SavedView.objects.of(user) if names.is_audit(view.ledger)]
    return page(
        request,
        "audit_home.html",
        _("Desk"),
        today=clock.now(),
        samples=[row_of(one) for one in samples],
        samples_n=counts[SAMPLES],
        to_check=findings_ledger.first_of(waiting),
        to_check_n=counts[TO_CHECK],
        findings_url=ledger_bar.address(ledger_bar.FINDINGS, {"state": AuditFinding.State.ANSWERED}),
        exports=[_export(one) for one in exports.alive(user).select_related("person_key")[:SHOWN]],
        unsent=unsent.rows(found),
        lists=[*lists()],
        views=[
            {
                "name": view.name,
                "of": names.TITLES[view.ledger],
                "url": ledger_bar.address(view.ledger, view.filters),
            }
            for view in views
        ],
    )


def _export(one: Export) -> dict[str, Any]:
    is_ready = one.state == Export.State.READY
    return {
        "purpose": opened(one, "purpose"),
        "words": one.get_state_display(),
        "url": reverse("admin:export_file", args=[one.uuid]) if is_ready else reverse("admin:exports"),
        "is_ready": is_ready,
        "until": one.expires_at,
    }
