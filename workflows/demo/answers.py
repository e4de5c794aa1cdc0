"""What the people of the demo type into each step's form, in the words of that form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from cases.actions import money, proposal, risk
from cases.actions.control import OPERATIONS
from cases.models import CardControl, Case, EvidenceItem, Letter
from knowledge.evidence import EvidenceKind
from record import clock

from ..models import StepTask
from . import words
from .plans import Plan
from .practice_bank import PracticeBank

CENT: Final = Decimal("0.01")
FORGED: Final = ("counterfeit", "online")
Answers = dict[str, str]


@dataclass(frozen=True)
class Asked:
    """A step that asks: of which case, for the how-manieth time, and the terminal for what is done by hand."""

    plan: Plan
    case: Case
    task: StepTask
    visit: int
    bank: PracticeBank

    @property
    def chance(self) -> Random:
        """Luck of this step."""
        return self.plan.fate.chance("answers", self.task.flow_task.name, self.visit)

    def terminal(self, operation: str, **details: Any) -> tuple[str, str]:
        """Done by hand on the bank's own terminal: receipt number, and the time as it is typed."""
        receipt, at = self.bank.terminal(self.task.uuid, operation, token=self.plan.card.token, **details)
        return receipt, typed(at)


def answers(asked: Asked) -> Answers:
    """The answers to the step's form."""
    return ANSWERS[asked.task.flow_task.name](asked)


def typed(moment: datetime) -> str:
    """A moment as people type it, in the bank's zone."""
    return moment.astimezone(ZoneInfo(settings.BANK_TIME_ZONE)).strftime("%Y-%m-%dT%H:%M:%S")


def _stop_by_hand(asked: Asked) -> Answers:
    receipt, at = asked.terminal("stop_card")
    return {"receipt": receipt, "effective_at": at}


def _check_real_card(asked: Asked) -> Answers:
    if asked.plan.scenario.name == "lost":
        return {"finding": "gone", "checked_at": typed(clock.now())}
    means, prefix = asked.chance.choice((("counter", "DK"), ("photo", "ZP"), ("video", "SP")))
    seen = typed(clock.now() - timedelta(minutes=asked.chance.randint(1, 6)))
    proof = f"{prefix}-{asked.plan.number:06d}"
    return {"finding": "held", "checked_at": seen, "means": means, "country": "CN", "proof": proof}


def _companions(asked: Asked) -> Answers:
    """Quick pay is switched off for everybody, the app is kept by one in five; one in three has a deposit open."""
    now, number = typed(clock.now()), f"{asked.plan.number:06d}"
    found = {"outcome_quick_pay": "off", "receipt_quick_pay": f"KJ-{number}", "done_at_quick_pay": now}
    for kind, prefix, odds in (("password_free", "MM", 0.6), ("device", "SB", 0.7), ("supplementary", "FS", 0.1)):
        is_off = asked.chance.random() < odds
        found[f"outcome_{kind}"] = "off" if is_off else "none"
        found |= {f"receipt_{kind}": f"{prefix}-{number}", f"done_at_{kind}": now} if is_off else {}
    found["outcome_app"] = "refused" if asked.chance.random() < 0.2 else "none"
    if asked.chance.random() < 0.35:
        until = typed(clock.now() + timedelta(days=asked.chance.randint(7, 30)))
        shop, sum_held = asked.chance.choice(words.HOLDS)
        found |= {"hold_1_amount": sum_held, "hold_1_merchant": shop, "hold_1_hold_until": until}
    return found


def _keep_evidence(asked: Asked) -> Answers:
    found: Answers = {}
    for item in asked.case.evidence_items.open().select_related("transaction"):
        fate = fate_of_item(asked.plan, item)
        found |= {f"{name}_{item.uuid.hex}": typed(said) if isinstance(said, datetime) else said for name, said in fate}
    return found


