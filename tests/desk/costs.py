"""What pages of the desk may cost in queries, session and person included."""

from typing import Final

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from knowledge import limits, policies

HOME: Final = 15
LIST: Final = 9
CALLER: Final = 15  # what he asks about, and that it was looked at
CASE: Final = 15  # all of the case in one statement (workflows.desk.casefile); what is rare costs its own
STEP: Final = 22
CHECKED: Final = 35  # decision, approval and completion gather what was done before, the board above all
FORM: Final = 12
FILES: Final = 9  # up to twenty cases at once, whatever stands in them
LOOK: Final = 2  # that he looked at the case is on record before he sees it


def cost(inside: Client, path: str, **typed: str) -> int:
    """Queries of one page; savepoints are the test's own. Limits are read anew once in a while: they are at hand.

    That somebody looks at a case costs two queries the first time and one within the same quarter of an hour: always
    counted as two.
    """
    policies.rule(limits.UNCLAIMED)
    with CaptureQueriesContext(connection) as asked:
        answer = inside.post(path, typed) if typed else inside.get(path)
    assert answer.status_code in (200, 302), path
    queries = [query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    looks = [sql for sql in queries if "record_open_stream" in sql or sql.startswith("INSERT INTO record_entry")]
    return len(queries) - len(looks) + (LOOK if looks else 0)
