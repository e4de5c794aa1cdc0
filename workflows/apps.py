"""The app's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    """How a complaint is handled: flows, verbs, deadlines, the desk. The only app that imports Viewflow."""

    name = "workflows"
    verbose_name = _("Handling")
