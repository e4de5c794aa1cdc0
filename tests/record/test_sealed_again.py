"""What was altered in a sealed journal and then sealed once more, by the night or by an export."""

import pytest

from record import clock, nightly, seal_copies, seals
from record.flaws import Break
from record.verification import Task
from record.verify import Scope
from tests.record.test_seal_tampering import forge, found, sealed

__all__ = ["sealed"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_journal")]


class TestSealedAgain:
    """Every night seals what the journal holds, whoever altered it: what older seals said stands against it."""

    @pytest.mark.parametrize(
        ("number", "until", "says"),
        [
            (2, None, [("b", 3, "sealed_other")]),
            (4, None, [("b", 5, "sealed_other")]),
            (0, 4, [("b", 5, "sealed_other")]),
            (0, 2, [("b", 3, "sealed_other")]),
        ],
        ids=["first_seal_forged", "second_seal_forged", "tail_cut", "cut_before_the_first_seal"],
    )
    def test_a_chain_computed_anew_and_gone_on_with(self, sealed, tampering, tell, number, until, says):
        with tampering() as cursor:
            forge(cursor, sealed[1], number, until=until)
        tell(sealed[1], 4)

        assert seals.seal() is not None
        seal_copies.make()

        assert found() == says
        assert nightly.verify().breaks == len(says)

    def test_a_cut_tail_that_an_export_has_sealed(self, sealed, tampering):
        with tampering() as cursor:
            forge(cursor, sealed[1], 0, until=4)

        seals.seal(also=[sealed[1]])

        assert found() == [("b", 5, "sealed_cut")]

    def test_a_stream_that_vanished_and_began_anew(self, sealed, tampering, tell):
        with tampering() as cursor:
            for table, column in (("record_entry", "stream"), ("record_stream", "key")):
                cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [sealed[2]])
        tell(sealed[2], 3)
        seals.seal()

        assert found() == [("c", 3, "sealed_other")]

    @pytest.mark.parametrize("case", ["grown", "some", "night"])
    def test_every_way_of_verifying_finds_it(self, sealed, tampering, tell, case):
        night = nightly.verify()
        assert night.breaks == 0
        with tampering() as cursor:
            forge(cursor, sealed[1], 2)
        since = clock.now()
        tell(sealed[1], 1)
        seals.seal()

        ways = {
            "grown": lambda: Task().of_grown(since),
            "some": lambda: Task().of_some(Scope("{name} = %s", [sealed[1]])),
            "night": lambda: map(Break._make, nightly.verify().found),
        }
        assert (sealed[1], 3, "sealed_other") in [tuple(one) for one in ways[case]()]
