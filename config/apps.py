"""The project's own two entries in INSTALLED_APPS."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ProjectConfig(AppConfig):
    """Templates, static files and commands that belong to no single app."""

    name = "config"

    def ready(self) -> None:
        from config import source  # noqa: F401  (its checks register themselves)


class RedressAdminConfig(AdminConfig):
    """Django's admin with our site as the default one."""

    default_site = "config.admin.RedressAdminSite"
