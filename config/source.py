"""The offer of the source code that AGPL section 13 asks for: its address, the page behind it, what checks say."""

import tomllib
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


def address() -> str:
    """Where the footer of every page leads: SOURCE_URL, without one our own page."""
    return str(settings.REDRESS["SOURCE_URL"] or reverse("source"))


@cache
def version() -> str:
    """The version that runs, as pyproject.toml names it."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as project:
        return str(tomllib.load(project)["project"]["version"])


@never_cache
@require_safe
def source(request: HttpRequest) -> HttpResponse:
    """Which version runs, under which licence, where its source is or who is asked for it. Needs no log-in."""
    context = {
        **admin.site.each_context(request),
        "title": _("Source code"),
        "version": version(),
        "source_url": settings.REDRESS["SOURCE_URL"],
    }
    return render(request, "redress/source.html", context)


@register(Tags.security)
def address_is_a_link(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """SOURCE_URL is empty or the address of a page."""
    url = settings.REDRESS["SOURCE_URL"]
    if not url or url.startswith(("https://", "http://")):
        return []
    return [Error("SOURCE_URL must begin with https:// or http://.", id="config.E001")]


@register(Tags.security, deploy=True)
def source_is_offered(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A machine with users in production says where they find the source."""
    if settings.REDRESS["SOURCE_URL"]:
        return []
    hint = "Whoever uses a changed Redress over a network must be offered its source (AGPL section 13)."
    return [Warning("SOURCE_URL is empty.", hint=hint, id="config.W001")]
