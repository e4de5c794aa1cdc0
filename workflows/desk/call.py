"""来电弹屏: the page the telephone system opens at a call, `/call/#<number>`.

What stands behind # stays in the browser; `call.js` takes it out of the address and sends it as a form is sent, so that
no number stands in a log, an address or a history of the server. Without script it is typed.
"""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases.errors import NotAllowed

from . import callers, find
from .frame import page, told, who

WAYS = ("telephone", "typed")


@told
def call(request: HttpRequest) -> HttpResponseBase:
    """Who is calling: his complaints within the person's reach; a reference or the end of a card goes to the search."""
    user = who(request)
    if not may_somewhere(user, Verb.ADD_CONTACT):
        raise NotAllowed
    text = request.POST.get("q", "").strip()[: find.LONGEST]
    named = request.POST.get("how") != WAYS[0] and find.is_reference(text)  # some fixed lines read like a reference
    number = "" if named else callers.phone_of(text)
    if text and not number:
        return find.find(request)
    return page(request, "caller.html", _("A call"), call_query=number, **_rights(user), **_found(request, number))


def _found(request: HttpRequest, number: str) -> dict[str, Any]:
    if not number:
        return {"asked": False, "running": [], "completed": [], "more": False}
    user = who(request)
    found = callers.complaints(user, number)
    shown = found[: callers.MOST]
    how = request.POST.get("how", "")
    callers.record(user, how if how in WAYS else WAYS[-1], shown)
    lines = callers.lines(shown, user)
    return {
        "asked": True,
        "running": [line for line in lines if line["case"].is_open],
        "completed": [line for line in lines if not line["case"].is_open],
        "more": len(found) > callers.MOST,
    }


def _rights(user: User) -> dict[str, bool]:
    return {"can_stop": may_somewhere(user, Verb.STOP_LOSS), "can_open": may_somewhere(user, Verb.REGISTER)}
