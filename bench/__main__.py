"""Print one line of JSON a figure. Uses a database of its own under .data/bench; nothing here is a test."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def set_up() -> None:
    """Set Django up on the bench's own database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["EMBEDDED_DATABASE_DIR"] = str(ROOT / ".data" / "bench" / "postgres")
    os.environ["EVIDENCE_ROOT"] = str(ROOT / ".data" / "bench" / "evidence")
    os.environ.pop("DATABASE_URL", None)

    import django
    from django.conf import settings

    settings.INSTALLED_APPS.append("bench")
    settings.ALLOWED_HOSTS.append("testserver")
    settings.DATABASE_ROUTERS = ["bench.sizes.Router"]
    for size in ("small", "large"):
        settings.DATABASES[size] = {
            **settings.DATABASES["default"],
            "NAME": f"redress_{size}_2",
        }  # another shape, another name
    django.setup()


def main() -> int:
    """Run the figures asked for, tell whether all hold."""
    set_up()
    from bench.figures import run

    return run(os.environ.get("FIGURES", "").split())


if __name__ == "__main__":
    sys.exit(main())
