"""A bank system knocks: "an answer is ready" or "this card's stop has changed". It is asked then, and only that counts.

What a knock says is never believed, so that a forged or repeated one can do no more than make us ask. It is signed all
the same: `X-Redress-Signature` is the hex HMAC-SHA256 of the body under `BANK_PUSH_SECRET`. Without a secret nobody is
at home.
"""

import hashlib
import hmac
import json
import re
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from record import outbox
from workflows.verbs.asides import ask_about_card

LONGEST = 1000
TOKEN = re.compile(r"(?!\d{12,19}$)[A-Za-z0-9_-]{1,64}", re.ASCII)


@csrf_exempt
@never_cache
@require_POST
def knock(request: HttpRequest) -> HttpResponse:
    """{"order": key} or {"token": card token}. 204 whatever we know of it.

    404 when off, 403 not signed, 400 not as agreed.
    """
    secret = settings.REDRESS["BANK_PUSH_SECRET"]
    if not secret:
        return HttpResponse(status=404)
    body = request.read(LONGEST + 1)
    if not _is_signed(request, body, secret):
        return HttpResponse(status=403)
    order, token = _said(body)
    if order is not None:
        outbox.hasten(order)
    elif token:
        ask_about_card(token)
    else:
        return HttpResponse(status=400)
    return HttpResponse(status=204)


def _is_signed(request: HttpRequest, body: bytes, secret: str) -> bool:
    given = request.headers.get("X-Redress-Signature", "")
    right = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return len(body) <= LONGEST and hmac.compare_digest(given.encode(), right.encode())


def _said(body: bytes) -> tuple[UUID | None, str]:
    """The order's key or the card's token; neither when it is not as agreed."""
    try:
        said: Any = json.loads(body)
        if "order" in said:
            return UUID(said["order"]), ""
        return None, said["token"] if TOKEN.fullmatch(said["token"]) else ""
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None, ""
