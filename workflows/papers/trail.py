"""Which entry of a case's stream proves a fact: the last one that set these fields of this record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import pgettext

from record.models import Entry


@dataclass(frozen=True)
class Proof:
    """The place of an entry in its stream, its hash, both times, and who made it."""

    number: int
    hash: str
    kind: str
    happened_at: datetime
    recorded_at: datetime
    number_of_actor: str
    actor: str
    role: str
    for_whom: str

    def told(self) -> dict[str, Any]:
        """As a machine reads it; number and hash are those of journal.jsonl."""
        return {"number": self.number, "hash": self.hash, "kind": self.kind}


class Trail:
    """The entries of one case up to the seal, by the records and steps they are about; `quoted` are those asked for."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.proofs: dict[int, Proof] = {}
        self.quoted: set[int] = set()
        self._of: dict[tuple[str, str], list[tuple[int, frozenset[str]]]] = {}
        self._steps: dict[str, int] = {}
        for entry in entries:
            self._take(entry)

    @property
    def last(self) -> Proof | None:
        """The newest entry under the seal."""
        return self.proofs[max(self.proofs)] if self.proofs else None

    def of(self, record: Model | None, *fields: str) -> list[Proof]:
        """The entry that set these fields last, or the one that made the record; nothing when it came after the seal.

        Without fields the first entry about the record.
        """
        if record is None:
            return []
        found = self._of.get(_key(record), [])
        setting = [number for number, changed in found if changed & set(fields)]
        named = setting[-1:] if fields and setting else [number for number, _changed in found[:1]]
        return self._quote(named)

    def of_step(self, uuid: object) -> list[Proof]:
        """The last entry about a step."""
        number = self._steps.get(str(uuid))
        return self._quote([number] if number else [])

    def _quote(self, numbers: Iterable[int]) -> list[Proof]:
        """The entries of these numbers, remembered: a paper lists in the end what it named."""
        self.quoted.update(numbers)
        return [self.proofs[number] for number in numbers]

    def _take(self, entry: Entry) -> None:
        told = entry.told
        self.proofs[entry.number] = Proof(
            entry.number,
            entry.hash,
            entry.kind,
            entry.happened_at,
            entry.recorded_at,
            entry.actor_number,
            entry.actor_name,
            entry.actor_role,
            entry.for_whom,
        )
        for label, name, fields in _changed(told["changed"]):
            self._of.setdefault((label, name), []).append((entry.number, fields))
        if task := told["data"].get("task"):
            self._steps[str(task)] = entry.number


def _changed(changes: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str, frozenset[str]]]:
    for one in changes:
        yield str(one["model"]), str(one.get("uuid") or one.get("pk")), frozenset(one["fields"])


def _key(record: Model) -> tuple[str, str]:
    return record._meta.label_lower, str(getattr(record, "uuid", record.pk))


def entries_head() -> str:
    """The head of a column with numbers of entries."""
    return pgettext("paper", "Entries")


def numbers(*proofs: Iterable[Proof]) -> str:
    """Numbers of entries as a reader finds them in the time line: each once, in order."""
    found = sorted({proof.number for some in proofs for proof in some})
    return " ".join(f"#{number}" for number in found)
