"""The one admin site: every page that needs a log-in hangs below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from record.history import Tracked


class WithoutLogEntries:
    """Mixed into every registered ModelAdmin: the journal tells who did what, so Django's LogEntry stays empty."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Write nothing."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Write nothing."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """Write nothing."""


class RedressAdminSite(admin.AdminSite):
    """Log-in, home and desk.

    An app of ours adds its own pages in `AppConfig.ready`, before the addresses are read:
    `site.desk_urls.append(path("case/<uuid:case>/", views.case, name="case"))` and `site.home = views.home`.
    Each is wrapped by `admin_view` (log-in needed, never cached) and reversed as `admin:<name>`.
    `site.frame.append(function)` adds what `function(request) -> dict` returns to the context of every page: the
    navigation (`nav`), the post and unit of the person.
    """

    site_header = _("Redress complaint desk")
    site_title = _("Redress")
    index_title = _("Desk")
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.desk_urls: list[URLPattern] = []
        self.home: Callable[..., HttpResponse] | None = None
        self.frame: list[Callable[[HttpRequest], dict[str, Any]]] = []

    def register(self, model_or_iterable: Any, admin_class: type | None = None, **options: Any) -> None:
        """Register as Django does, with LogEntry switched off for the class; only records the journal tells of.

        Libraries register pages of their own (groups, engine, queue): addressed by number, changing past every verb.
        """
        models = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else model_or_iterable
        base = admin_class or admin.ModelAdmin
        silent = type(base.__name__, (WithoutLogEntries, base), {"__module__": base.__module__})
        super().register([model for model in models if issubclass(model, Tracked)], silent, **options)

    def get_urls(self) -> list[Any]:
        """Desk pages before Django's own, whose last pattern catches everything; without its one address by number."""
        own = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        return [*map(self._behind_login, self.desk_urls), *own]

    def _behind_login(self, url: URLPattern) -> URLPattern:
        return URLPattern(url.pattern, self.admin_view(url.callback), url.default_args, url.name)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The desk's home page when an app has set one, else Django's list of models."""
        if self.home is None:
            return super().index(request, extra_context)
        return self.home(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Django's context and, for a person inside, what the apps add to every page."""
        context = super().each_context(request)
        if context["has_permission"]:
            for part in self.frame:
                context |= part(request)
        return context

    def get_log_entries(self, request: HttpRequest) -> Any:
        """None: the table stays empty, so it is not asked."""
        return []
