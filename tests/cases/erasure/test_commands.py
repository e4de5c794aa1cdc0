"""Proposing from the command line, in the name of somebody who may."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cases.models import ErasureBatch
from record.models import PersonKey
from tests.cases.erasure.past import REASON, House, after

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


def said(name: str, *given: str, **more: Any) -> str:
    out = StringIO()
    call_command(name, *given, stdout=out, **more)
    return out.getvalue()


def test_who_is_due_is_only_counted_when_that_is_asked_for(house):
    house.file()
    house.hold(house.file())
    asked = {"staff": house.proposer.staff_number, "why": REASON}
    with after(days=1):
        assert said("erase_due", dry_run=True, **asked).count("1") == 2
        assert not ErasureBatch.objects.exists()
        said("erase_due", **asked)
    batch = ErasureBatch.objects.get()
    assert (batch.total, batch.proposed_by, batch.state) == (1, house.proposer, "waiting")


def test_the_person_of_a_complaint_is_proposed_and_not_erased_by_it(house):
    case = house.file()
    with after(days=-9):
        said("erase_person", case.reference, staff=house.proposer.staff_number, why="本人来函")
    assert ErasureBatch.objects.get().kind == "request"
    assert not PersonKey.objects.get(pk=case.person_key_id).destroyed


@pytest.mark.parametrize("name", ["erase_due", "erase_person"])
def test_a_stranger_and_a_post_without_the_right_are_refused(name, house):
    case = house.file()
    given = [case.reference] if name == "erase_person" else []
    with after(days=1):
        for staff in ("nobody", house.approver.staff_number):
            with pytest.raises(CommandError):
                said(name, *given, staff=staff, why=REASON)
        with pytest.raises(CommandError):
            said("erase_due", dry_run=True, staff=house.approver.staff_number, why=REASON)
    assert not ErasureBatch.objects.exists()


def test_a_number_nobody_has_is_said_to_be_none(house):
    with pytest.raises(CommandError):
        said("erase_person", "26-0000000-0", staff=house.proposer.staff_number, why=REASON)
