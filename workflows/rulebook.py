"""The step table in words: who does what, by when, with what on file, in one language. Read from nodes and policies."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts.roles import Role
from knowledge import guides, policies
from knowledge.calendars import Unit
from knowledge.evidence import EvidenceKind
from knowledge.models.policy import CountsFrom, RuleKind
from knowledge.policies import Rule

from .base import CaseFlow
from .flows import FLOWS, MAIN
from .table import Row, rows

PLACE = re.compile(r"(<!-- step table ?([\w ]*)-->\n).*?(<!-- /step table -->)", re.DOTALL)
LIST = " · "
HEADS = (
    gettext_lazy("Step"),
    gettext_lazy("Kind"),
    gettext_lazy("Post"),
    gettext_lazy("Time limit"),
    gettext_lazy("Whose limit"),
    gettext_lazy("Must be on file"),
    gettext_lazy("Not by whoever did"),
    gettext_lazy("Leads to"),
)
KINDS = {
    "step": gettext_lazy("step"),
    "approval": gettext_lazy("approval"),
    "order": gettext_lazy("order to a bank system"),
    "action": gettext_lazy("done by the system"),
    "exclusive_gateway": gettext_lazy("question"),
    "parallel_gateway": gettext_lazy("side by side"),
    "gather": gettext_lazy("waits for all"),
    "wait": gettext_lazy("waits for the decision"),
    "end": gettext_lazy("end"),
}
# In the order in which the nodes name the ways out of them.
WAYS = {
    "exclusive_gateway": (gettext_lazy("yes"), gettext_lazy("no")),
    "approval": (gettext_lazy("approved"), gettext_lazy("returned"), gettext_lazy("refused")),
    "order": (gettext_lazy("confirmed"), gettext_lazy("rejected"), gettext_lazy("no answer")),
}
AMOUNTS: dict[Unit, Callable[[int], str]] = {
    Unit.MINUTES: lambda n: ngettext("%(n)d minute", "%(n)d minutes", n),
    Unit.HOURS: lambda n: ngettext("%(n)d hour", "%(n)d hours", n),
    Unit.NATURAL_DAYS: lambda n: ngettext("%(n)d natural day", "%(n)d natural days", n),
    Unit.YEARS: lambda n: ngettext("%(n)d year", "%(n)d years", n),
}


def fill(text: str, *, language: str, folder: Path) -> str:
    """The text with every table between its marks written anew; `folder` is where links start from.

    `<!-- step table -->` asks for all steps, `<!-- step table fraud liability -->` for those of these posts or kinds.
    """

    def anew(place: re.Match[str]) -> str:
        table = markdown(language=language, only=frozenset(place[2].split()), folder=folder)
        return f"{place[1]}\n{table}\n{place[3]}"

    return PLACE.sub(anew, text)


def markdown(*, language: str, only: frozenset[str] = frozenset(), folder: Path | None = None) -> str:
    """The tables of all flows, one below the other, with a line feed at the end. Reads the limits in force now."""
    with translation.override(language):
        return "\n".join(filter(None, (_table(flow, only, folder) for flow in FLOWS)))


def cells(flow: type[CaseFlow], only: frozenset[str] = frozenset()) -> Iterator[tuple[Row, list[str]]]:
    """Each row with its words in the active language, one for each of HEADS. The start asks nothing and is left out."""
    table = list(rows(flow))
    # what a step is kept apart from may stand in another flow
    titles = {row.name: _(row.title) for other in FLOWS for row in rows(other)} | {
        row.name: _(row.title) for row in table
    }
    for row in table:
        if row.word != "start" and (not only or {row.role, row.word} & only):
            yield row, _words(row, titles)


def _table(flow: type[CaseFlow], only: frozenset[str], folder: Path | None) -> str:
    """The table of one flow under its title; nothing when none of its steps is asked for."""
    lines = [_line([_linked(words[0], row, folder), *words[1:]]) for row, words in cells(flow, only)]
    if not lines:
        return ""
    title = f"**{flow.process_title}**" if only else f"**{flow.process_title}** (`{flow.__name__}`)"
    # the main flow's steps open a page that is about one post
    head = "" if only and flow is MAIN[0] else f"{title}\n\n"
    return head + "\n".join([_line(HEADS), "|---" * len(HEADS) + "|", *lines]) + "\n"


def _words(row: Row, titles: dict[str, str]) -> list[str]:
    rules = [policies.rule(key) for key in (row.limit, *row.starts) if key]
    return [
        titles[row.name],
        _kind(row, titles),
        _post(row),
        LIST.join([_limit(rules[0], row), *map(_stretch, rules[1:])]) if rules else "",
        LIST.join(dict.fromkeys(map(_basis, rules))),
        LIST.join(str(EvidenceKind(kind).label) for kind in row.evidence),
        LIST.join(titles[name] for name in row.apart),
        _ways(row, titles),
    ]


def _kind(row: Row, titles: dict[str, str]) -> str:
    if row.word == "gather":
        return waits_for(titles[name] for name in row.always)
    return str(KINDS[row.word])


def waits_for(always: Iterable[str]) -> str:
    """What a gathering waits for, in words: these steps and, until its limit, all the others; or simply all."""
    if steps := LIST.join(always):
        return _("waits for: %(steps)s; for all else until the limit") % {"steps": steps}
    return str(KINDS["gather"])


def _post(row: Row) -> str:
    if row.role == "by limit of authority":
        return _("the lowest level whose limit covers the sum")
    return str(Role(row.role).label) if row.role else ""


def amount_words(rule: Rule) -> str:
    """How much time a limit gives: so many minutes, hours or days."""
    return str(AMOUNTS[rule.unit](rule.amount) % {"n": rule.amount})


def limit_words(rule: Rule) -> str:
    """A limit as the table tells it: so much, from which event on."""
    amount = amount_words(rule)
    event = CountsFrom(rule.counts_from).label
    return _("%(amount)s from %(event)s") % {"amount": amount, "event": event}


def _limit(rule: Rule, row: Row) -> str:
    words = limit_words(rule)
    return _("%(limit)s, not while something runs beside the case") % {"limit": words} if row.rests else words


def _stretch(rule: Rule) -> str:
    """A limit of several steps, which begins with this one, under its own name."""
    return _("%(name)s: %(limit)s") % {"name": rule.title, "limit": limit_words(rule)}


def _basis(rule: Rule) -> str:
    whose = " ".join(filter(None, [str(RuleKind(rule.kind).label), rule.article]))
    words = _("%(whose)s, verified") if rule.verified else _("%(whose)s, not verified")
    return words % {"whose": whose}


def _ways(row: Row, titles: dict[str, str]) -> str:
    """Where it leads; the ways out of one node that lead to the same place share it."""
    if row.word not in WAYS:
        return LIST.join(titles[name] for name in row.leads_to)
    targets = list(row.leads_to)
    ways = [str(way) for way in WAYS[row.word]]
    if row.word == "approval":
        ways = ways[: len(targets)]  # what can only be approved or returned has two ways out
    if row.word == "order" and len(targets) == 2:
        targets.append(targets[1])  # one twin for "rejected" and "no answer"
    there: dict[str, list[str]] = {}
    for way, name in zip(ways, targets, strict=True):
        there.setdefault(titles[name], []).append(way)
    return LIST.join(_("%(ways)s: %(step)s") % {"ways": " / ".join(by), "step": to} for to, by in there.items())


def _line(words: Iterable[object]) -> str:
    return f"| {' | '.join(str(word).replace('|', '/') for word in words)} |"


def _linked(title: str, row: Row, folder: Path | None) -> str:
    """The title as a link to the step's guide, seen from the folder."""
    if folder is None or not row.guide:
        return title
    language = translation.get_language() or settings.LANGUAGE_CODE
    return f"[{title}]({Path(os.path.relpath(guides.FOLDER / language / f'{row.guide}.md', folder)).as_posix()})"
