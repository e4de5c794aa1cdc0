"""A production machine starts only with secrets of its own; a development machine starts with nothing set."""

from __future__ import annotations

import base64
import os
import re
import secrets
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import production

OWN_AND_DEFAULT = f"k2:{'A' * 43}=,{production.DEVELOPMENT_MASTER_KEYS}"


def key(name: str = "k1") -> str:
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def good() -> dict[str, Any]:
    return {"debug": False, "secret": secrets.token_urlsafe(64), "master_keys": key(), "index_keys": key()}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in {"SECRET_KEY", "DEBUG"}}
    command = [sys.executable, "-W", "error", "manage.py", *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=clean | environment, capture_output=True, text=True)


def generated_keys() -> dict[str, str]:
    lines = manage("generate_keys").stdout.splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_own_secrets_are_accepted() -> None:
    production.refuse_defaults(**good())


@pytest.mark.parametrize(
    ("setting", "value", "fault"),
    [
        ("debug", True, "DEBUG is on"),
        ("secret", production.DEVELOPMENT_SECRET, "SECRET_KEY is the development default"),
        ("secret", "short", "SECRET_KEY is shorter"),
        ("master_keys", production.DEVELOPMENT_MASTER_KEYS, "MASTER_KEYS holds the development default"),
        ("master_keys", OWN_AND_DEFAULT, "MASTER_KEYS holds the development default"),
        ("master_keys", "k1:c2hvcnQ=", "MASTER_KEYS must be"),
        ("master_keys", "k1:no base64", "MASTER_KEYS must be"),
        ("master_keys", "", "MASTER_KEYS must be"),
        ("index_keys", production.DEVELOPMENT_INDEX_KEYS, "INDEX_KEYS holds the development default"),
        ("index_keys", "k1", "INDEX_KEYS must be"),
        ("seal_key", production.DEVELOPMENT_SEAL_KEY, "SEAL_KEY holds the development default"),
    ],
)
def test_a_default_or_weak_setting_is_refused_by_name(setting: str, value: object, fault: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=fault):
        production.refuse_defaults(**good() | {setting: value})


def test_one_key_for_two_purposes_is_refused() -> None:
    same = key()

    with pytest.raises(ImproperlyConfigured, match="share a key"):
        production.refuse_defaults(**good() | {"master_keys": same, "index_keys": same})


def test_a_refusal_shows_no_secret() -> None:
    weak = "hunter2-hunter2"

    with pytest.raises(ImproperlyConfigured) as refusal:
        production.refuse_defaults(**good() | {"secret": weak, "master_keys": f"k1:{weak}"})
    assert weak not in str(refusal.value)


def test_production_does_not_start_with_defaults() -> None:
    done = manage("check", PRODUCTION="true")

    assert done.returncode != 0
    for setting in ("SECRET_KEY", "MASTER_KEYS", "INDEX_KEYS"):
        assert f"{setting} " in done.stderr


def test_production_does_not_start_in_debug_mode() -> None:
    done = manage("check", PRODUCTION="true", DEBUG="true", **generated_keys())

    assert done.returncode != 0
    assert "DEBUG is on" in done.stderr


def test_every_variable_is_explained_in_the_example_file() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (settings.BASE_DIR / "config" / "settings.py").read_text()))
    explained = set(re.findall(r"^#([A-Z_]+)=", (settings.BASE_DIR / ".env.example").read_text(), re.MULTILINE))

    assert read == explained


def test_another_database_is_refused() -> None:
    done = manage("check", DATABASE_URL="sqlite:///redress.sqlite3")

    assert done.returncode != 0
    assert "must name PostgreSQL" in done.stderr


def test_the_deployment_check_is_clean_with_generated_keys() -> None:
    done = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        PRODUCTION="true",
        ALLOWED_HOSTS="redress.example",
        SOURCE_URL="https://redress.example/source",
        **generated_keys(),
    )

    assert done.returncode == 0, done.stderr


def test_pages_may_load_nothing_inline_and_nothing_from_elsewhere() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    allowed = {source for sources in directives.values() for source in sources}

    assert allowed == {"'self'", "'none'"}
