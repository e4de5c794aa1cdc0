"""What must be right before the product starts; only files are read, never the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from knowledge import ground_table, guides, limits, messages, pack_files, signs, taxonomy
from knowledge.grounds import Ground, TransactionType


def names_of_limits() -> set[str]:
    """Every key named in `limits`."""
    return {value for name, value in vars(limits).items() if name.isupper() and isinstance(value, str)}


@register
def check_packs(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every named limit has a rule, and what the law's clocks count with is law and verified."""
    try:
        rules = pack_files.shipped()
    except pack_files.BrokenPack as broken:
        return [Error(f"A policy pack cannot be read: {broken}", id="knowledge.E001")]
    named = names_of_limits()
    return [
        *_each(sorted(named - rules.keys()), "The limit %s is in no policy pack.", "knowledge.E002"),
        *_each(sorted(rules.keys() - named), "The limit %s has no name in knowledge.limits.", "knowledge.E003"),
        *_each(
            sorted(
                key for key in (limits.STATUTORY | limits.KEPT_BY_LAW) & rules.keys() if not _drives_a_clock(rules[key])
            ),
            "The statutory limit %s is not law, or was not verified: it cannot drive a clock.",
            "knowledge.E004",
        ),
    ]


@register
def check_guides(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every guide exists in both languages and has its parts."""
    wanted = set(guides.CARD_FRAUD).union(*map(guides.slugs, guides.LANGUAGES))
    found: list[CheckMessage] = []
    for language in guides.LANGUAGES:
        there = guides.slugs(language)
        found += _each(sorted(wanted - there), f"The guide %s is missing in {language}.", "knowledge.E005")
        found += _each(_broken(sorted(there), language), f"The guide %s is broken in {language}.", "knowledge.E006")
    return found


@register
def check_tables(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The tables of grounds and classes name nothing unknown."""
    rows = ground_table.table()
    types = set(TransactionType.values)
    codes = taxonomy.codes()
    return [
        *_each(sorted(set(Ground.values) ^ rows.keys()), "The ground %s is in only one place.", "knowledge.E007"),
        *_each(
            sorted(code for code, row in rows.items() if not row.fits or row.fits - types),
            "The ground %s fits no type, or an unknown type of transaction.",
            "knowledge.E008",
        ),
        *_each(
            sorted({row.code for row in taxonomy.crosswalk() if row.code and not _known(row.decides, row.code, codes)}),
            "The crosswalk names the unknown class %s.",
            "knowledge.E009",
        ),
    ]


@register
def check_texts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every text to customers stands in every language with the words it may use, and theirs is one of them."""
    given = {"reference": "1", "last_four": "1"}
    broken = [
        f"{template} ({language})"
        for template in messages.Template.values
        for language in messages.LANGUAGES
        if not _reads(template, language, given)
    ]
    language = settings.REDRESS["SMS_LANGUAGE"]
    return [
        *_each(broken, "The text %s is missing or names something unknown.", "knowledge.E010"),
        *_each(
            [language] if language not in messages.LANGUAGES else [], "SMS_LANGUAGE cannot be %s.", "knowledge.E011"
        ),
    ]


@register
def check_signs(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The table of signs can be read, and each raises the severity or speaks for a kind of complaint, by some word."""
    try:
        rows = signs.table()
    except (OSError, ValueError, TypeError) as broken:
        return [Error(f"The table of signs cannot be read: {broken}", id="knowledge.E012")]
    return _each([key for key, sign in rows.items() if not _counts(sign)], "The sign %s is broken.", "knowledge.E013")


def _counts(sign: signs.Sign) -> bool:
    raises = sign.severity in (signs.URGENT, signs.RAISED)
    return raises != bool(sign.kind) and bool(sign.words) != (sign.key == signs.CARE)


def _reads(template: str, language: str, given: dict[str, str]) -> bool:
    try:
        return bool(messages.text(template, language, given).strip())
    except KeyError:
        return False


def _drives_a_clock(rule: pack_files.PackRule) -> bool:
    return rule.kind == "law" and rule.verified


def _broken(slugs: Iterable[str], language: str) -> list[str]:
    broken = []
    for slug in slugs:
        try:
            guides.guide(slug, language)
        except guides.BrokenGuide:
            broken.append(slug)
    return broken


def _known(decides: str, code: str, codes: dict[str, str]) -> bool:
    return code in {"yes", "no", "narrative"} if decides == "charge" else codes.get(code) == decides


def _each(what: Iterable[str], sentence: str, number: str) -> list[CheckMessage]:
    return [Error(sentence % one, id=number) for one in what]
