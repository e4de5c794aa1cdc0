"""One complaint from the call to the archive: ours against the same nodes on stock Viewflow."""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from viewflow.workflow.models import Task

from accounts.models import User
from bench.flows import PlainFlow
from bench.models import PlainCase
from sandbox_bank.ledger import Bank
from tests.journey import Journey, Staff
from tests.workflows.roads import ANSWERS
from workflows import verbs

AFTER_TELLING = (
    *(("correct_credit_record", "credit_reporting"), ("judge_risk", "compliance")),
    *(("close", "consumer_protection"), ("call_back", "agent")),
)
ORDERS = {"order_stop", "order_hold", "list_transactions", "order_credit", "order_restore", "order_card_end"}
BESIDE = (
    ("check_real_card", "agent"),
    ("first_contact", "consumer_protection"),
    ("stop_companions", "agent"),
    ("stop_collection", "collection"),
    ("mark_credit_record", "credit_reporting"),
)
BESIDE_THE_MONEY = (("end_collection", "collection"), ("end_credit_mark", "credit_reporting"))
CASES_A_SIDE = 2
STOLEN = "8600.00"


def against_viewflow() -> list[float]:
    """Our speed over stock Viewflow's, a value a round: two complaints a side and round."""
    from bench.figures import ratios

    staff, numbers = _staff(), _numbers()
    _plain_table()
    clerk = staff.agent
    # ours first: time of plain over time of ours is our speed over theirs
    return ratios(lambda: _times(lambda: ours(staff, numbers)), lambda: _times(lambda: plain(clerk)))


def _times(work: Callable[[], Any]) -> None:
    for _ in range(CASES_A_SIDE):
        work()


def queries_per_step() -> list[float]:
    """Claim and complete of a step that writes nothing of its own, BEGIN and COMMIT left out, savepoints counted."""
    staff = _staff()
    journey = _begin(staff, _numbers())
    _walk_to_pay(journey, staff)
    task = journey.task("pay")
    staff.accounts_maker.forget_posts()
    with CaptureQueriesContext(connection) as asked:
        verbs.claim(task.uuid, user=staff.accounts_maker)
        verbs.complete(task.uuid, user=staff.accounts_maker, answers={"account_checked": "on"})
    return [sum(1 for query in asked if query["sql"] not in ("BEGIN", "COMMIT"))]


def ours(staff: Staff, numbers: Callable[[], str]) -> None:
    """The whole path through the verbs; posts are read anew for each, as a request does."""
    journey = _begin(staff, numbers)
    _walk_to_pay(journey, staff)
    _does(journey, staff, "pay", "accounts_maker", account_checked="on")
    _does(journey, staff, "check_payment", "accounts_checker", total=STOLEN)
    journey.bank_answers(2)
    for step, post in BESIDE_THE_MONEY:
        _does(journey, staff, step, post, **ANSWERS[step](journey))
    _does(journey, staff, "end_card", "agent", end="replaced", reason="卡片信息已泄露")
    journey.bank_answers(1)
    for step, post in AFTER_TELLING:
        _does(journey, staff, step, post, **ANSWERS[step](journey))
    _does(journey, staff, "archive", "consumer_protection", index="2026-17")


def plain(user: User) -> None:
    """The same nodes: claim and complete in transactions of their own, orders answered at once."""
    case = PlainCase.objects.create()
    process = PlainFlow.start.run()
    while (task := _next(process)) is not None:
        node = task.flow_task
        if node.name in ORDERS:
            node.run(task)
            continue
        with transaction.atomic(), task.activation() as activation:
            activation.assign(user)
        with transaction.atomic(), task.activation() as activation:
            activation.start(None)
            case.steps += 1
            case.save()
            activation.execute()


def _next(process: Any) -> Task | None:
    """A task somebody or a bank system has to do; a place where roads come together does itself."""
    return Task.objects.filter(process=process, finished=None).exclude(flow_task_type="JOIN").first()


def _walk_to_pay(journey: Journey, staff: Staff) -> None:
    """To the payment; the one transaction is read once, as the page would hold it, and answers are typed from it."""
    _does(journey, staff, "stop_loss", "agent", caller_check="REC-1")
    journey.bank_answers(3)
    for step, post in BESIDE:
        _does(journey, staff, step, post, **ANSWERS[step](journey))
    stolen = journey.case.transactions.get()
    key, amount = stolen.uuid.hex, str(stolen.amount)
    _does(journey, staff, "trace", "fraud", **{f"type_{key}": "counterfeit"})
    shares = {f"bank_{key}": amount, f"holder_{key}": "0", f"merchant_{key}": "0"}
    _does(journey, staff, "decide", "liability", **{f"ground_{key}": "L1", f"reason_{key}": "真卡在沪"}, **shares)
    _does(journey, staff, "propose", "consumer_protection", **{f"principal_{key}": amount, "reasons": "发卡行承担"})
    task = journey.task("approve")
    head = getattr(staff, task.role)
    head.forget_posts()
    verbs.claim(task.uuid, user=head)
    verbs.approve(task.uuid, user=head)
    _does(journey, staff, "draft_letter", "consumer_protection", **journey.drafting())
    _does(journey, staff, "tell", "consumer_protection", **journey.telling())


def _does(journey: Journey, staff: Staff, step: str, post: str, **answers: str) -> None:
    who = getattr(staff, post)
    who.forget_posts()
    journey.does(step, who, **answers)


def _begin(staff: Staff, numbers: Callable[[], str]) -> Journey:
    token = numbers()
    # One transaction on the card: how many the card system lists is not the flow's doing.
    stolen = {"id": token, "booked_at": "2026-11-01T08:00:00Z", "amount": STOLEN, "merchant": "恒通数码通讯城"}
    _LEDGER.seed({"token": token, "transactions": [stolen]})
    with transaction.atomic():
        return Journey.begin(staff, _LEDGER, token=token)


_LEDGER = Bank(":memory:")


def _numbers() -> Callable[[], str]:
    from uuid import uuid4

    return lambda: f"bench-{uuid4().hex[:20]}"


def _staff() -> Staff:
    """The people of the bench; hired once a database."""
    if not User.objects.filter(staff_number="s00000").exists():
        with transaction.atomic():
            return Staff.hired()
    return Staff.found()


def _plain_table() -> None:
    if PlainCase._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(PlainCase)
