"""Logs and error reports that tell where something failed and never whose data it was."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

HIDDEN = "(hidden)"


class WithoutValues(logging.Formatter):
    """One line a record; of an exception its classes and places.

    The message of an exception is left out: PostgreSQL puts the failing row into it, a form the typed text.
    """

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatException(self, ei: Any) -> str:
        """The chain of exceptions, each as its class and the places it passed, deepest last."""
        return "\n".join(_lines(ei[1]))


def _lines(error: BaseException | None) -> Iterator[str]:
    if error is None:
        return
    yield from _lines(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"


class HideEverything(SafeExceptionReporterFilter):
    """Django's error report without posted values, cookies and local variables, in development too."""

    def is_active(self, request: HttpRequest | None) -> bool:
        """Always: a habit of reading variables in error pages ends in production."""
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        """Names with hidden values."""
        return {} if request is None else dict.fromkeys(request.POST, HIDDEN)

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, str]:
        """Names with hidden values."""
        return dict.fromkeys(request.COOKIES, HIDDEN)

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> Any:
        """No local variable at all."""
        return []
