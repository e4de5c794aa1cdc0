"""Workers of erasure: killed anywhere, beside each other, in the way of somebody; nobody is half erased."""

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection, transaction

from cases.actions import erasing
from cases.models import Case, ErasureBatch, ErasureItem
from record import clock, journal
from record.models import Entry, PersonKey
from tests.cases.erasure.past import House, after, outcomes

pytestmark = pytest.mark.django_db(transaction=True)
Outcome = ErasureItem.Outcome

# A worker in a process of its own, which stops at one place of the second person and waits to be killed.
WORKER = """
import sys, time, django
django.setup()
from django.conf import settings
from django.db import connections
settings.DATABASES["default"]["NAME"] = sys.argv[1]
connections["default"].settings_dict["NAME"] = sys.argv[1]
from datetime import datetime
from record import clock, keys
clock.set_to(datetime.fromisoformat(sys.argv[2]))
from cases.actions import erasing
place, name = {
    "locked": (erasing, "_locked"), "destroyed": (keys, "destroy"), "told": (erasing, "_erased"),
}[sys.argv[3]]
does = getattr(place, name)
calls = []
def stops(*given, **named):
    done = does(*given, **named)
    calls.append(1)
    if len(calls) == 2:
        print("in the middle", flush=True)
        time.sleep(60)
    return done
setattr(place, name, stops)
erasing.run()
"""


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize("place", ["locked", "destroyed", "told"])
def test_a_worker_killed_in_the_middle_of_a_person_leaves_him_whole_and_the_next_goes_on(place, house):
    cases = [house.file(house.customer()) for _ in range(3)]
    with after(days=1):
        batch = house.agreed()
        given = [str(connection.settings_dict["NAME"]), clock.now().isoformat(), place]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
        with subprocess.Popen(
            [sys.executable, "-c", WORKER, *given], stdout=subprocess.PIPE, env=environment
        ) as worker:
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"in the middle\n"
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        assert outcomes(batch) == [Outcome.ERASED, Outcome.WAITING, Outcome.WAITING]
        assert not PersonKey.objects.get(pk=cases[1].person_key_id).destroyed
        assert Case.objects.get(pk=cases[1].pk).reveal("narrative", purpose="test")

        while erasing.run():
            continue

    assert outcomes(batch) == [Outcome.ERASED] * 3
    told = list(journal.entries(batch.stream).values_list("kind", flat=True))
    assert told.count("erasure.begun") == told.count("erasure.done") == 1
    assert told.count("erasure.erased") == 3
    for stream in Entry.objects.values_list("stream", flat=True).distinct():
        assert journal.verify(stream) is None, stream


def test_who_is_in_the_hands_of_another_worker_is_passed_over(house):
    house.file()
    house.file()
    with after(days=1):
        batch = house.agreed()
        other = connection.copy()
        try:
            other.set_autocommit(False)
            with other.cursor() as cursor:
                cursor.execute("SELECT id FROM cases_erasureitem WHERE number = 1 FOR UPDATE")
            assert erasing.run() == 1
            assert outcomes(batch) == [Outcome.WAITING, Outcome.ERASED]
            other.rollback()
        finally:
            other.close()
        assert erasing.run() == 1
    assert ErasureBatch.objects.get().state == "done"


def test_whose_complaint_somebody_works_on_is_left_for_the_next_time(house):
    case, free = house.file(), house.file()
    with after(days=1):
        batch = house.agreed()
        other = connection.copy()
        try:
            other.set_autocommit(False)
            with other.cursor() as cursor:
                cursor.execute("SELECT id FROM cases_case WHERE id = %s FOR UPDATE", [case.pk])
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
            assert erasing.run() == 1
            assert outcomes(batch) == [Outcome.WAITING, Outcome.ERASED]
            assert PersonKey.objects.get(pk=free.person_key_id).destroyed
            other.rollback()
        finally:
            other.close()
        assert erasing.run() == 1


def test_a_complaint_that_comes_in_while_he_is_erased_finds_no_key_to_be_sealed_with(house):
    customer = house.customer()
    house.file(customer)
    with after(days=1):
        house.agreed()
        other = connection.copy()
        try:
            other.set_autocommit(False)
            with other.cursor() as cursor:  # the call is there first, and not written yet
                cursor.execute("SELECT id FROM record_personkey WHERE id = %s FOR KEY SHARE", [customer.person_key_id])
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
            assert erasing.run() == 0
            other.rollback()
        finally:
            other.close()
        with transaction.atomic():
            assert not PersonKey.objects.get(pk=customer.person_key_id).destroyed
