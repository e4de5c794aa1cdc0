"""What keeps a person, and by which rules he is measured, in words."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cases.retention import Keep, Why
from knowledge import limits, policies
from knowledge.policies import Rule

from ..rulebook import limit_words

# In the order in which somebody asks: the file, what the law says of its contents, visits, what only stands to be seen.
RULES = (
    limits.KEEP_FILE,
    limits.KEEP_TRANSACTIONS,
    limits.KEEP_IDENTITY,
    limits.KEEP_VISIT,
    limits.KEEP_PBOC_FILE,
)


def rules() -> Iterator[dict[str, Any]]:
    """Each kind of data: how long, from which event, by which source, and whether anybody compared it."""
    shown = {rule.key: rule for rule in policies.rules()}
    for key in RULES:
        rule = shown.get(key)
        if rule is not None:
            yield {"what": rule.title, "how_long": limit_words(rule), "basis": basis(rule), "verified": rule.verified}


def basis(rule: Rule) -> str:
    """Its source, with the article where somebody compared it."""
    source = rule.basis.removesuffix(rule.article).strip()
    if not rule.is_law or not rule.verified:
        return source
    return _("%(source)s, article %(article)s") % {"source": source, "article": rule.article}


def counted(left_out: Mapping[str, int]) -> list[dict[str, Any]]:
    """How many were kept, by the words of each reason."""
    return [{"words": str(Why(code).label), "n": n} for code, n in left_out.items() if code in Why.values]


def why(told: Iterable[Mapping[str, Any] | Keep]) -> list[str]:
    """Each reason as a sentence: what keeps, on which complaints, until when, by which source."""
    return [_sentence(one.told() if isinstance(one, Keep) else one) for one in told]


def _sentence(told: Mapping[str, Any]) -> str:
    words = str(Why(told["code"]).label)
    if told["until"]:
        until = localtime(datetime.fromisoformat(told["until"]))
        words = _("%(words)s, until %(day)s") % {"words": words, "day": date_format(until, "Y-m-d")}
    if told["rule"]:
        words = _("%(words)s (%(basis)s)") % {"words": words, "basis": basis(policies.rule(told["rule"]))}
    cases = _(", ").join(told["cases"])
    return _("%(cases)s: %(words)s") % {"cases": cases, "words": words} if cases else words
