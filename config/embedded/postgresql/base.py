"""PostgreSQL backend that starts (or attaches to) the embedded server on the first connection.

Not at settings import: type checker, `collectstatic` and `--help` must not boot a server.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg import OperationalError

from config.embedded.server import Server


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, with host, port, user and password taken from the running embedded server."""

    _attached: tuple[int, dict[str, str]] | None = None

    def get_connection_params(self) -> dict[str, Any]:
        """Connection parameters; starts the server when this process has not attached to it yet."""
        self.settings_dict.update(self._address())
        return super().get_connection_params()

    def connect(self) -> None:
        """Connect; a server that died since this process attached to it is started once more."""
        try:
            super().connect()
        except OperationalError:
            DatabaseWrapper._attached = None
            super().connect()

    @classmethod
    def _address(cls) -> dict[str, str]:
        # a forked child attaches anew: it may outlive the server its parent saw
        if cls._attached is None or cls._attached[0] != os.getpid():
            cls._attached = (os.getpid(), Server(Path(settings.EMBEDDED_DATABASE_DIR)).start().as_django())
        return cls._attached[1]