def fate_of_item(plan: Plan, item: EvidenceItem) -> list[tuple[str, Any]]:
    """What became of one thing that was asked for; one recording in eight was overwritten before anybody came."""
    chance = plan.fate.chance("evidence item", item.kind, item.transaction.bank_id if item.transaction else "")
    if item.kind == EvidenceKind.CCTV and chance.random() < 0.125:
        became, number = "lost", f"MS-{plan.number:05d}"
    else:
        became, number = "kept", f"{words.RECORDS.get(item.kind, 'BQ')}-{plan.number:05d}-{chance.randrange(100):02d}"
    shows = item.transaction.booked_at if item.transaction else plan.received_at
    said = [("became", became), ("answered_by", chance.choice(words.KEEPERS)), ("reference", number)]
    return [*said, ("happened_at", shows)]


def _first_contact(asked: Asked) -> Answers:
    note = asked.chance.choice(words.FIRST_CONTACTS)
    return {"result": "reached", "channel": "phone", "happened_at": typed(clock.now()), "note": note}


def _hold_by_hand(asked: Asked) -> Answers:
    receipt, at = asked.terminal("hold_account")
    return {"receipt": receipt, "began_at": at, "held": "on"}


def _stop_collection(asked: Asked) -> Answers:
    running = asked.chance.choice(("none", "none", "none", "house", "outside"))
    answers = {"running": running, "stopped_at": typed(clock.now()), "notice": f"TC-{asked.plan.number:06d}"}
    return answers | ({"outside": f"WW-{asked.plan.number:06d}"} if running == "outside" else {})


def _mark_credit_record(asked: Asked) -> Answers:
    found = asked.chance.choice(("clean", "clean", "clean", "reported"))
    return {"found": found, "marked_at": typed(clock.now()), "receipt": f"YB-{asked.plan.number:06d}"}


def _end_collection(asked: Asked) -> Answers:
    answers = {"ended_at": typed(clock.now()), "notice": f"TC-{asked.plan.number:06d}-2"}
    outside = asked.case.measures.standing().filter(kind="outsourced").exists()
    return answers | ({"outside": f"WW-{asked.plan.number:06d}-2"} if outside else {})


def _repair_debits(asked: Asked) -> Answers:
    done = {"done_at": typed(clock.now())}
    if asked.chance.random() < 0.8:
        return done | {"found": "nothing"}
    return done | {"found": "failed", "receipt": f"XF-{asked.plan.number:06d}", "note": words.REPAIRED}


def _trace(asked: Asked) -> Answers:
    kind = str(asked.plan.scenario.type)
    disputed = {payment.id for payment in asked.plan.card.disputed}
    listed = list(asked.case.transactions.all())
    if listed:
        return {f"type_{row.uuid.hex}": kind for row in listed if row.bank_id in disputed}
    found = {"source": f"DZD-{asked.plan.number:05d}"}
    for n, payment in enumerate(asked.plan.card.disputed, start=1):
        found[f"hand_{n}_booked_at"] = typed(payment.booked_at)
        found[f"hand_{n}_amount"] = str(payment.amount)
        found[f"hand_{n}_merchant"] = payment.shop.merchant
        found[f"hand_{n}_channel"] = payment.shop.channel
        found[f"hand_{n}_type"] = kind
    return found


def _decide(asked: Asked) -> Answers:
    ways = asked.plan.scenario.decided
    decided = ways[-1] if asked.visit > 1 else asked.plan.decided
    found: Answers = {}
    for row in asked.case.transactions.disputed():
        key, bank = row.uuid.hex, (row.amount * decided.bank / 100).quantize(CENT)
        others = ("merchant", "holder") if decided.merchant else ("holder", "merchant")
        found |= {f"ground_{key}": str(decided.ground), f"bank_{key}": str(bank), f"reason_{key}": decided.reason}
        found |= {f"{others[0]}_{key}": str(row.amount - bank), f"{others[1]}_{key}": "0.00"}
    return found


