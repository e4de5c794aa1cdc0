"""The app's place in Django."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who: staff, posts, branches, limits of authority, absence."""

    name = "accounts"
    verbose_name = _("Staff and branches")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put our door and our password page before Django's own, and let the journal listen at the door."""
        from django.contrib import admin
        from django.urls import path

        from accounts import kinds, login, views  # noqa: F401  (kinds register themselves)

        login.listen()
        admin.site.login_form = login.LogInForm
        desk_urls: list[Any] = getattr(admin.site, "desk_urls")  # noqa: B009  # our own site, which Django types as its
        desk_urls.append(path("password_change/", views.password_change, name="password_change"))
