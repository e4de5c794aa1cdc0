"""A bundle from the asking to the auditor's own computer: whole, counted right, and what it says is proved."""

import pytest

from cases.actions import exports
from cases.models import Export
from tests.cases.exports.bundles import asked, made, verified
from tests.desk.at_work import Desk
from tests.journey import Staff

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_case_becomes_a_bundle_that_verifies_without_us(staff: Staff) -> None:
    case = Desk.at("approve", staff).case

    export = made(asked(staff.auditor, case))

    assert export.state == Export.State.READY, export.failure
    code, outcome = verified(exports.path_of(export))
    assert (code, outcome["found"]) == (0, [])
    assert outcome["entries"] == export.entries
    assert outcome["seal"] == export.seal_number
