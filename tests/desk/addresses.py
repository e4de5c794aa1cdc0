"""Every address of the desk with something real in it: what the crawls, the table of strangers and the counts go over."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.actions import save_view
from accounts.models import AuthorityLimit
from accounts.roles import Role
from cases.actions import contacts, erasure, evidence, exports, extension, law_clock, proceedings, reception
from cases.actions.turn import turn
from cases.models import HandOver, Review
from record import clock
from tests.cases.erasure.past import House
from tests.desk.at_work import Desk
from tests.desk.samples import drawn, found
from tests.factories import person
from tests.factories.accounts import AbsenceFactory
from tests.journey import Staff
from workflows.verbs import shift

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
UNKNOWN = uuid4()
FREE = {
    "healthz",
    "readyz",
    "login",
    "logout",
    "set_language",
    "jsi18n",
    "source",
    "bank_knock",
}  # answer without a person, and tell nothing
# Downloads, and what answers the page's own script or another machine.
NO_PAGES = {*FREE, "evidence", "autocomplete", "keep_draft", "stop_state", "naming_state"}
NO_PAGES |= {"exports_state", "export_file", "erasure_state", "erasure_report"}


def patterns(resolver: Any = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the project with its name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, pattern.namespace or namespace)
        else:
            yield f"{namespace}:{pattern.name}".strip(":") if pattern.name else "", pattern


@pytest.fixture
def held(staff: Staff) -> dict[str, Any]:
    """One of everything an address can name: a case at the approval with evidence and a promise, people and places."""
    desk = Desk.at("approve", staff)
    other = Desk.at("decide", staff, claimed=False)
    with turn(desk.case, user=staff.consumer_protection) as hand:
        file = evidence.add_file(hand, kind="customer_statement", upload=SimpleUploadedFile("单据.pdf", PDF))
        promise = contacts.promise(hand, what="明天上午回电", due_at=clock.now() + timedelta(hours=20))
        referral = law_clock.join_referral(hand, source="nfra", number="12378-7", received_at=hand.now)
        lawsuit = {"kind": "lawsuit", "body": "人民法院", "number": "民初1号", "began_at": hand.now}
        proceeding = proceedings.begin(hand, **lawsuit)
        more_time = extension.ask(hand, reason="交易在境外，需向卡组织调单")
    colleague = person(Role.CONSUMER_PROTECTION, staff.bank.head_office, staff_number="10312")
    with turn(desk.case, user=colleague) as hand:
        passed_on = contacts.promise(hand, what="后天回电", due_at=clock.now() + timedelta(hours=44))
    given = {"tasks": [], "promises": [passed_on], "note": "客户下午方便接电话"}
    shift.hand_over(user=colleague, to=staff.consumer_protection, **given)
    came = {"received_at": hand.now, "visitor": "张三", "matter": "境外交易"}
    visit = reception.receive(user=staff.agent, unit=staff.bank.outlet, **came)
    review = Review(case=desk.case, person_key=desk.case.person_key, asked_at=hand.now, heard_at=hand.now)
    review.may_ask_until = hand.now
    review.save()
    long_ago = House(staff.bank, staff.consumer_protection, staff.compliance)
    long_ago.hold(long_ago.file())
    long_ago.file()
    batch = erasure.propose(user=staff.consumer_protection, reason="投诉档案保存期满")
    long_ago.file()
    finding = found(staff)
    return {
        "batch": batch.uuid,
        "case": desk.case.uuid,
        "transaction": desk.case.transactions.disputed().first().uuid,
        "element": "own",
        "evidence_uuid": file.uuid,
        "promise": promise.uuid,
        "control": desk.case.controls.get().uuid,
        "referral": referral.uuid,
        "proceeding": proceeding.uuid,
        "hold": proceeding.hold.uuid,
        "review": review.uuid,
        "extension": more_time.uuid,
        "reception": visit.uuid,
        "item": desk.case.evidence_items.first().uuid,
        "approval": desk.task.uuid,
        "step": other.task.uuid,
        "accounts_user": staff.agent.uuid,
        "accounts_post": staff.agent.posts.get().uuid,
        "accounts_branch": staff.bank.outlet.uuid,
        "accounts_authoritylimit": AuthorityLimit.objects.get(role=Role.OUTLET_HEAD).uuid,
        "accounts_absence": AbsenceFactory.create(user=staff.agent).uuid,
        "reference": desk.case.reference,
        "what": "slip",
        "template": "registered",
        "wanted": "no",
        "which": "chargebacks",
        "waiting": "claim",
        "shift_of": HandOver.objects.get().shift,
        "draft": UNKNOWN,
        "export": exports.ask(
            user=staff.supervisor,
            scope={"cases": [str(desk.case.uuid)]},
            purpose="现场检查",
            language="zh-hans",
            formats=["csv"],
            clear=True,
        ).uuid,
        "sample": finding.sheet.sample.uuid,
        "sheet": drawn(staff.auditor, reason="复核").sheets.get().uuid,
        "finding": finding.uuid,
        "view": save_view(user=staff.agent, ledger="complaints", name="今日", filters={"state": "late"}).uuid,
    }


def addresses(held: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every address with something real in it: (name without namespace, path)."""
    for name, pattern in patterns():
        short = name.rpartition(":")[2]
        wanted = pattern.pattern.converters
        if not name or "url" in wanted:  # the catch-all, and old addresses of records
            continue
        if short.startswith("api_"):  # no pages; who gets what there stands in test_export_api
            continue
        if short == "app_list":
            yield short, reverse(name, args=["accounts"])
        elif "object_id" in wanted:
            yield short, reverse(name, args=[held[short.rpartition("_")[0]]])
        else:
            given = {key: held["approval" if short == "approval" else key] for key in wanted}
            yield short, reverse(name, kwargs=given)


def opens_to(path: str, staff: Staff) -> str:
    """The first post that sees a page there, those who do most first; none for what only does something."""
    for role in dict.fromkeys([Role.CONSUMER_PROTECTION, Role.SUPERVISOR, Role.AGENT, *Role]):
        client = Client()
        client.force_login(staff.people[role])
        if client.get(path).status_code == 200:
            return str(role)
    return ""
