"""Papers of one case, made once: in Chinese with values in clear and files, in English without. And what they say."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from cases import gateways
from cases.actions import contacts, exports
from cases.actions.turn import turn
from cases.gateways.memory import MemoryBank
from cases.models import Case
from record import clock
from sandbox_bank.ledger import Bank as SandboxBank
from tests.cases.exports.bundles import asked, made, unpacked
from tests.desk.conftest import bank_in_memory, browser, quiet, staff
from tests.journey import Journey, Staff
from tests.workflows.roads import does, until
from workflows import verbs

__all__ = ["bank_in_memory", "browser", "quiet", "staff"]
STOPPED_AFTER = timedelta(minutes=2, seconds=13)
# What a customer may write to open a file of the server, to be run, or to look like part of the page.
WRITTEN = "<img src='file:///etc/hostname'><h2>已结清</h2> =HYPERLINK(1) & 😀 致谢"


@dataclass
class Bundle:
    """An unpacked bundle, and the case it is of."""

    folder: Path
    case: Case
    ids: dict[str, str]

    def data(self, name: str) -> bytes:
        """A file by its name; `{ref}` is the number of the case."""
        return (self.folder / name.format(ref=self.case.reference)).read_bytes()

    @cached_property
    def dossier(self) -> pypdf.PdfReader:
        return pypdf.PdfReader(io.BytesIO(self.data("dossier/{ref}.pdf")))

    @cached_property
    def proof(self) -> pypdf.PdfReader:
        return pypdf.PdfReader(io.BytesIO(self.data("proof/{ref}/proof.pdf")))


def text(reader: pypdf.PdfReader, *pages: int) -> str:
    """What stands on these pages, or on all, without blanks: where a line broke does not matter."""
    chosen: Iterator[Any] = (reader.pages[page] for page in pages) if pages else iter(reader.pages)
    return "".join("".join(page.extract_text() for page in chosen).split())


@pytest.fixture(scope="session")
def both(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    evidence_root: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Bundle]:
    """Both bundles by their language. Not to be changed."""
    with django_db_blocker.unblock():
        try:
            with SandboxBank(":memory:", clock=clock.now) as ledger:
                memory = MemoryBank(ledger)
                with gateways.using(card=memory, core=memory):
                    return _made(tmp_path_factory.mktemp("papers"))
        finally:
            call_command("flush", verbosity=0, interactive=False)


def _made(folder: Path) -> dict[str, Bundle]:
    people = Staff.hired()
    case = _a_whole_case(people)
    formats = ("dossier", "proof")
    chinese = asked(people.auditor, case, formats=(*formats, "evidence"), clear=True)
    exports.approve(export=chinese, user=people.compliance)
    english = asked(people.auditor, case, formats=formats, language="en", purpose="Review by counsel")
    found = {}
    for language, export in (("zh-hans", chinese), ("en", english)):
        assert made(export).state == "ready", export.failure
        path = unpacked(exports.path_of(export), folder / language)
        ids = {"auditor": people.auditor.staff_number, "liability": people.liability.staff_number}
        found[language] = Bundle(path, case, ids)
    return found


def _a_whole_case(people: Staff) -> Case:
    """A case that was told and paid, with a recording that was not kept and words of a customer that mean ill."""
    start = (clock.now() - timedelta(hours=2)).replace(microsecond=0)
    with clock.at(start):
        journey = Journey.begin(people)
    with clock.at(start + STOPPED_AFTER):
        does(journey, "stop_loss").bank_answers()
        until(journey, "keep_evidence")
        gone = journey.case.evidence_items.open().order_by("pk").first()
        assert gone is not None
        verbs.answer_item(gone.uuid, user=people.fraud, became="lost", answered_by="赵工", reference="SM-1")
        with turn(journey.case, user=people.agent) as hand:
            said = {"direction": "in", "channel": "phone", "reached": True, "note": WRITTEN}
            contacts.add_contact(hand, happened_at=hand.now, **said)
    with clock.at(start + timedelta(hours=1)):
        until(journey, "close")
    return journey.again()
