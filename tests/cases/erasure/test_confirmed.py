"""After erasure: whoever holds a value in clear with its salt confirms it by a new bundle, and nobody opens it."""

import json
from pathlib import Path

import pytest

from cases.actions import erasing, exports
from cases.actions.turn import turn
from cases.kinds import CASE_WITHDRAWN
from cases.models import Case
from tests.cases.erasure.past import House
from tests.cases.exports.bundles import asked, made, rows, unpacked, verified
from tests.desk.conftest import bank_in_memory, browser, quiet, staff

__all__ = ["bank_in_memory", "browser", "quiet", "staff"]
pytestmark = pytest.mark.django_db(transaction=True)
SAID = "客户王小明来函撤回"


@pytest.fixture
def house(staff) -> House:
    return House(staff.bank, staff.consumer_protection, staff.compliance)


def bundle(staff, case: Case, to: Path, *, clear: bool) -> Path:
    """A bundle of this complaint; in clear with a second person's yes."""
    export = asked(staff.auditor, case, clear=clear)
    if clear:
        exports.approve(export=export, user=staff.compliance)
    assert made(export).state == "ready", export.failure
    return unpacked(exports.path_of(export), to)


def test_a_value_held_from_before_is_confirmed_after_the_erasure_and_an_altered_one_is_not(house, staff, tmp_path):
    # given a complaint with words of the customer's, exported in clear for the regulator
    case = house.file(house.customer())
    with turn(case, user=staff.consumer_protection) as hand:
        hand.tell(CASE_WITHDRAWN, personal={"reason": SAID})
    before = bundle(staff, case, tmp_path / "before", clear=True)
    (held,) = rows(before, "opened.jsonl")
    assert held["value"] == SAID

    # when its person is erased, and it is exported anew
    house.agreed()
    assert erasing.run() == 1
    new = bundle(staff, case, tmp_path / "new", clear=True)

    # then nobody opens the words any more, the bundle verifies, and who holds them confirms them letter for letter
    assert rows(new, "opened.jsonl") == []
    assert all(SAID not in path.read_text("utf-8", "ignore") for path in new.rglob("*.jsonl"))
    code, outcome = verified(new, "--values", str(before / "opened.jsonl"))
    assert (code, outcome["confirmed"], outcome["found"]) == (0, 1, [])

    # and what was altered, or belongs to another bundle, is said to be so
    for change, found in (({"value": "客户来函"}, "value_other"), ({"number": 99}, "value_absent")):
        other = tmp_path / f"{found}.jsonl"
        other.write_text(json.dumps({**held, **change}, ensure_ascii=False) + "\n", encoding="utf-8")
        code, outcome = verified(new, "--values", str(other))
        assert (code, outcome["confirmed"], [one["what"] for one in outcome["found"]]) == (1, 0, [found])


@pytest.mark.parametrize("text", ["", "{}\n", "no line", '{"stream":1}\n'])
def test_a_file_that_holds_no_values_is_said_to_be_none(text, house, staff, tmp_path):
    new = bundle(staff, house.file(), tmp_path / "new", clear=False)
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text(text, encoding="utf-8")
    code, outcome = verified(new, "--values", str(wrong))
    assert code == (2 if text else 0)
    assert outcome["ok"] is (not text)
