"""System checks: what tracked models have to be for their history to be complete, and what seals need."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from record import algorithms, keyring, triggers
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


@register(Tags.database)
def partitions_guarded(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """No partition of an append-only table can be truncated; one that was added since the last hardening can."""
    if "default" not in (databases or ()):
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(triggers.UNGUARDED)
        text, hint = "The partition %s of an append-only table can be truncated.", "Run manage.py harden_database."
        return [Warning(text % name, hint=hint, id="record.W001") for (name,) in cursor.fetchall()]


def _wrong(model: type[Tracked]) -> list[CheckMessage]:
    if not hasattr(model._meta, "simple_history_manager_attribute"):
        return [Error("A tracked model needs `history = record.history.history()`.", obj=model, id="record.E001")]
    loose = [manager for manager in model._meta.managers if not isinstance(manager.get_queryset(), TrackedQuerySet)]
    text = "The queryset of a tracked model derives from record.history.TrackedQuerySet."
    return [Error(text, obj=manager, id="record.E002") for manager in loose]