def _propose(asked: Asked) -> Answers:
    borne = list(asked.case.transactions.disputed().filter(bank_share__gt=0))
    found = {f"principal_{row.uuid.hex}": str(row.bank_share) for row in borne}
    found["reasons"] = asked.chance.choice(words.PROPOSED) if borne else asked.plan.decided.reason
    principal = sum((row.bank_share or Decimal(0) for row in borne), Decimal(0))
    # the first proposal of a case that is returned forgets the interest
    if principal >= 1000 and not (asked.plan.fate.event == "returned" and asked.visit == 1):
        days = (clock.now() - asked.plan.received_at).days + 1
        for row in borne:
            interest = ((row.bank_share or Decimal(0)) * days * Decimal("0.0005")).quantize(CENT)
            found[f"interest_{row.uuid.hex}"] = str(interest)
    if not borne and asked.chance.random() < 0.25:
        found["extra_goodwill"] = f"{asked.chance.choice((50, 88, 100, 200))}.00"
    return found


def _draft_letter(asked: Asked) -> Answers:
    decided = proposal.approved(asked.case)
    total = decided.total if decided else Decimal(0)
    return {
        "findings": asked.plan.scenario.findings,
        "reasons": asked.plan.decided.reason,
        "decision": words.DECISION["pay" if total else "nothing"].format(amount=f"{total:,.2f}"),
        "way": "written" if asked.plan.fate.is_written else "phone",
    }


def _tell(asked: Asked) -> Answers:
    means, prefix = asked.chance.choice(words.MEANS[1:]) if asked.plan.fate.is_written else words.MEANS[0]
    told_at = clock.now() - timedelta(minutes=asked.chance.randint(1, 9))
    sealed_at = Letter.objects.get(case=asked.case).sealed_at or told_at
    return {"means": means, "told_at": typed(max(told_at, sealed_at)), "proof": f"{prefix}-{asked.plan.number:06d}"}


def _pay_by_hand(asked: Asked) -> Answers:
    lines = [{"kind": str(row.kind), "amount": f"{row.amount:.2f}"} for row in asked.case.money.approved()]
    total = f"{money.to_pay(asked.case):.2f}"
    receipt, at = asked.terminal("credit", amount=total, currency=asked.case.currency, lines=lines)
    return {"receipt": receipt, "booked_at": at}


def _check_by_hand(asked: Asked) -> Answers:
    return {"receipt": asked.case.evidence.filter(kind=EvidenceKind.CORE_VOUCHER).latest("id").reference}


def _restore_by_hand(asked: Asked) -> Answers:
    receipt, at = asked.terminal("restore_account", currency=asked.case.currency, lines=[])
    return {"receipt": receipt, "restored_at": at}


def _end_card(asked: Asked) -> Answers:
    if asked.case.transactions.compromising().exists():
        return {"end": "replaced", "reason": asked.chance.choice(words.REPLACED)}
    return {"end": "released", "reason": asked.chance.choice(words.RELEASED)}


def _end_card_by_hand(asked: Asked) -> Answers:
    control = asked.case.controls.get(ended_at=None)
    receipt, at = asked.terminal(OPERATIONS[CardControl.End(control.chosen_end)])
    return {"receipt": receipt, "ended_at": at}


def _close(asked: Asked) -> Answers:
    business = "B_CARD_CREDIT_FRAUD" if asked.plan.card.kind == "credit" else "B_CARD_DEBIT_FRAUD"
    channel = asked.chance.choice(("A_FRONT_3RD", "A_FRONT_E_APP", "A_FRONT_SELF"))
    note = asked.chance.choice(words.CLOSED)
    codes = {"channel": channel, "business": business, "cause": "C_FUND_SAFE", "note": note}
    if asked.chance.random() < 0.8:
        return {**codes, "verdict": "none", "needs_rectification": "no"}
    why = asked.chance.choice(words.ATTRIBUTED)
    unit = asked.case.handling_unit.code
    return {**codes, "verdict": "partly", "unit": unit, "attribution_reason": why, "needs_rectification": "yes"}


