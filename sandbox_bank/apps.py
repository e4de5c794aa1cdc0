"""The app's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SandboxBankConfig(AppConfig):
    """A bank to practise on: card system, core ledger and SMS gateway over HTTP, in a process of its own."""

    name = "sandbox_bank"
    verbose_name = _("Sandbox bank")
