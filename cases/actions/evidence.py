"""Evidence: putting files and reference numbers on file, reading a file, asking what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases import access, free_text, kinds
from cases.actions import states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.files import Upload, checked
from cases.models import Case, Evidence
from cases.storage import store
from knowledge.evidence import EvidenceKind
from record.algorithms import digest
from record.models import PersonKey
from record.sealed import SealBroken, open_bytes, seal_bytes

LONGEST_REFERENCE: Final = 120


@dataclass(frozen=True)
class Kept:
    """A file that lies sealed in the store and waits for its row; without one it is swept away after a day."""

    uuid: UUID
    name: str
    content_type: str
    size: int
    digest_clear: str
    digest_stored: str
    stored_at: str


class FileDamaged(CaseError):
    """The stored file is not what was put on file."""

    sentence = _("The stored file is not what was put on file. Tell the administrator and the auditor.")


def keep(case: Case, upload: Upload) -> Kept:
    """Check, seal and store an upload. Done before the turn: no file is read or written under a case's lock.

    FileRefused says what is wrong with the file; KeyDestroyed when the person was erased.
    """
    file = checked(upload)
    uuid = uuid4()
    sealed = seal_bytes(_key(case), file.data, label=_label(uuid))
    return Kept(
        uuid=uuid,
        name=file.name,
        content_type=file.content_type,
        size=len(file.data),
        digest_clear=digest(file.data),
        digest_stored=digest(sealed),
        stored_at=store().put(uuid, sealed),
    )


def add_file(turn: Turn, *, kind: str, upload: Upload | Kept, happened_at: datetime | None = None) -> Evidence:
    """Put a file on file. Give what `keep` returned; a bare upload is kept here, under the lock (commands, tests).

    `happened_at` is when the thing it proves happened (now when not said). CaseError names the field.
    """
    states.not_archived(turn)
    at = states.happened(happened_at or turn.now, turn, field="happened_at")
    kind = _chosen(kind)
    kept = upload if isinstance(upload, Kept) else keep(turn.case, upload)
    evidence = Evidence(
        uuid=kept.uuid,
        case=turn.case,
        person_key=_key(turn.case),
        kind=kind,
        content_type=kept.content_type,
        size=kept.size,
        digest_clear=kept.digest_clear,
        digest_stored=kept.digest_stored,
        stored_at=kept.stored_at,
        happened_at=at,
        recorded_at=turn.now,
        added_by=turn.user,
    )
    evidence.seal(filename=kept.name)
    data = {"content_type": kept.content_type, "size": kept.size, "digest": kept.digest_clear}
    return _on_file(turn, evidence, data)


def add_reference(turn: Turn, *, kind: str, reference: str, happened_at: datetime | None = None) -> Evidence:
    """Put the number of a record kept elsewhere on file (a recording, a receipt). CaseError names the field."""
    states.not_archived(turn)
    evidence = Evidence(
        case=turn.case,
        person_key=turn.case.person_key,
        kind=_chosen(kind),
        reference=free_text.code(reference, field="reference", longest=LONGEST_REFERENCE, typed=turn.user is not None),
        happened_at=states.happened(happened_at or turn.now, turn, field="happened_at"),
        recorded_at=turn.now,
        added_by=turn.user,
    )
    return _on_file(turn, evidence, {"reference": evidence.reference})


def read_file(evidence: Evidence, *, user: User, purpose: str) -> bytes:
    """The file in clear, both digests compared; who read it for what goes to the reader's access stream first.

    Does not ask whether he may: the caller does. FileDamaged, KeyDestroyed; CaseError when it holds no file.
    """
    if not evidence.stored_at:
        raise CaseError(_("This evidence is a number, not a file."))
    looked_at(evidence, user=user, purpose=purpose)
    return opened(evidence)


def looked_at(evidence: Evidence, *, user: User, purpose: str) -> None:
    """Record that this person reads the file, and for what, in his access stream."""
    access.looked(user, evidence.case, kinds.EVIDENCE_READ, {"evidence": str(evidence.uuid), "purpose": purpose})


def opened(evidence: Evidence) -> bytes:
    """The file in clear, both digests compared; whoever calls has recorded who reads it. FileDamaged, KeyDestroyed."""
    try:
        sealed = store().get(evidence.stored_at)
        if digest(sealed) != evidence.digest_stored:
            raise FileDamaged
        clear = open_bytes(_key(evidence), sealed, label=_label(evidence.uuid))
    except (LookupError, SealBroken):
        raise FileDamaged from None
    if digest(clear) != evidence.digest_clear:
        raise FileDamaged
    return clear


def missing(case: Case, kinds: Iterable[EvidenceKind]) -> list[EvidenceKind]:
    """Which of these kinds are not on file, in the order asked. One query, none for no kinds."""
    wanted = list(kinds)
    if not wanted:
        return []
    there = set(Evidence.objects.filter(case=case, kind__in=wanted).values_list("kind", flat=True))
    return [kind for kind in wanted if kind not in there]


def _on_file(turn: Turn, evidence: Evidence, data: Mapping[str, object]) -> Evidence:
    evidence.save()
    turn.tell(
        kinds.EVIDENCE_ADDED,
        data={"evidence": str(evidence.uuid), "kind": evidence.kind, **data},
        changed=[evidence],
        happened_at=evidence.happened_at,
    )
    return evidence


def _chosen(kind: str) -> EvidenceKind:
    try:
        return EvidenceKind(kind)
    except ValueError:
        raise CaseError(_("Choose one of the list."), field="kind") from None


def _key(sealed: Case | Evidence) -> PersonKey:
    if sealed.person_key is None:
        raise CaseError(_("This complaint has no key to seal files with."))
    return sealed.person_key


def _label(uuid: UUID) -> str:
    return f"cases.evidence|file|{uuid}"
