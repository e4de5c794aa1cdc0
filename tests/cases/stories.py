"""A card-fraud complaint told through the actions, as far as a test wants it."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from accounts.models import User
from accounts.roles import Role
from cases.actions import (
    attribution,
    closing,
    control,
    credit_record,
    drafting,
    evidence,
    intake,
    letter,
    liability,
    money,
    preservation,
    proposal,
    risk,
    transactions,
)
from cases.actions.turn import Turn, turn
from cases.models import Booking, Card, Case, DisputedTransaction, Evidence, Letter, Proposal, RiskJudgement
from knowledge.evidence import EvidenceKind
from knowledge.models import Facet, TaxonomyCode
from record import clock, journal
from record.models import Order
from tests.factories import Bank, bank, person

ROW = {
    "currency": "CNY",
    "billed_currency": "CNY",
    "merchant": "金满堂珠宝行",
    "channel": "pos",
    "entry_mode": "magstripe",
    "country": "CN",
    "verification": "signature",
}
JUDGED = "见调查报告。"  # what the board does not support needs a reason


@dataclass
class Story:
    """People, a case, and the verbs that bring it on. Each verb opens its own turn and returns what the action did."""

    bank: Bank = field(default_factory=bank)
    card_kind: str = Card.Kind.DEBIT
    people: dict[str, User] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.case = self._opened()

    # who --------------------------------------------------------------------------------------------------------------

    def who(self, role: str) -> User:
        """Somebody who holds this post at the outlet; the same person each time."""
        if role not in self.people:
            self.people[role] = person(role, self.bank.outlet)
        return self.people[role]

    def turn(self, role: str = Role.AGENT) -> Any:
        """A turn of whoever holds this post."""
        return turn(self.case, user=self.who(role), role=role)

    def system(self) -> Any:
        """A turn of the system."""
        return turn(self.case, cause="test")

    # what was told ----------------------------------------------------------------------------------------------------

    def facts(self) -> list[str]:
        """Kinds of all facts of the case, first to last."""
        return list(journal.entries(self.case.stream).values_list("kind", flat=True))

    def fact(self, kind: str) -> journal.Entry:
        """The last fact of a kind."""
        return journal.entries(self.case.stream).filter(kind=kind).last()

    def again(self) -> Case:
        """The case as the database has it."""
        return Case.objects.get(pk=self.case.pk)

    # how it goes on ---------------------------------------------------------------------------------------------------

    def _opened(self) -> Case:
        customer = intake.find_or_add_customer(name="王小明", phone="13800138000")
        card = intake.find_or_add_card(
            token=f"tok_{uuid4().hex[:12]}",
            first_six="622126",
            last_four="1234",
            kind=self.card_kind,
            customer=customer,
        )
        return intake.open_case(
            user=self.who(Role.AGENT),
            role=Role.AGENT,
            kind=Case.Kind.CARD_FRAUD,
            channel=Case.Channel.PHONE,
            received_at=clock.now() - timedelta(minutes=2),
            handling_unit=self.bank.outlet,
            narrative="卡在我手里，有人刷了两笔。",
            demand=Case.Demand.REFUND,
            customer=customer,
            card=card,
        )

    def stopped(self) -> None:
        """The card system stopped the card."""
        with self.system() as hand:
            control.loss_reported(hand, receipt="K1", effective_at=clock.now())

    def listed(self, *amounts: str) -> list[DisputedTransaction]:
        """The card system listed transactions of these sums."""
        rows = [
            {
                "id": f"T{number}",
                "booked_at": (clock.now() - timedelta(hours=5)).isoformat(),
                "amount": amount,
                "billed_amount": amount,
                **ROW,
            }
            for number, amount in enumerate(amounts, start=1)
        ]
        with self.system() as hand:
            return transactions.transactions_listed(hand, rows=rows)

    def traced(self, *amounts: str, type_: str = "counterfeit") -> list[DisputedTransaction]:
        """All of them are disputed and of this type."""
        self.listed(*amounts)
        with self.turn(Role.FRAUD) as hand:
            choices = {one.uuid: type_ for one in self.case.transactions.all()}
            return transactions.mark_disputed(hand, choices=choices)

    def secured(self) -> None:
        """What was asked for is on file."""
        with self.turn(Role.FRAUD) as hand:
            for number, item in enumerate(self.case.evidence_items.open(), start=1):
                said = {"answered_by": "赵工", "reference": f"BQ-{number}", "happened_at": hand.now}
                preservation.answer(hand, item, became="kept", **said)

    def decided(self, *amounts: str, bank: str | None = None) -> list[DisputedTransaction]:
        """The bank bears all of it, or `bank` of each."""
        disputed = self.traced(*amounts)
        self.secured()
        shares = [share(one, bank=Decimal(bank) if bank else one.amount, reason=JUDGED) for one in disputed]
        with self.turn(Role.LIABILITY) as hand:
            return liability.decide(hand, shares=shares)

    def proposed(self, *amounts: str) -> Proposal:
        """The bank's share of everything is proposed."""
        lines = [principal(one) for one in self.decided(*amounts)]
        with self.turn(Role.CONSUMER_PROTECTION) as hand:
            return proposal.propose(hand, lines=lines, reasons="银行承担全部损失。")

    def approved(self, *amounts: str) -> Proposal:
        """The proposal was approved."""
        self.proposed(*amounts)
        with self.turn(Role.OUTLET_HEAD) as hand:
            return proposal.approve(hand)

    def told(self, *amounts: str) -> None:
        """The customer was told."""
        self.approved(*amounts)
        with self.turn(Role.CONSUMER_PROTECTION) as hand:
            tell(hand)

    def ordered(self, *amounts: str) -> Order:
        """The payment was prepared, checked and ordered."""
        self.told(*amounts)
        with self.turn(Role.ACCOUNTS_MAKER) as hand:
            money.prepare_payment(hand)
        with self.turn(Role.ACCOUNTS_CHECKER) as hand:
            money.check_payment(hand)
            return money.order_credit(hand, task=uuid4())

    def paid(self, *amounts: str) -> list[Booking]:
        """The core ledger booked the payment."""
        order = self.ordered(*amounts)
        with self.system() as hand:
            return money.credited(hand, order=order, receipt="L1", booked_at=clock.now())

    def whole(self, *amounts: str) -> None:
        """Stopped, told, paid, and the card replaced: nothing is open."""
        self.stopped()
        self.paid(*amounts)
        with self.turn() as hand:
            control.choose_card_end(hand, end="replaced", reason="")
            control.card_ended(hand, receipt="K9", ended_at=hand.now)
        self.judged()
        self.credit_clean()

    def judged(self) -> None:
        """Compliance judged the risk, and whose responsibility it was is said."""
        with self.turn(Role.COMPLIANCE) as hand:
            judge(hand)
        with self.turn(Role.CONSUMER_PROTECTION) as hand:
            attribution.attribute(hand, verdict="none", needs_rectification=False)

    def credit_clean(self) -> None:
        """No bad credit record existed, by the report."""
        with self.turn(Role.CREDIT_REPORTING) as hand:
            credit_record.correct_credit_record(hand, found=False, report_before="CR-1")

    def closed(self, *amounts: str) -> None:
        """The case is completed."""
        self.whole(*amounts)
        with self.turn(Role.CONSUMER_PROTECTION) as hand:
            closing.close(hand, **finals())


