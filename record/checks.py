"""System checks: what every tracked model has to be for its history to be complete."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, register

from record.history import Tracked, TrackedQuerySet


@register
def tracked_models(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Each tracked model keeps history, and none of its managers lets a change pass without it."""
    models = [model for model in apps.get_models() if issubclass(model, Tracked)]
    return [message for model in models for message in _wrong(model)]


def _wrong(model: type[Tracked]) -> list[CheckMessage]:
    if not hasattr(model._meta, "simple_history_manager_attribute"):
        return [Error("A tracked model needs `history = record.history.history()`.", obj=model, id="record.E001")]
    loose = [manager for manager in model._meta.managers if not isinstance(manager.get_queryset(), TrackedQuerySet)]
    text = "The queryset of a tracked model derives from record.history.TrackedQuerySet."
    return [Error(text, obj=manager, id="record.E002") for manager in loose]
