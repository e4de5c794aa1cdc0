"""One run of an import: batches that commit whole, what is there is passed over, bad rows are named and left out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Final
from uuid import UUID, uuid4

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, User
from cases import kinds
from cases.actions.imports import take_over
from cases.errors import CaseError
from cases.intake.cfpb import SOURCE
from cases.intake.csv_rows import BadRow, Row
from cases.intake.incoming import Incoming, RowRefused
from cases.models import Case
from knowledge.models import TaxonomyCode
from record.history import acting
from record.journal import Actor, Fact, JournalError, append, system

BATCH: Final = 200
IMPORTED_ONCE: Final = "case_imported_once"
NOT_KEPT: Final = _("The row cannot be kept as a case.")


@dataclass
class Counts:
    """What became of the rows read: every one is in exactly one of the other three."""

    read: int = 0
    imported: int = 0
    skipped: int = 0
    bad: int = 0
    started: int = 0


@dataclass
class Run:
    """An import by somebody (None: the system) for a unit. `report` is called with every bad row, once."""

    unit: Branch
    read: Callable[[Mapping[str, str]], Incoming]
    report: Callable[[BadRow], None]
    user: User | None = None
    role: str = ""
    uuid: UUID = field(default_factory=uuid4)
    counts: Counts = field(default_factory=Counts)
    _codes: Mapping[str, TaxonomyCode] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        return self.user.actor(role=self.role) if self.user else system("import_complaints")

    def take_in(self, rows: Iterable[Row | BadRow], *, told: Mapping[str, str]) -> Iterator[Counts]:
        """Take the rows in, a batch a transaction; yields the counts after each batch.

        A run that is killed leaves whole batches; the next run passes over what is there. `told` goes to the journal.
        """
        self._codes = {code.local_code: code for code in TaxonomyCode.objects.all()}
        source = iter(rows)
        with acting(self.actor):
            self._journal(Fact(kinds.IMPORT_BEGUN, {"source": SOURCE, "unit": self.unit.code, **told}))
            while batch := list(islice(source, BATCH)):
                self._batch(batch)
                yield self.counts
            ended = {name: getattr(self.counts, name) for name in ("read", "imported", "skipped", "bad", "started")}
            self._journal(Fact(kinds.IMPORT_ENDED, ended))

    def _batch(self, batch: list[Row | BadRow]) -> None:
        ready = list(self._readable(batch))
        # Bad rows are told after the commit: a batch that is killed is read again.
        counts, bad = Counts(read=len(batch)), [row for row in ready if isinstance(row, BadRow)]
        good = [row for row in ready if not isinstance(row, BadRow)]
        with transaction.atomic():
            there = self._there(incoming.external_id for _row, incoming in good)
            for row, incoming in good:
                if incoming.external_id in there:
                    counts.skipped += 1
                    continue
                there.add(incoming.external_id)
                with _reasons(row, incoming, bad, counts):
                    self._one(incoming, counts)
        counts.bad = len(bad)
        for name, count in vars(counts).items():
            setattr(self.counts, name, getattr(self.counts, name) + count)
        for named in sorted(bad, key=lambda row: row.line):
            self.report(named)

    def _readable(self, batch: list[Row | BadRow]) -> Iterator["tuple[Row, Incoming] | BadRow"]:
        for row in batch:
            if isinstance(row, BadRow):
                yield row
                continue
            try:
                yield row, self.read(row.values)
            except RowRefused as refused:
                yield BadRow(row.line, row.last_line, refused.args[0])

    def _one(self, incoming: Incoming, counts: Counts) -> None:
        case = take_over(
            incoming, unit=self.unit, codes=self._codes, user=self.user, role=self.role, cause="import_complaints"
        )
        counts.imported += 1
        counts.started += case.kind != Case.Kind.GENERAL

    def _there(self, numbers: Iterable[str]) -> set[str]:
        found = Case.objects.filter(imported_from=SOURCE, external_id__in=list(numbers))
        return set(found.values_list("external_id", flat=True))

    def _journal(self, fact: Fact) -> None:
        with transaction.atomic():
            append(f"import:{self.uuid}", fact, actor=self.actor)


@contextmanager
def _reasons(row: Row, incoming: Incoming, bad: list[BadRow], counts: Counts) -> Iterator[None]:
    """A row the record refuses is named; its savepoint is already gone and the batch goes on."""
    try:
        yield
    except IntegrityError as refused:
        if IMPORTED_ONCE not in str(refused):
            raise
        counts.skipped += 1  # another import took it over since we asked
    except CaseError as refused:
        bad.append(BadRow(row.line, row.last_line, refused.sentence, incoming.external_id))
    except (JournalError, DataError):
        bad.append(BadRow(row.line, row.last_line, NOT_KEPT, incoming.external_id))
