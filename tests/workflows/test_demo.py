"""The demo bank: loaded by the real verbs, once, whatever interrupts it; something to do for every post."""

import io
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q

from accounts.models import AuthorityLimit, User
from accounts.roles import Role
from cases.actions import money
from cases.models import Case, Deadline, MoneyEntry, Notice, Promise, Reception
from record import clock, journal
from record.models import Entry, Order
from tests.factories import bank
from tests.fixtures.bank import bank_server
from workflows.demo import people
from workflows.demo.story import Story
from workflows.desk import worklists
from workflows.flows import AFTER, BESIDE
from workflows.models import StepTask

__all__ = ["bank_server"]

MORNING = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
CASES, COMPLAINTS = 48, 12
LOOKING_ON = {Role.AUDITOR, Role.ADMINISTRATOR}
# Steps that wait for a person, but the first: it is done in the call, and open only where a complaint was taken over.
STEPS = {
    *("obtain_mandate", "offer_stop"),
    *("check_real_card", "keep_evidence", "first_contact", "stop_companions", "correct_credit_record", "judge_risk"),
    *("draft_letter", "check_letter", "issue_letter", "seal_letter", "call_back"),
    *("hold_by_hand", "stop_collection", "mark_credit_record", "end_collection", "end_credit_mark", "repair_debits"),
    *("stop_by_hand", "trace", "decide", "vote_risk", "propose", "approve", "tell", "pay", "check_payment", "ask_core"),
    *("pay_by_hand", "check_by_hand", "restore_by_hand", "end_card", "end_card_by_hand", "close", "archive"),
}


@pytest.fixture
def practice_bank(bank_server, monkeypatch, settings):
    """The sandbox bank on a socket, where the settings say."""
    for name in ("CARD_SYSTEM_URL", "CORE_LEDGER_URL"):
        monkeypatch.setitem(settings.REDRESS, name, bank_server.url)
    yield bank_server.bank
    bank_server.bank.switches.clear()


def load(**options: object) -> str:
    """Load the demo; what the command said."""
    said = io.StringIO()
    call_command("load_demo", cases=CASES, complaints=COMPLAINTS, quiet=True, stdout=said, **options)
    return said.getvalue()


def counted() -> dict[str, int]:
    """How much there is."""
    return {model.__name__: model.objects.count() for model in (Case, User, Entry, Order, StepTask, Notice)}


