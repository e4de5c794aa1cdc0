"""Texts to the customer by SMS: which moments have one, and how it reads in both languages (`messages.toml`).

What stands in a text is the number of the complaint and the last four digits of the card, nothing else.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.db import models
from django.utils.translation import gettext_lazy as _

FILE = Path(__file__).with_name("messages.toml")
LANGUAGES = ("zh-hans", "en")


class Template(models.TextChoices):
    """The moments in which the customer is told something, in the order of a complaint. Stored: never renamed."""

    REGISTERED = "registered", _("Number of the complaint")
    CARD_STOPPED = "card_stopped", _("Card stopped")
    PAPERS_ASKED = "papers_asked", _("Papers asked for")
    DECISION_COMING = "decision_coming", _("Decision on its way")
    PAID = "paid", _("Money booked")
    COMPLETED = "completed", _("Complaint completed")


def text(template: str, language: str, parameters: Mapping[str, str]) -> str:
    """The text as the customer reads it. KeyError for an unknown template, language or a parameter left out."""
    return texts()[template][language].format_map(parameters)


@cache
def texts() -> dict[str, dict[str, str]]:
    """Every text by template and language."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
