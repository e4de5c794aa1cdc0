"""The app's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordConfig(AppConfig):
    """What nobody may alter: journal, sealed personal values and their keys, outbox, clock."""

    name = "record"
    verbose_name = _("Record")

    def ready(self) -> None:
        from record import checks, keys, roles, seal_keys  # noqa: F401  checks and kinds of fact register themselves
