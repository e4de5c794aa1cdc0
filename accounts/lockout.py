"""Under which name failed log-ins are counted: a keyed digest, because what is typed there is sometimes a password."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

TYPED = 200


def lock_name(staff_number: str) -> str:
    """The name the lock knows a staff number by, known or not."""
    typed = unicodedata.normalize("NFKC", staff_number).strip()[:TYPED]
    return salted_hmac("accounts.lockout", typed, algorithm="sha256").hexdigest()[:40]


def username(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str | None:
    """For axes (setting AXES_USERNAME_CALLABLE): the lock name of what was typed; None when nothing was."""
    typed = (credentials or {}).get("username") or (request.POST.get("username") if request is not None else None)
    return lock_name(str(typed)) if typed else None
