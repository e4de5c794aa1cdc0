"""The reader's language and the bank's time zone, for the length of one request."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


def reader(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Speak the language the signed-in person chose, before log-in the one chosen in this browser, else Chinese.

    The browser's Accept-Language is not asked: a branch's machine tells nothing about who sits at it.
    """
    bank_zone = zoneinfo.ZoneInfo(settings.BANK_TIME_ZONE)

    def speak(request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language), timezone.override(bank_zone):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return speak


def language_of(request: HttpRequest) -> str:
    """One of settings.LANGUAGES."""
    chosen = getattr(request.user, "language", "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