def share(transaction: DisputedTransaction, *, bank: Decimal, ground: str = "L1", reason: str = "") -> liability.Share:
    """The bank bears this much, the holder the rest."""
    rest = transaction.amount - bank
    return liability.Share(transaction.uuid, ground, bank, rest, Decimal("0.00"), reason)


def principal(transaction: DisputedTransaction, amount: str | None = None) -> proposal.Line:
    """The bank's share of a transaction, or this much of it."""
    return proposal.Line("principal", Decimal(amount) if amount else transaction.bank_share, transaction.uuid)


def proof(hand: Turn) -> Evidence:
    """A recording that the customer was told."""
    return evidence.add_reference(hand, kind=EvidenceKind.PROOF_OF_TELLING, reference="REC-1", happened_at=hand.now)


def draft(hand: Turn, **changes: Any) -> Letter:
    """Draft the decision to be read on the phone; give what is to be different."""
    said = {
        "findings": "两笔均为伪卡交易。",
        "reasons": "法释〔2021〕10号第七条。",
        "decision": "全额返还。",
        "way": "phone",
    }
    return drafting.draft(hand, **{**said, **changes})


def tell(hand: Turn, **changes: Any) -> Letter:
    """Draft the decision and tell it on the phone; give what is to be different."""
    texts = {name: changes.pop(name) for name in ("findings", "reasons", "decision") if name in changes}
    draft(hand, **texts)
    said = {"means": "phone", "told_at": hand.now, "proof": changes.get("proof") or proof(hand)}
    return letter.tell(hand, **{**said, **changes})


def judge(hand: Turn, **changes: risk.Verdict) -> RiskJudgement:
    """Nothing to report; give what is to be different."""
    verdicts = {name: risk.Verdict(False, "已核对，不涉及") for name in risk.QUESTIONS}
    return risk.judge(hand, verdicts={**verdicts, **changes})


def finals() -> dict[str, TaxonomyCode]:
    """A class of each facet."""
    return {
        name: TaxonomyCode.objects.filter(facet=facet).first()
        for name, facet in (("channel", Facet.CHANNEL), ("business", Facet.BUSINESS), ("cause", Facet.CAUSE))
    }


def task() -> UUID:
    """The uuid of a task that gives an order."""
    return uuid4()
