"""Ten writers on ten cases' streams at once against one writer who does all their work."""

import multiprocessing
import uuid
from collections.abc import Callable

from django.db import connections, transaction

from bench.figures import ratios
from record import journal
from record.body import Actor
from record.kinds import kind

WRITERS, FACTS, AT_ONCE = 10, 400, 4  # facts a writer tells in a round, and in one transaction
WHO = Actor("A0101", "王芳", "agent")
ROUNDS = 5


def scaling() -> list[float]:
    """Time of one writer over time of ten at once, for the same number of facts."""
    context = multiprocessing.get_context("fork")

    def at_once(writers: int) -> Callable[[], None]:
        def run() -> None:
            connections.close_all()  # no process may use another one's
            each = WRITERS * FACTS // writers
            running = [context.Process(target=_write, args=(each,)) for _ in range(writers)]
            for process in running:
                process.start()
            for process in running:
                process.join()
            assert {process.exitcode for process in running} == {0}

        return run

    return ratios(at_once(WRITERS), at_once(1), rounds=ROUNDS)


def _write(facts: int) -> None:
    """A case's turns: four facts under one lock of its stream, committed, and again."""
    stream, claimed = f"case:{uuid.uuid4()}", kind("step.claimed")
    for _ in range(facts // AT_ONCE):
        with transaction.atomic():
            told = [journal.Fact(claimed, {"step": "trace", "task": str(uuid.uuid4())}) for _ in range(AT_ONCE)]
            journal.append(stream, *told, actor=WHO)
