"""Every pair of verbs against each other: on one case, and all of them side by side on cases of their own.

Whatever the order in which they come through, both end as if one had waited for the other, and the loser reads why.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations_with_replacement
from threading import Barrier, Event

import pytest
from django.db import connection

from cases.actions.turn import turn
from cases.errors import CaseError, SomeoneWasFirst
from cases.models import Notice
from record import journal
from tests.factories import person
from tests.journey import Staff
from tests.workflows.contests import ANSWERS, VERBS, Ring, Rings, State, after, context_of
from tests.workflows.roads import sound
from workflows import verbs
from workflows.verbs.sweeps import sweep_deadlines

pytestmark = pytest.mark.django_db(transaction=True)


class Runners:
    """Threads with connections of their own that start together."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.pool = ThreadPoolExecutor(count)

    def run(self, acts: list[Callable[[], object]]) -> list[object]:
        """What each act returned, or the CaseError it met. Any other error fails the test."""
        start = Barrier(len(acts))
        return list(self.pool.map(lambda act: self._one(act, start), acts))

    @staticmethod
    def _one(act: Callable[[], object], start: Barrier) -> object:
        start.wait(timeout=60)
        try:
            return act()
        except CaseError as error:
            return error

    def close(self) -> None:
        hold = Barrier(self.count)

        def leave() -> None:
            hold.wait(timeout=60)
            connection.close()

        for thread in [self.pool.submit(leave) for _ in range(self.count)]:
            thread.result()
        self.pool.shutdown()


@pytest.fixture
def runners() -> Iterator[Callable[[int], Runners]]:
    made: list[Runners] = []

    def make(count: int) -> Runners:
        made.append(Runners(count))
        return made[-1]

    yield make
    for one in made:
        one.close()


def had_its_way(result: object) -> bool:
    return not isinstance(result, CaseError) and result is not False


def serial(start: State, pair: tuple[str, str]) -> set[tuple[bool, bool, State]]:
    """How the pair may end: as if the one, or the other, had come first."""
    first, second = pair
    middle, first_did = after(start, first)
    end, second_did = after(middle, second)
    middle_too, second_did_too = after(start, second)
    end_too, first_did_too = after(middle_too, first)
    return {(first_did, second_did, end), (first_did_too, second_did_too, end_too)}


def reads_why(error: CaseError, ring: Ring) -> None:
    """A sentence; of whoever was first his name and the time."""
    assert str(error.sentence).strip()
    if isinstance(error, SomeoneWasFirst):
        assert error.who in str(error.sentence)
        assert error.who
        assert error.when is not None


def contest(ring: Ring, pair: tuple[str, str], results: list[object]) -> None:
    for result in results:
        if isinstance(result, CaseError):
            reads_why(result, ring)
    came_out = (had_its_way(results[0]), had_its_way(results[1]), ring.found())
    allowed = serial(ring.start, pair)
    if ring.start.context == "approve":  # the answer in this ring is one the case has had long ago
        allowed = {(a or pair[0] == "answer", b or pair[1] == "answer", end) for a, b, end in allowed}
        came_out = (came_out[0] or pair[0] == "answer", came_out[1] or pair[1] == "answer", came_out[2])
    ended = {(a, b, holderless(end)) for a, b, end in allowed}
    assert (came_out[0], came_out[1], holderless(came_out[2])) in ended, (pair, results, came_out)
    sound(ring.journey)


def holderless(state: State) -> State:
    """Whose hands a step was in when it ended does not matter."""
    return state if state.step == "open" else State(**{**vars(state), "holder": None})


def test_every_pair_on_one_case(staff: Staff, time, runners):
    rings, two = Rings(staff, time), runners(2)
    pairs = list(combinations_with_replacement(VERBS, 2))
    assert len(pairs) == 210
    for pair in pairs:
        ring = rings.ready(context_of(pair))
        # each side with people of its own, as two browsers would have them
        acts = [ring.acts()[verb] for verb in pair]
        contest(ring, pair, two.run(acts))

    assert [journal.verify(journey.case.stream) for journey in rings.journeys] == [None] * len(rings.journeys)


