"""Seals that name streams which did not grow: what an export is proved by."""

import pytest

from record import seals
from record.verification import Task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_journal")]


class TestStreamsAskedFor:
    """A seal before an export names every stream of it, so that one seal proves all of them complete."""

    def test_a_stream_that_did_not_grow_is_named_as_it_stands(self, tell, stream):
        tell(stream, 3)
        tell(f"{stream}b", 1)
        seals.seal()
        tell(f"{stream}b", 1)

        made = seals.seal(also=[stream, f"{stream}b", f"{stream}nowhere"])

        named = {name: length for name, length, _head in seals.heads(made.number)}
        assert {name: named.get(name) for name in (stream, f"{stream}b", f"{stream}nowhere")} == {
            stream: 3,
            f"{stream}b": 2,
            f"{stream}nowhere": None,
        }
        assert made.streams == len(named)
        assert list(Task().of_all()) == []

    def test_it_is_made_though_nothing_grew_at_all(self, tell, stream):
        tell(stream)
        first = seals.seal()

        second = seals.seal(also=[stream])

        assert (second.number, second.entries, second.horizon) == (first.number + 1, 0, first.horizon)
        assert seals.seal() is None
        assert list(Task().of_all()) == []

    def test_the_proofs_of_many_are_those_of_each(self, tell, stream):
        names = sorted(f"{stream}{letter}" for letter in "abcde")
        for name in names:
            tell(name)
        number = seals.seal().number

        many = [(head.stream, path) for head, path in seals.proofs(number, names)]

        assert many == [(name, seals.proof(number, name)[1]) for name in names]
