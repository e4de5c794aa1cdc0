"""Evidence of a case as a panel: what is held, needed, awaited or missing on the board, counted together."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may
from cases import burden_words, rules
from cases.actions import burden
from cases.models import Case, Evidence
from knowledge.evidence import EvidenceKind

from ..forms.evidence import EvidenceForm


def of(case: Case, *, user: User, needed: Iterable[EvidenceKind] = ()) -> dict[str, Any]:
    """Context of evidence_list.html; nothing is asked when the case's board was opened (`casefile.open_board`).

    File names stay sealed, the digest tells files apart.
    """
    held: dict[str, list[Evidence]] = {}
    for item in sorted(case.evidence.all(), key=lambda row: (row.happened_at, row.pk)):
        held.setdefault(item.kind, []).append(item)
    wanted = [str(kind) for kind in needed]
    kinds = [*wanted, *(kind for kind in held if kind not in wanted)]
    awaited = {item.kind for item in case.evidence_items.all() if item.is_open} - set(kinds)
    on_board = list(missing_on_board(case, {*kinds, *awaited}))
    have = sum(1 for kind in kinds if held.get(kind))
    may_add = case.state != Case.State.ARCHIVED and may(user, Verb.ADD_EVIDENCE, case)
    return {
        "evidence": [_kind(kind, held.get(kind, []), needed=kind in wanted) for kind in kinds],
        "evidence_missing": on_board,
        "evidence_have": have,
        "evidence_wanted": len(kinds) + len(awaited) + len(on_board),
        "evidence_counts": counted(have, len(kinds) - have, len(awaited), len(on_board)),
        "evidence_url": reverse("admin:add_evidence", args=[case.uuid]) if may_add else "",
        "evidence_form": EvidenceForm.beside(kind for kind in wanted if kind not in held) if may_add else None,
    }


def _kind(kind: str, items: list[Evidence], *, needed: bool) -> dict[str, Any]:
    return {"title": EvidenceKind(kind).label, "needed": needed, "items": items, "words": ""}


def counted(have: int, needed: int, awaited: int, missing: int) -> str:
    """What the two figures of the panel count, in words: kinds on file, and those that are not."""
    parts = [_("on file: %(n)d") % {"n": have}]
    for n, words in (
        (needed, _("needed here: %(n)d")),
        (awaited, _("asked for: %(n)d")),
        (missing, _("missing on the board: %(n)d")),
    ):
        if n:
            parts.append(words % {"n": n})
    return _(", ").join(parts)


def missing_on_board(case: Case, known: Collection[str]) -> Iterator[dict[str, Any]]:
    """Elements of the board nothing proves, each once, unless evidence of their kinds is on file or counted already."""
    if not rules.is_card_fraud(case):
        return
    disputed = [one for one in case.transactions.all() if one.is_disputed]
    told: set[str] = set()
    for grid in burden.grids(case, disputed) if disputed else ():
        for cell in grid.lacking:
            if cell.element not in told and not {*cell.wanted} & {*known}:
                told.add(cell.element)
                yield {"title": burden_words.title(cell.element), "words": burden_words.kinds(cell.wanted)}
