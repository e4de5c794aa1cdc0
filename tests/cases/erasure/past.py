"""Files of long ago: complaints in the archive, each with what could keep its person."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from accounts.roles import Role
from cases.actions import erasing, erasure
from cases.models import Case, Customer, ErasureBatch, ErasureItem, LegalHold, PoliceReport, Proceeding, Reception
from record import clock
from record.keys import create_key
from tests.factories import Bank, bank, person
from tests.factories.cases import CaseFactory, CustomerFactory

ENDED = datetime(2016, 5, 4, 6, tzinfo=UTC)  # 14:00 in Shanghai
KEPT_UNTIL = datetime(2026, 5, 4, 16, tzinfo=UTC)  # midnight after 2026-05-04 in Shanghai
REASON = "2016 年 5 月以前办结的投诉档案，保存期满"


class House:
    """A bank with the people who propose and agree, and the files it kept."""

    def __init__(self, its: Bank | None = None, proposer: User | None = None, approver: User | None = None) -> None:
        self.bank = its or bank()
        self.proposer = proposer or person(Role.CONSUMER_PROTECTION, self.bank.head_office)
        self.approver = approver or person(Role.COMPLIANCE, self.bank.head_office)

    def customer(self, **clear: Any) -> Customer:
        return CustomerFactory.create(name="王小明", phone="13800138000", phone_masked="138****8000", **clear)

    def file(self, customer: Customer | None = None, **fields: Any) -> Case:
        """A complaint in the archive since `ENDED`, with a text of the customer's."""
        key = {"person_key": customer.person_key} if customer is not None else {}
        told = {"state": Case.State.ARCHIVED, "done_at": ENDED, "archived_at": ENDED, **key, **fields}
        case = CaseFactory.create(
            customer=customer, handling_unit=self.bank.outlet, received_at=ENDED - timedelta(days=9), **told
        )
        case.seal(narrative="卡在我手里，有人刷了两笔。")
        case.save()
        return case

    def visit(self, **fields: Any) -> Reception:
        """Somebody who came to the outlet and was answered on the spot."""
        told = {"outcome": Reception.Outcome.TOLD, "ended_at": ENDED, "av_number": "AV-1", **fields}
        row = Reception(unit=self.bank.outlet, received_at=ENDED - timedelta(hours=1), by=self.proposer, **told)
        row.place(self.bank.outlet)
        row.person_key = create_key(row.uuid)
        row.visitor_masked = "李*"
        row.seal(visitor="李四", matter="换卡")
        row.save(force_insert=True)
        return row

    def hold(self, case: Case) -> LegalHold:
        """A court still asks about it."""
        suit = Proceeding(
            case=case, person_key=case.person_key, kind="lawsuit", number=f"民初{case.pk}号", by=self.approver
        )
        suit.began_at = ENDED
        suit.save(force_insert=True)
        row = LegalHold(case=case, person_key=case.person_key, proceeding=suit, by=self.approver, since=ENDED)
        row.save(force_insert=True)
        return row

    def report(self, case: Case) -> PoliceReport:
        """The police still ask about it."""
        row = PoliceReport(case=case, person_key=case.person_key, opened_by=self.approver)
        row.save(force_insert=True)
        return row

    def proposed(self, **more: Any) -> ErasureBatch:
        return erasure.propose(user=self.proposer, reason=REASON, **more)

    def agreed(self, batch: ErasureBatch | None = None, by: User | None = None) -> ErasureBatch:
        return erasure.approve(batch=batch or self.proposed(), user=by or self.approver, looked=True)

    def erased(self) -> ErasureBatch:
        """Proposed, agreed to and carried out."""
        batch = self.agreed()
        erasing.run()
        batch.refresh_from_db()
        return batch


def after(**more: float) -> Any:
    """The clock when the ten years are over, or so much later; before with a negative number."""
    return clock.at(KEPT_UNTIL + timedelta(**more))


def outcomes(batch: ErasureBatch) -> list[str]:
    """What became of each, in their order."""
    return list(ErasureItem.objects.filter(batch=batch).order_by("number").values_list("outcome", flat=True))
