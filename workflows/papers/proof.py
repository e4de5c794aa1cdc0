"""举证包: what a lawyer needs of one case and nothing else, on paper and for a machine.

proof/<number>/proof.pdf answers on its first page; proof.json says the same in codes, every fact with the number and
hash of the entries that prove it, as they stand in journal.jsonl. Files of evidence are those of the bundle.
"""

from typing import Any, Final

from django.utils.translation import gettext as _

from cases import rules
from cases.exports.bundle import Bundle
from cases.exports.scope import Scope
from record.body import canonical, stamp

from . import answers, board, decision, evidence, printing
from .answers import Said
from .blocks import Facts, Section, Table
from .printing import Paper
from .seeing import Seeing, actor, when
from .trail import Proof

NAME: Final = "proof"
KEYS: Final = ("told", "stopped", "not_kept", "decided")


def write(scope: Scope, bundle: Bundle) -> None:
    """Both files of each case."""
    for pk in scope.cases:
        seeing = Seeing.of(scope, pk)
        said = answers.of(seeing)
        printing.put(paper_of(seeing, said), scope, bundle)
        bundle.whole(f"proof/{seeing.case.reference}/proof.json", canonical(told(seeing, said)))
        scope.progress(1)


def paper_of(seeing: Seeing, said: list[Said]) -> Paper:
    """The paper of one case."""
    case = seeing.case
    return Paper(
        name=f"proof/{case.reference}/proof.pdf",
        title=_("Proof package of complaint %(number)s") % {"number": case.reference},
        running=_("Proof package %(number)s") % {"number": case.reference},
        front=Facts(printing.about(seeing)),
        sections=[
            Section("short", _("Four questions"), [one.block() for one in said]),
            Section("board", _("Burden-of-proof board"), list(decision.proof(seeing))),
            Section("evidence", _("Evidence"), list(evidence.blocks(seeing))),
            Section("decision", _("Decision and grounds"), list(decision.grounds(seeing))),
            Section("chain", _("The entries named here"), [_chain(seeing)]),
        ],
        notes=printing.notes(seeing),
    )


def _chain(seeing: Seeing) -> Table:
    """Every entry that was named, by number and whole hash, as verify.py knows it. Made last."""
    heads = [_("Entry"), _("Happened at"), _("Recorded at"), _("Who"), _("Kind of fact, hash of the entry")]
    return Table(heads, [_link(seeing.trail.proofs[one]) for one in sorted(seeing.trail.quoted)], "chain")


def _link(one: Proof) -> list[str]:
    return [f"#{one.number}", when(one.happened_at), when(one.recorded_at), actor(one), f"{one.kind}\n{one.hash}"]


def told(seeing: Seeing, said: list[Said]) -> dict[str, Any]:
    """proof.json, what RFC 8785 holds: moments in UTC, sums as text, codes as they are stored."""
    case, scope, last = seeing.case, seeing.scope, seeing.trail.last
    keys = KEYS if rules.is_card_fraud(case) else (KEYS[0], KEYS[-1])
    return {
        "v": 1,
        "kind": "redress proof",
        "case": case.reference,
        "stream": case.stream,
        "seal": {"number": scope.seal.number, "hash": scope.seal.hash, "sealed_at": stamp(scope.seal.sealed_at)},
        "length": last.number if last else 0,
        "head": last.hash if last else None,
        "after_seal": printing.after_seal(seeing),
        "answers": {key: one.told for key, one in zip(keys, said, strict=True)},
        "board": board.told(seeing) if rules.is_card_fraud(case) else [],
        "evidence": evidence.told(seeing),
    }
