"""What people do after the telling and in the complaints that go on elsewhere, and that people did it at windows."""

from __future__ import annotations

from django.utils import timezone

from cases.models import Case, EvidenceItem
from record import clock
from tests.browser import path
from tests.browser.seats import Seat, Seats
from workflows.models import StepTask


def now() -> str:
    """This moment as a browser's field takes it."""
    return f"{timezone.localtime(clock.now(), path.SHANGHAI):%Y-%m-%dT%H:%M:%S}"


def step(case: Case, name: str) -> str:
    """The address of the case's open step of this name."""
    return next(f"/step/{one.uuid}/" for one in StepTask.objects.open().filter(case=case) if one.flow_task.name == name)


def takes(seat: Seat, case: Case, name: str) -> Seat:
    """Open the step and claim it."""
    return seat.opens(step(case, name)).presses("签收本环节")


def registers(agent: Seat, narrative: str) -> None:
    """What the haste of the call left out."""
    agent.follows("补登记").chooses("诉求", "退款").writes({"事情经过": narrative})
    agent.presses("登记").sees("已登记。")


def judges(compliance: Seat, *reasons: str, reported: dict[int, str]) -> None:
    """Four questions, each with its reason; those that are reported (by place) with the number of the report."""
    for n, reason in enumerate(reasons):
        compliance.labelled("是" if n in reported else "否").nth(n).check()
        compliance.labelled("原因").nth(n).fill(reason)
    for n, number in reported.items():
        compliance.labelled("报送或事件编号").nth(n).fill(number)
    compliance.keeps("91-risk").presses("提交判断并封存").sees("“案防与风险判断”已办完。")


def repairs_debits(maker: Seat) -> None:
    """The gas bill bounced because the money was gone; it is collected once more and its fee given back."""
    maker.ticks("有失败的代扣、还贷，已修复").writes({"办理时间": now()})
    maker.presses("登记核验结果").is_refused(422).keeps("90-repair-debits-refused")
    maker.writes({"回执编号": "DK-26112601", "失败及修复内容": "11-24 燃气费代扣失败，已重新扣收，退还手续费 2 元。"})
    maker.keeps("90-repair-debits").presses("登记核验结果").sees("“修复失败代扣”已办完。")


def was_done_at_windows(seats: Seats, *cases: Case) -> None:
    """Nothing waits any more, and each step and each answer about evidence was sent from its person's own window."""
    for case in cases:
        seats.did_all_of(case)
    sent = {address for _context, seat in seats.taken for address in seat.sent}
    steps = StepTask.objects.human().filter(case__in=cases)
    kept = {task.case_id: task.finished for task in steps if task.flow_task.name == "keep_evidence"}
    for item in EvidenceItem.objects.filter(case__in=cases).exclude(recorded_by=None):
        # the step asks for what was wanted by then; what came later has a page of its own
        by_the_step = item.ordered_at <= kept[item.case_id]
        assert by_the_step or f"/evidence-item/{item.uuid}/answer/" in sent, f"{item.kind} was answered by no click"
