"""Evidence of a case as a panel: what a step needs first, then what else is on file."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.permissions import Verb, may
from cases.models import Case, Evidence
from knowledge.evidence import EvidenceKind

from ..forms.evidence import EvidenceForm


def of(case: Case, *, user: User, needed: Iterable[EvidenceKind] = ()) -> dict[str, Any]:
    """Context of evidence_list.html. One query; file names stay sealed, the digest tells files apart."""
    held: dict[str, list[Evidence]] = {}
    for item in sorted(case.evidence.all(), key=lambda row: (row.happened_at, row.pk)):
        held.setdefault(item.kind, []).append(item)
    wanted = [str(kind) for kind in needed]
    kinds = [*wanted, *(kind for kind in held if kind not in wanted)]
    may_add = case.state != Case.State.ARCHIVED and may(user, Verb.ADD_EVIDENCE, case)
    return {
        "evidence": [
            {
                "title": EvidenceKind(kind).label,
                "needed": kind in wanted,
                "items": held.get(kind, []),
                "words": "",
            }
            for kind in kinds
        ],
        "evidence_have": sum(1 for kind in kinds if held.get(kind)),
        "evidence_wanted": len(kinds),
        "evidence_url": reverse("admin:add_evidence", args=[case.uuid]) if may_add else "",
        "evidence_form": EvidenceForm.beside(kind for kind in wanted if kind not in held) if may_add else None,
    }
