"""The cases open on the day the demo is loaded: at which step, since when, in whose place, with what trouble."""

from dataclasses import dataclass
from typing import Final

from . import people


@dataclass(frozen=True)
class Left:
    """A case left at a step. `days` ago the step opened; for trace and decide, whose limits count from it, receipt.

    `total`: the level whose limit the sum needs. `promise`: "late", "today" or "tomorrow", made by `promised_by`.
    `helpers`: people who assist and so are told when the law's limit comes near.
    """

    step: str
    days: int
    unit: str
    in_hand: bool = False
    total: str = "outlet"
    event: str = ""
    trouble: str = ""
    kind: str = ""
    promise: str = ""
    promised_by: str = ""
    helpers: tuple[str, ...] = ()


LJZ, ZJ, XJH, WS, CX = people.LUJIAZUI, people.ZHANGJIANG, people.XUJIAHUI, people.WENSAN, people.CHUNXI

# Every step comes once within the first thirty, so that a small demo has something for everybody.
LEFT: Final = (
    Left("trace", 5, LJZ, in_hand=True, promise="today"),
    Left("decide", 10, XJH, in_hand=True),
    Left("propose", 1, LJZ, in_hand=True, event="returned"),
    Left("approve", 1, LJZ),
    Left("approve", 1, ZJ, total="tier2"),
    Left("approve", 1, LJZ, total="tier1"),
    Left("approve", 2, LJZ, total="centre"),
    Left("tell", 1, ZJ),
    Left("pay", 1, LJZ, in_hand=True),
    Left("check_payment", 1, WS),
    Left("ask_core", 1, LJZ, trouble="credit_pending"),
    Left("pay_by_hand", 1, CX, trouble="credit_rejected"),
    Left("check_by_hand", 1, XJH, trouble="credit_rejected"),
    Left("restore_by_hand", 2, ZJ, trouble="restore_rejected", kind="credit"),
    Left("end_card", 5, LJZ, promise="late"),
    Left("end_card_by_hand", 4, LJZ, trouble="end_rejected"),
    Left("stop_by_hand", 0, LJZ, trouble="stop_rejected"),
    Left("close", 3, LJZ, promise="today", promised_by="3106"),
    Left("archive", 12, LJZ),
    Left("draft_letter", 1, LJZ, in_hand=True),
    Left("check_letter", 1, LJZ),
    Left("issue_letter", 1, LJZ),
    Left("seal_letter", 1, XJH),
    Left("correct_credit_record", 1, LJZ, kind="credit"),
    Left("judge_risk", 3, LJZ),
    Left("call_back", 1, LJZ),
    Left("decide", 17, LJZ, promise="today", promised_by="1061", helpers=("1012", "1050", "1051", "1070")),
    Left("trace", 7, LJZ, promise="late", promised_by="1062", helpers=("1012",)),
    Left("stop_by_hand", 1, ZJ, trouble="stop_pending"),
    Left("hold_by_hand", 0, LJZ, trouble="hold_rejected", kind="credit"),
    Left("stop_collection", 0, ZJ, kind="credit"),
    Left("mark_credit_record", 0, LJZ, in_hand=True, kind="credit"),
    Left("end_collection", 1, XJH, kind="credit"),
    Left("end_credit_mark", 1, LJZ, kind="credit"),
    Left("repair_debits", 1, WS, kind="debit"),
    Left("vote_risk", 1, LJZ, total="tier1"),
    Left("obtain_mandate", 2, LJZ),
    Left("offer_stop", 0, LJZ, event="declined"),
    # more of the same, elsewhere and at other times
    Left("trace", 3, XJH, promise="tomorrow"),
    Left("trace", 1, ZJ, promise="today"),
    Left("trace", 2, WS, in_hand=True),
    Left("trace", 1, CX),
    Left("decide", 13, ZJ, helpers=("1051", "1070")),
    Left("decide", 6, LJZ, in_hand=True),
    Left("decide", 4, CX),
    Left("propose", 3, LJZ),
    Left("propose", 1, XJH),
    Left("propose", 1, WS, in_hand=True),
    Left("propose", 1, ZJ, event="returned", in_hand=True),
    Left("approve", 3, LJZ),
    Left("approve", 1, LJZ),
    Left("approve", 1, LJZ, in_hand=True),
    Left("approve", 1, XJH),
    Left("approve", 2, WS),
    Left("approve", 2, LJZ, total="tier2"),
    Left("approve", 1, LJZ, total="tier2"),
    Left("approve", 1, CX, total="tier1"),
    Left("approve", 3, ZJ, total="tier1"),
    Left("approve", 1, XJH, total="tier1"),
    Left("approve", 1, WS, total="centre"),
    Left("approve", 1, XJH, total="centre"),
    Left("tell", 1, LJZ, in_hand=True),
    Left("tell", 3, LJZ),
    Left("pay", 1, XJH),
    Left("pay", 3, ZJ),
    Left("check_payment", 1, LJZ, in_hand=True),
    Left("check_payment", 3, XJH),
    Left("end_card", 6, LJZ),
    Left("end_card", 3, LJZ, in_hand=True, promise="today"),
    Left("end_card", 1, LJZ, promise="tomorrow"),
    Left("end_card", 2, XJH),
    Left("end_card_by_hand", 5, ZJ, trouble="end_rejected"),
    Left("close", 5, LJZ),
    Left("close", 1, XJH),
    Left("end_card", 1, WS),
    Left("end_card", 4, CX),
    Left("end_card", 2, ZJ, in_hand=True),
    Left("end_card_by_hand", 2, WS, trouble="end_rejected"),
    Left("approve", 1, ZJ),
    Left("approve", 1, CX),
    Left("approve", 1, XJH, total="tier2"),
    Left("approve", 1, WS, total="tier2"),
    Left("approve", 2, WS, total="tier1"),
    Left("archive", 4, LJZ, total="small"),
    Left("archive", 27, LJZ),
    Left("archive", 31, ZJ, total="tier2"),
    Left("archive", 9, XJH, total="small"),
    *(Left("archive", days, WS, total="small") for days in (2, 7, 16, 24)),
    *(Left("archive", days, CX) for days in (5, 11, 19, 30)),
)
