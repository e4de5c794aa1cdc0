"""The knowledge app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    """Loads its reference data after every migrate, and checks it before every start."""

    name = "knowledge"
    verbose_name = _("Knowledge")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from knowledge import checks, loading  # noqa: F401  (checks register themselves)

        post_migrate.connect(loading.after_migrate, sender=self, dispatch_uid="knowledge.reference_data")
