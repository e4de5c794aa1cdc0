"""Staff and a bank in memory, as the desk's tests have them; and one bundle, made once, for all who tamper with it."""

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from cases import gateways
from cases.actions import contacts, exports
from cases.actions.turn import turn
from cases.gateways.memory import MemoryBank
from record import clock, seals
from sandbox_bank.ledger import Bank as SandboxBank
from tests.cases.exports.bundles import asked, made, unpacked
from tests.desk.at_work import Desk
from tests.desk.conftest import bank_in_memory, browser, quiet, staff
from tests.journey import Staff

__all__ = ["bank_in_memory", "browser", "quiet", "staff"]


@pytest.fixture(scope="session")
def whole(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    evidence_root: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The folder of a bundle of two cases under the second seal, with values in clear. Not to be changed: copy it."""
    with django_db_blocker.unblock():
        try:
            with SandboxBank(":memory:", clock=clock.now) as ledger:
                memory = MemoryBank(ledger)
                with gateways.using(card=memory, core=memory):
                    return _made(tmp_path_factory.mktemp("bundle") / "whole")
        finally:
            # what was committed goes as after a test that commits, and reference data come back
            call_command("flush", verbosity=0, interactive=False)


def _made(folder: Path) -> Path:
    people = Staff.hired()
    cases = [Desk.at(step, people).case for step in ("approve", "trace")]
    seals.seal()
    with turn(cases[0], user=people.consumer_protection) as hand:
        told = {"direction": "out", "channel": "phone", "reached": True, "note": "已告知"}
        contacts.add_contact(hand, happened_at=hand.now, **told)
    export = asked(people.auditor, *cases, formats=("csv",), clear=True)
    exports.approve(export=export, user=people.compliance)
    assert made(export).state == "ready", export.failure
    return unpacked(exports.path_of(export), folder)
