"""The reader's language and the bank's time zone, for the length of one request."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


def reader(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Activate both before the page is made and put back what was active before."""
    bank_zone = zoneinfo.ZoneInfo(settings.BANK_TIME_ZONE)

    def speak(request: HttpRequest) -> HttpResponse:
        language = spoken_to(request)
        with translation.override(language), timezone.override(bank_zone):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return speak


def spoken_to(request: HttpRequest) -> str:
    """The signed-in person's language, else the one last chosen in this browser, else Chinese.

    The browser's Accept-Language is not asked: a branch's machine tells nothing about who sits at it.
    """
    chosen = getattr(request.user, "language", "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
