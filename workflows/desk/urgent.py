"""已阅: whoever is in charge signs that he has seen an urgent complaint."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.permissions import Verb, standing
from cases.actions import urgent
from cases.actions.turn import turn
from cases.models import Case, Notice

from .frame import case_for, done, told, who


@told
def seen(request: HttpRequest, case: UUID) -> HttpResponse:
    """Sign, by a POST, and go on to the complaint; what is not his to sign, or signed already, changes nothing."""
    found = case_for(request, case)
    if request.method != "POST":
        return redirect("admin:case", case)
    right = standing(who(request), Verb.REASSIGN, found)
    role, for_whom = (right.post.role, right.for_whom) if right else ("", None)
    with turn(found, user=who(request), role=role, for_whom=for_whom) as hand:
        signed = urgent.seen(hand)
    if signed:
        said = _("Signed for: %(case)s is urgent, and you have seen it.") % {"case": found.reference}
        return done(request, said, "admin:case", case)
    return redirect("admin:case", case)


def say_whom(request: HttpRequest, case: Case) -> None:
    """Say to whoever found it urgent, who knows by now; nothing of other complaints. One query of an urgent one."""
    if case.severity != Case.Severity.URGENT:
        return
    told = list(Notice.objects.filter(case=case, kind=Notice.Kind.URGENT).select_related("to").order_by("pk"))
    names = _(", ").join(dict.fromkeys(notice.to.display_name for notice in told if notice.seen_at is None))
    if names:
        messages.info(request, _("Urgent: it is on the desk of %(names)s.") % {"names": names})
    elif not told:
        messages.warning(request, _("Urgent, and nobody in charge is in office: tell somebody yourself."))
