"""System checks: what tracked models have to be for their history to be complete, and what seals need."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from record import algorithms, keyring
from record.errors import NoSealKey
from record.history import Tracked, TrackedQuerySet


@register
def tracked_models(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Each tracked model keeps history, and none of its managers lets a change pass without it."""
    models = [model for model in apps.get_models() if issubclass(model, Tracked)]
    return [message for model in models for message in _wrong(model)]


@register
def algorithms_chosen(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Hash, cipher and signature that write are registered and not retired."""
    found: list[CheckMessage] = []
    for ask in (algorithms.hash_now, algorithms.cipher_now, algorithms.signature_now):
        try:
            ask()
        except ImproperlyConfigured as wrong:
            found.append(Error(str(wrong), id="record.E003"))
    return found


@register
def seals_possible(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """There is a key to sign seals with, in production one of its own, and a place outside the database for them."""
    found: list[CheckMessage] = []
    try:
        keyring.signing()
    except (NoSealKey, ImproperlyConfigured) as wrong:
        found.append(Error(str(wrong), hint="manage.py generate_keys draws a SEAL_KEY.", id="record.E004"))
    if not settings.REDRESS["SEAL_FILE"] and not settings.REDRESS["SEAL_URL"]:
        found.append(Error("Set SEAL_FILE or SEAL_URL: a seal proves little beside its database.", id="record.E005"))
    return found


def _wrong(model: type[Tracked]) -> list[CheckMessage]:
    if not hasattr(model._meta, "simple_history_manager_attribute"):
        return [Error("A tracked model needs `history = record.history.history()`.", obj=model, id="record.E001")]
    loose = [manager for manager in model._meta.managers if not isinstance(manager.get_queryset(), TrackedQuerySet)]
    text = "The queryset of a tracked model derives from record.history.TrackedQuerySet."
    return [Error(text, obj=manager, id="record.E002") for manager in loose]
