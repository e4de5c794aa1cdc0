from django.apps import AppConfig


class BenchConfig(AppConfig):
    """Installed by `python -m bench` alone."""

    name = "bench"
