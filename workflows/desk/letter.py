"""The decision letter 处理决定书 of a case as a panel: its four contents, and how far it is on its way."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from cases.models import Case, Letter

from .wording import opened


def of(case: Case) -> dict[str, Any] | None:
    """Context of decision.html; None before the first draft. Asks nothing when the case file was read."""
    letter: Letter | None = getattr(case, "letter", None)
    if letter is None:
        return None
    letter.person_key = case.person_key
    return {
        "contents": contents(letter),
        "state": letter.state.label,
        "is_told": letter.told_at is not None,
        "digest": letter.digest or "",
        "way_there": list(_way(letter)),
        "means": letter.get_means_display(),
        "told_at": letter.told_at,
        "told_to": f"{letter.told_to.get_kind_display()} {letter.told_to.name_masked}" if letter.told_to else "",
        "told_by": letter.told_by.display_name if letter.told_by else "",
    }


def contents(letter: Letter) -> list[tuple[str, str]]:
    """(heading, text in clear) of what art. 19 asks for: the bank's own words, for whoever may see the case."""
    headings = (
        ("findings", _("Findings")),
        ("reasons", _("Reasons")),
        ("decision", _("Decision")),
        ("remedies", _("Remedies")),
    )
    return [(heading, opened(letter, name, purpose="case page")) for name, heading in headings]


def _way(letter: Letter) -> Iterator[dict[str, Any]]:
    for words, by, at, number in (
        (_("Drafted"), letter.drafted_by, letter.drafted_at, ""),
        (_("Checked"), letter.checked_by, letter.checked_at, ""),
        (_("Issued"), letter.issued_by, letter.issued_at, ""),
        (_("Sealed"), letter.sealed_by, letter.sealed_at, letter.seal_number),
    ):
        if by is not None:
            yield {"words": words, "who": by.display_name, "at": at, "number": number}
