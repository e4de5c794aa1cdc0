"""What a person enters at a step stands in the journal: in words, sealed, or by the digest of what was sealed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.conf import settings

from cases.actions.risk import QUESTIONS
from record import journal
from record.sealed import SealedField, SealedModel
from tests.desk.at_work import APPROVALS, STEPS, Desk

pytestmark = pytest.mark.django_db

# Answers that are no facts: whom the page showed as holder; which way a form goes on, told by the kind of the fact.
WAYS: Final = {
    *("seen_with", "answer"),
    ("correct_credit_record", "finding"),
    ("obtain_mandate", "note"),  # asked for the other result only
    *(("judge_risk", question) for question in QUESTIONS),  # yes or no, within the sealed judgement
}


@pytest.mark.parametrize("step", STEPS)
def test_what_is_entered_at_a_step_is_told(step, staff, browser):
    # given a step in hand, and what stood in the journal before
    desk = Desk.at(step, staff)
    answers = desk.answers() | ({"answer": "approve", "reason": "已核对，同意"} if step in APPROVALS else {})
    before = set(journal.Entry.objects.values_list("pk", flat=True))

    # when its holder sends it through the page
    assert browser(desk.person).post(desk.url, answers).status_code == 302

    # then each answer is told by what was written then
    told = " ".join(_told(list(journal.Entry.objects.exclude(pk__in=before))))
    missing = {name: typed for name, typed in answers.items() if name not in WAYS and (step, name) not in WAYS}
    assert {name: typed for name, typed in missing.items() if not any(form in told for form in _forms(typed))} == {}


def _told(entries: list[journal.Entry]) -> Iterator[str]:
    """Everything entries tell: their text, their sealed values, and sealed columns of the records they changed."""
    for entry in entries:
        yield entry.body
        yield from (journal.reveal(entry, name, purpose="test") for name in entry.told["personal"])
        for change in entry.changed:
            model: Any = apps.get_model(change["model"])
            if issubclass(model, SealedModel):
                yield from _sealed(model.objects.get(uuid=change["uuid"]), change["fields"])


def _sealed(record: Any, changed: dict[str, Any]) -> Iterator[str]:
    """Values of the columns whose digest the entry tells."""
    for name, pair in changed.items():
        if pair["after"] is not None and isinstance(record._meta.get_field(name), SealedField):
            yield record.reveal(name, purpose="test")


def _forms(typed: str) -> Iterator[str]:
    """An answer as the journal would write it: a moment in UTC, an amount as it is."""
    yield typed
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        return
    yield journal.stamp(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(settings.BANK_TIME_ZONE)))