def load_and_kill(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """A load that ends when so many steps are finished."""
    finish, left = Story._finish, iter(range(steps))

    def until_killed(story: Story, *args: object) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        finish(story, *args)

    monkeypatch.setattr(Story, "_finish", until_killed)
    with pytest.raises(KeyboardInterrupt):
        load()


@pytest.mark.django_db(transaction=True)
def test_a_demo_that_was_killed_goes_on_and_is_whole(practice_bank):
    """One load, because it takes its time; what it must be is said by the checks below."""
    with clock.at(MORNING):
        with pytest.MonkeyPatch.context() as patch:
            load_and_kill(patch, 70)
        assert 0 < Case.objects.count() < CASES
        assert "loaded: 60 cases" in load()
        before, books = counted(), len(practice_bank.orders())

        assert "there already" in load()

        assert (counted(), len(practice_bank.orders())) == (before, books)
        every_case_is_there_once()
        every_step_is_open_somewhere()
        every_post_finds_something_to_do()
        the_money_adds_up(practice_bank)
        every_limit_is_looked_after()
        nothing_is_of_the_future()
        every_outlet_was_visited()
    assert list(journal.verify_streams()) == []


def every_case_is_there_once() -> None:
    ours = Case.objects.filter(imported_from="")
    calls = Counter(ours.filter(evidence__kind="caller_check").values_list("evidence__reference", flat=True))
    assert len(calls) == CASES
    assert set(calls.values()) == {1}
    assert Case.objects.exclude(imported_from="").count() == COMPLAINTS
    assert {Case.State.OPEN, Case.State.TOLD, Case.State.DONE, Case.State.ARCHIVED} == set(
        ours.values_list("state", flat=True)
    )


def every_step_is_open_somewhere() -> None:
    every = StepTask.objects.open().human().filter(case__imported_from="")
    ours = every.filter(process__subject=None)
    assert {task.flow_task.name for task in ours} == STEPS
    beside = {task.process.flow_class for task in every.exclude(process__subject=None).select_related("process")}
    assert beside == {*BESIDE, *AFTER}
    assert ours.filter(returned_by__isnull=False, owner__isnull=False).exists()
    assert {*ours.filter(role__endswith="_head").values_list("role", flat=True)} == {
        Role.OUTLET_HEAD,
        Role.TIER2_HEAD,
        Role.TIER1_HEAD,
        Role.CARD_CENTRE_HEAD,
    }


def every_post_finds_something_to_do() -> None:
    idle = {role for role in Role if role not in LOOKING_ON and not any(map(finds_something, holders(role)))}
    assert idle == set()
    shown = [User.objects.get(staff_number=number) for number in people.LOGINS]
    assert [user.display_name for user in shown if not LOOKING_ON & roles(user) and not finds_something(user)] == []


def holders(role: Role) -> Iterator[User]:
    found = list(User.objects.filter(posts__role=role))
    assert found, f"nobody holds the post {role}"
    yield from found


def roles(user: User) -> set[str]:
    return {post.role for post in user.posts_now()}


def finds_something(user: User) -> bool:
    """Whether the home page shows more than headings."""
    lists = (*worklists.mine(user), *worklists.waiting(user))
    own = (Promise.objects.filter(by=user, kept_at=None), Notice.objects.filter(to=user, seen_at=None))
    return any(lists) or any(rows.exists() for rows in own)


def the_money_adds_up(practice_bank) -> None:
    """The core ledger has credited what the cases say; a voucher nobody has checked yet is on its books alone."""
    to_be_checked = {task.case_id for task in StepTask.objects.open() if task.flow_task.name == "check_by_hand"}
    done = 0
    for case in Case.objects.filter(imported_from="").select_related("card"):
        booked = total(case.money.filter(state=MoneyEntry.State.BOOKED))
        entries = [entry for entry in practice_bank.ledger(case.card.token) if entry["kind"] == "credit"]
        credited = sum((Decimal(entry["amount"]) for entry in entries), Decimal(0))
        assert credited == (money.to_pay(case) if case.pk in to_be_checked else booked), case
        if not case.is_open and case.withdrawn_at is None:
            assert case.proposals.get(state="approved").total == booked, case
            done += 1
        assert total(case.transactions.disputed()) == (case.disputed_total or 0)
    assert done
    assert to_be_checked


def total(entries) -> Decimal:
    return sum((entry.amount for entry in entries), Decimal(0))


def every_limit_is_looked_after() -> None:
    running = Deadline.objects.filter(ended_at=None)
    assert not running.filter(next_alarm_at__lte=clock.now()).exists()
    late = running.filter(due_at__lte=clock.now())
    assert late.filter(kind=Deadline.Kind.HOUSE).exists()
    assert late.filter(kind=Deadline.Kind.PROMISE).exists()
    assert not late.filter(level__lt=2).exists()
    assert running.filter(due_at__date=MORNING.date(), due_at__gt=clock.now()).exists()


def nothing_is_of_the_future() -> None:
    loaded = Q(stream__startswith="policy:") | Q(stream__startswith="taxonomy:")  # by the migration, today
    assert not Entry.objects.exclude(loaded).filter(recorded_at__gt=MORNING).exists()
    moments = Entry.objects.filter(stream__startswith="case:").order_by("id").values_list("recorded_at", flat=True)
    assert list(moments) == sorted(moments)
    references = Case.objects.filter(imported_from="").order_by("recorded_at", "id").values_list("reference", flat=True)
    assert list(references) == sorted(references)
    raised = AuthorityLimit.objects.filter(role=Role.OUTLET_HEAD).order_by("valid_from")
    assert [limit.valid_to is None for limit in raised] == [False, True]


def every_outlet_was_visited() -> None:
    visits = Reception.objects.all()
    assert set(visits.values_list("outcome", flat=True)) == {"", "told", "elsewhere", "case"}
    assert set(visits.values_list("unit__level", flat=True)) == {"outlet"}
    assert visits.filter(ended_at=None).count() == 2
    assert [row.is_major for row in visits.filter(visitors__gte=20)] == [True]


# Where it must not be loaded ------------------------------------------------------------------------------------------


def test_production_refuses_the_demo(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="no place in a production database"):
        load()
    with pytest.raises(CommandError, match="no place in a production database"):
        load(logins=True)


@pytest.mark.django_db
def test_a_database_with_another_bank_in_it_is_left_alone(practice_bank):
    bank()
    before = counted()

    with pytest.raises(CommandError, match="not the demo's"):
        load()

    assert counted() == before
    assert practice_bank.cards() == []


class SomethingElse(BaseHTTPRequestHandler):
    """A system that is not the sandbox bank, and hears what it is asked."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(f"{self.command} {self.path}")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"bank": "real"}')

    do_POST = do_DELETE = do_GET

    def log_message(self, *args: object) -> None:
        pass


@pytest.mark.django_db
def test_a_system_that_is_not_the_sandbox_bank_is_never_driven(settings, monkeypatch):
    with HTTPServer(("127.0.0.1", 0), SomethingElse) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        for name in ("CARD_SYSTEM_URL", "CORE_LEDGER_URL"):
            monkeypatch.setitem(settings.REDRESS, name, f"http://127.0.0.1:{server.server_address[1]}")

        with pytest.raises(CommandError, match="not the sandbox bank"):
            load()

        server.shutdown()
    assert SomethingElse.asked == ["GET /health"]
    assert not User.objects.exists()


@pytest.mark.django_db
def test_without_an_interface_nothing_is_loaded(settings, monkeypatch):
    monkeypatch.setitem(settings.REDRESS, "CARD_SYSTEM_URL", "")

    with pytest.raises(CommandError, match="must both name the sandbox bank"):
        load()

    assert not User.objects.exists()


# Whom to sign in as ---------------------------------------------------------------------------------------------------


def test_the_log_ins_are_listed_with_the_password():
    lines = load(logins=True).splitlines()

    assert lines[0].split() == ["Staff", "no.", "Name", "Post", "Branch"]
    assert lines[1].split() == ["3111", "陈晓岚", "Customer", "service", "agent", "Lujiazui", "outlet", "陆家嘴网点"]
    assert len(lines) == len(people.LOGINS) + 2
    assert lines[-1].endswith(people.PASSWORD)