def test_every_pair_on_two_cases(staff: Staff, time, runners):
    """Side by side on two cases, each pair: neither waits for the other, each has its way as if it were alone."""
    rings, two = (Rings(staff, time), Rings(staff, time)), runners(2)
    for pair in combinations_with_replacement(VERBS, 2):
        made = {at: rings[at].ready(context_of((pair[at], pair[at]))) for at in _answers_last(pair)}
        for at in (0, 1):
            if pair[at] == "claim":
                verbs.release(made[at].task, user=made[at].people["one"])
                made[at].start = State("trace", holder=None)

        results = two.run([made[at].acts()[pair[at]] for at in (0, 1)])

        for at in (0, 1):
            expected, did = after(made[at].start, pair[at])
            assert (had_its_way(results[at]), did) == (True, True), (pair, results)
            assert holderless(made[at].found()) == holderless(expected), pair
            sound(made[at].journey)
    assert all(journal.verify(one.case.stream) is None for side in rings for one in side.journeys)


def _answers_last(pair: tuple[str, str]) -> list[int]:
    """Making one side ready delivers what is due, so a side that waits for an answer is made ready last."""
    return sorted((0, 1), key=lambda at: pair[at] == "answer")


def test_every_pair_side_by_side_on_cases_of_their_own(staff: Staff, time, runners):
    """All fifteen at once, so that each meets each of the others on another case."""
    rings, all_at_once = Rings(staff, time), runners(len(VERBS))
    for _round in range(2):
        ring_of = {}
        for verb in sorted(VERBS, key="answer".__eq__):  # last: making the others ready delivers what is due
            rings.used.clear()
            ring = ring_of[verb] = rings.ready(context_of((verb, verb)))
            if verb == "claim":
                verbs.release(ring.task, user=ring.people["one"])
                ring.start = State("trace", holder=None)
        results = all_at_once.run([ring_of[verb].acts()[verb] for verb in VERBS])

        assert [(verb, result) for verb, result in zip(VERBS, results, strict=True) if not had_its_way(result)] == []
        for verb, ring in ring_of.items():
            assert holderless(ring.found()) == holderless(after(ring.start, verb)[0]), verb
            sound(ring.journey)
    assert all(journal.verify(journey.case.stream) is None for journey in rings.journeys)


@pytest.mark.parametrize("answer", ANSWERS)
def test_two_heads_answer_one_approval_once(staff, time, runners, answer):
    """Straight from the list: nobody has claimed it, and each takes it on the way."""
    rings = Rings(staff, time)
    ring = rings.ready("approve")
    verbs.release(ring.task, user=ring.people["one"])
    other = {"approve": "refuse", "send_back": "approve", "refuse": "send_back"}[answer]
    asks = {"approve": {}, "send_back": {"reason": "补充"}, "refuse": {"reason": "不符"}}

    results = runners(2).run(
        [
            lambda: getattr(verbs, answer)(ring.task, user=ring.people["one"], **asks[answer]),
            lambda: getattr(verbs, other)(ring.task, user=ring.people["two"], **asks[other]),
        ]
    )

    won = [had_its_way(result) for result in results]
    assert sorted(won) == [False, True]
    winner, loser = ring.people["one" if won[0] else "two"], results[won.index(False)]
    assert isinstance(loser, SomeoneWasFirst)
    assert loser.who == winner.display_name
    proposal = ring.journey.case.proposals.get()
    assert proposal.answered_by == winner
    assert (
        proposal.state
        == {"approve": "approved", "send_back": "returned", "refuse": "refused"}[answer if won[0] else other]
    )


def test_of_twelve_who_want_one_step_one_gets_it(staff, time, runners):
    rings = Rings(staff, time)
    ring = rings.ready("trace")
    verbs.release(ring.task, user=ring.people["one"])

    crowd = [person("fraud", staff.bank.outlet) for _ in range(12)]

    results = runners(12).run([lambda user=user: verbs.claim(ring.task, user=user) for user in crowd])

    winners = [user for user, result in zip(crowd, results, strict=True) if had_its_way(result)]
    assert len(winners) == 1
    assert {result.who for result in results if isinstance(result, SomeoneWasFirst)} == {winners[0].display_name}
    sound(ring.journey)


def test_a_sweep_goes_past_a_case_in_somebodys_hands(staff, time, runners):
    """It does not wait for it, and comes back to it."""
    rings = Rings(staff, time)
    held = rings.ready("trace")
    rings.used.clear()
    other = rings.ready("trace").journey
    time.advance(days=30)
    taken, swept = Event(), Event()

    def holds() -> None:
        with turn(held.journey.case):
            taken.set()
            assert swept.wait(timeout=60)

    def sweeps() -> int:
        assert taken.wait(timeout=60)
        looked_after = sweep_deadlines()
        swept.set()
        return looked_after

    assert runners(2).run([holds, sweeps]) == [None, 1]
    assert {notice.case_id for notice in Notice.objects.all()} == {other.case.pk}
    assert sweep_deadlines() == 1
