"""Every order to a bank system: the sandbox bank does it, people can do it without, and once stays once."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.actions.asides import ASIDES
from cases.gateways.answers import RESULTS
from sandbox_bank.operations import OPERATIONS
from workflows import verbs
from workflows.flows import FLOWS
from workflows.nodes import Instruct
from workflows.verbs import asides, stops

ROOT = Path(__file__).resolve().parents[2]
GIVEN = re.compile(r'operation="(\w+)"|^(?:OPERATION|FORMAL_LOSS|CREDIT|HOLD)(?:: Final)? = "(\w+)"', re.M)
CARD_ENDS = {"replace_card", "release_card"}  # chosen by a person, ordered by one step
# The practice bank can undo a booking; no step of ours orders it, a late confirmation is an alarm for people.
PRACTICE_ONLY = {"reverse"}
# What its effect is proved to happen once by: the books, the cards or the messages of the practice bank. The others
# change nothing or are done twice without harm, which the practice bank's own tests hold.
ONCE = {"credit", "formal_loss", "send_sms", "stop_state"}
HARMLESS_TWICE = {"stop_card", "hold_account", "restore_account", "list_transactions"} | CARD_ENDS


def named() -> set[str]:
    """Every operation an action gives."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "cases" / "actions").glob("*.py"))]
    return {name for text in texts for names in GIVEN.findall(text) for name in names if name} | CARD_ENDS


def instructs() -> Iterator[Instruct]:
    for flow in FLOWS:
        yield from (node for node in flow.instance.nodes() if isinstance(node, Instruct))


def test_every_operation_named_in_the_code_is_known_to_the_agreement_and_to_the_practice_bank() -> None:
    assert named() == set(RESULTS) - PRACTICE_ONLY == set(OPERATIONS) - PRACTICE_ONLY


@pytest.mark.parametrize("node", list(instructs()), ids=lambda node: node.name)
def test_every_order_of_a_flow_has_a_step_of_a_person_beside_it(node: Instruct) -> None:
    for twin in (node._rejected, node._silent):
        assert twin is not None
        assert twin.task_type == "HUMAN", "a person, not another order"
        assert twin.relieves is node


def test_every_order_no_step_waits_for_has_a_verb_by_which_people_record_it() -> None:
    for operation, aside in ASIDES.items():
        assert hasattr(asides, aside.twin) or hasattr(stops, aside.twin) or hasattr(verbs, aside.twin), operation


def test_every_operation_is_proved_to_happen_once_or_to_do_no_harm_twice() -> None:
    proofs = (ROOT / "tests" / "cases" / "test_gateways_exactly_once.py").read_text(encoding="utf-8")
    assert named() == ONCE | HARMLESS_TWICE
    assert all(f'"{operation}"' in proofs for operation in ONCE)
