"""What administrators see of the journal on their home page."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from record import clock, nightly, seal_copies, seals
from record.journal import entries
from tests.desk.at_work import Desk
from tests.desk.costs import HOME, cost

pytestmark = pytest.mark.django_db


def home(browser, user) -> str:
    """The page in English."""
    user.language = "en"
    user.save()
    answer = browser(user).get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def altered(stream: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE record_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE record_entry SET for_whom = 'x' WHERE stream = %s AND number = 1", [stream])


def test_an_administrator_sees_last_seal_and_last_verification(staff, browser):
    seal = seals.seal()
    seal_copies.make()
    nightly.verify()

    page = home(browser, staff.administrator)

    assert f"no. {seal.number}," in page
    assert "0 breaks" in page
    assert "r-note" not in page


def test_before_the_first_night_both_are_none(staff, browser):
    assert home(browser, staff.administrator).count("None yet") == 2


def test_a_break_is_an_alarm_in_words(staff, browser):
    stream = Desk.at("decide", staff).case.stream
    altered(stream)
    nightly.verify()

    page = home(browser, staff.administrator)

    assert "The journal is broken" in page
    assert f"{stream} 1: The entry&#x27;s columns and its text do not agree" in page


def test_what_is_overdue_is_an_alarm(staff, browser):
    with clock.at(clock.now() + timedelta(hours=37)):
        page = home(browser, staff.administrator)

    assert "has not been verified for 36 hours" in page
    assert "are under no seal" in page


def test_nobody_else_sees_it(staff, browser):
    for person in (staff.agent, staff.auditor, staff.outlet_head):
        assert "Last verification" not in home(browser, person)


def test_the_page_stays_within_its_bound(staff, browser, settings):
    settings.REDRESS = {**settings.REDRESS, "SEAL_URL": "https://outside.example/"}
    seals.seal()
    nightly.verify()

    assert cost(browser(staff.administrator), "/") <= HOME


def test_a_case_is_verified_by_its_number(staff, capsys):
    case = Desk.at("decide", staff).case
    seals.seal()
    call_command("verify_journal", "--case", case.reference, "--history", "--json")
    assert f'"entries": {entries(case.stream).count()},' in capsys.readouterr().out
    altered(case.stream)

    with pytest.raises(CommandError):
        call_command("verify_journal", "--case", case.reference)
    assert case.stream in capsys.readouterr().out


def test_the_jobs_of_the_night_seal_copy_and_verify(staff):
    from workflows import jobs

    Desk.at("decide", staff)
    jobs.seal_journal(timestamp=0)
    jobs.copy_seals(timestamp=0)
    jobs.verify_journal(timestamp=0)

    assert seals.last() is not None
    assert seal_copies.missing() == []
    assert nightly.newest().breaks == 0