def _credit_record(asked: Asked) -> Answers:
    number = f"ZX-{asked.plan.number:06d}"
    if asked.plan.fate.chance("credit").random() < 0.6:
        return {"report_before": f"{number}-1", "finding": "none"}
    withdrawn = typed(clock.now() - timedelta(minutes=2))
    return {
        "report_before": f"{number}-1",
        "finding": "found",
        "withdrawn_at": withdrawn,
        "report_after": f"{number}-2",
    }


def _judge_risk(asked: Asked) -> Answers:
    found: Answers = {}
    for question in risk.QUESTIONS:
        chance = asked.plan.fate.chance("risk", question)
        reported = asked.plan.scenario.type in FORGED and chance.random() < 0.5
        found |= {question: "yes" if reported else "no", f"{question}_reason": words.RISK[reported]}
        if reported:
            found[f"{question}_number"] = f"FX-{asked.plan.number:05d}-{question[:2].upper()}"
    return found


def _call_back(asked: Asked) -> Answers:
    result = asked.chance.choice(("satisfied", "satisfied", "satisfied", "fair", "unreached", "dissatisfied"))
    note = words.DISSATISFIED if result == "dissatisfied" else ""
    return {"result": result, "called_at": typed(clock.now()), "proof": f"HF-{asked.plan.number:06d}", "note": note}


ANSWERS: Final[Mapping[str, Callable[[Asked], Answers]]] = {
    "stop_by_hand": _stop_by_hand,
    "check_real_card": _check_real_card,
    "keep_evidence": _keep_evidence,
    "first_contact": _first_contact,
    "stop_companions": _companions,
    "obtain_mandate": lambda asked: {
        "result": "given",
        "record": f"SQ-{asked.plan.number:06d}",
        "settled_at": typed(clock.now()),
        "identity_number": f"3101011980{asked.plan.number:08d}",
    },
    "offer_stop": lambda asked: {
        "result": "refused",
        "warned": "on",
        "reason": asked.chance.choice(words.STOP_DECLINED),
    },
    "hold_by_hand": _hold_by_hand,
    "stop_collection": _stop_collection,
    "mark_credit_record": _mark_credit_record,
    "end_collection": _end_collection,
    "end_credit_mark": lambda asked: {
        "ended_at": typed(clock.now()),
        "receipt": f"YB-{asked.plan.number:06d}-2",
    },
    "repair_debits": _repair_debits,
    "trace": _trace,
    "decide": _decide,
    **dict.fromkeys(
        ("vote_consumer", "vote_legal", "vote_risk", "vote_business"),
        lambda asked: {"vote": "for", "reason": words.VOTE},
    ),
    "panel_minutes": lambda asked: {
        "held_at": typed(clock.now()),
        "minutes": f"HY-{clock.now():%Y}-{asked.plan.number:04d}-{asked.visit}",
        "course": words.PANEL,
    },
    "propose": _propose,
    "draft_letter": _draft_letter,
    "seal_letter": lambda asked: {"number": f"YZ-{clock.now():%Y}-{asked.plan.number:04d}"},
    "tell": _tell,
    "pay": lambda asked: {"account_checked": "on"},
    "check_payment": lambda asked: {"total": str(money.to_pay(asked.case))},
    "ask_core": lambda asked: {
        "result": "not_booked",
        "enquiry": f"CX-{asked.plan.number:06d}",
        "seen_at": typed(clock.now()),
    },
    "pay_by_hand": _pay_by_hand,
    "check_by_hand": _check_by_hand,
    "restore_by_hand": _restore_by_hand,
    "end_card": _end_card,
    "end_card_by_hand": _end_card_by_hand,
    "correct_credit_record": _credit_record,
    "judge_risk": _judge_risk,
    "close": _close,
    "call_back": _call_back,
    "archive": lambda asked: {"index": f"{clock.now():%Y}-{asked.plan.number:04d}，{asked.chance.randint(8, 40)} 页"},
}
