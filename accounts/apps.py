"""The app's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who: staff, posts, branches, limits of authority, absence."""

    name = "accounts"
    verbose_name = _("Staff and branches")
