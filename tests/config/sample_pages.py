"""One plausible context for every desk page, made of plain values: the shape the templates document, no database."""

from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace as Row

from django import forms
from django.utils.translation import gettext_lazy as _

from tests.config.sample_case import (
    ASIDE,
    CARD,
    CASE,
    CHART,
    CLOCKS,
    NOW,
    TASK,
    TRANSACTION,
    UNKNOWN,
    ago,
    ahead,
)
from tests.config.sample_forms import SHARES, DecideForm, OpinionForm, SampleForm, SampleIntake


def row(case: Row, step: str, summary: str, due_at: datetime | None, **more: object) -> dict[str, object]:
    """One line of a work list."""
    return {"case": case, "task": TASK, "step": step, "summary": summary, "due_at": due_at, "act": "去办理"} | more


def home() -> dict[str, object]:
    """An agent's morning."""
    late = row(CASE, "首次联系", "网上支付 3 笔不是本人，要求全额退回并书面道歉", ago(hours=2, minutes=5), kind="house")
    late["tags"] = [{"words": "70 岁以上", "tone": "care"}, {"words": "监管转办", "tone": "hot"}]
    today = row(CASE, "接报登记", "代母亲报卡被盗刷，授权书未到；挂失已生效", ahead(hours=2, minutes=18), kind="law")
    later = [
        row(CASE, "回访", "已办结，24 小时内回访满意度", ahead(days=1, minutes=48), kind="house"),
        row(CASE, "材料补正", "境外 ATM 取现 2 笔", ahead(days=3, hours=8), kind="house"),
        row(CASE, "外部鉴定", "笔迹鉴定", None, paused_at=ago(days=2), reason="外部鉴定"),
        row(UNKNOWN, "待分类", "Unauthorized charge, card in my possession", None),
    ]
    claim = row(
        CASE, "责任判定", "境外消费两笔", ahead(minutes=12), kind="house", came_from="系统分派", came_at=ago(hours=1)
    )
    back = row(
        CASE, "赔付方案", "", ahead(hours=5), kind="house", reason="本金与附件 2 不一致", by="沈国梁", at=ago(hours=16)
    )
    yes = row(CASE, "审批", "", ahead(hours=3), total=Decimal("42680"), proposed_by="王立新", proposed_at=ago(days=1))
    return {
        "title": _("Desk"),
        "today": NOW,
        "can_register": True,
        "call_query": "13816262207",
        "work_count": 6,
        "groups": [
            {"title": "超时", "rows": [late]},
            {"title": "今日到期", "rows": [today]},
            {"title": "明日及以后", "rows": later},
        ],
        "to_claim": [claim],
        "returned": [back],
        "approvals": [yes | {"what": "伪卡盗刷，境外 ATM 取现 3 笔"}],
        "promises": [{"case": CASE, "what": "答应回电告知判定进度", "due_at": ahead(minutes=8), "kept_at": None}],
        "controls": [{"card": CARD, "case": CASE, "words": "口头挂失指令无回执", "due_at": ago(minutes=3)}],
        "notices": [{"case": CASE, "words": "证据保全超时，请督办", "made_at": ago(hours=1)}],
        "older_url": "?after=1",
    }


class Decision(SampleForm, DecideForm):
    """The liability step with every other kind of control below its rows."""

    transactions = (TRANSACTION, TRANSACTION)


def grouped(form: forms.BaseForm) -> list[dict[str, object]]:
    """All visible fields in one panel."""
    return [{"title": "核实情况", "hint": "只写查到的。", "fields": form.visible_fields()}]


def step() -> dict[str, object]:
    """A step in hand, refused once."""
    answers = {"where": "", "amount": "many"}
    for number, holder in enumerate(("8900", "x")):
        answers |= {f"ground_{number}": "L1", f"{SHARES[0]}_{number}": "120000", f"{SHARES[1]}_{number}": holder}
    form = Decision(answers)
    return ASIDE | {
        "title": "责任判定",
        "task": TASK,
        "case": CASE,
        "clocks": CLOCKS,
        "form": form,
        "rows_template": "desk/rows_decide.html",
        "groups": grouped(SampleForm(answers)),
        "primary": "提交判定",
        "mine": True,
        "may_release": True,
        "draft_at": ago(minutes=1),
        "back_reason": "缺挂失生效时间",
        "back_by": "李可",
        "back_at": ago(hours=3),
    }


def step_to_claim() -> dict[str, object]:
    """A step nobody holds."""
    return ASIDE | {"title": "责任判定", "task": TASK, "case": CASE, "clocks": CLOCKS, "may_claim": True}


def refused_opinion() -> forms.Form:
    """Sent back without a word why."""
    form = OpinionForm({"reason": ""})
    form.add_error("reason", "退回修改须写原因。")
    return form


QUARTER = {
    "words": "本季上限",
    "limit": Decimal("400000"),
    "percent": 90,
    "full": True,
    "said": "本季已批 12 笔 ¥ 318,450.20，批后 ¥ 361,130.20",
}
WEAK = [
    {
        "number": 1,
        "transaction": Row(amount=Decimal("5000")),
        "ground": "L1",
        "state": "尚未证明",
        "lacks": ["本人或授权 有争议"],
    }
]


def approval() -> dict[str, object]:
    """A sum waiting for yes or no."""
    return ASIDE | {
        "title": "审批赔付方案",
        "task": TASK,
        "case": CASE,
        "clocks": CLOCKS[:1],
        "asked_template": "desk/asked_proposal.html",
        "may_refuse": True,
        "proposal": Row(total=Decimal("42680"), proposed_at=ago(days=1)),
        "lines": [{"words": "本金", "amount": Decimal("41900")}, {"words": "利息", "amount": Decimal("780")}],
        "proposed_by": "王立新（主办）",
        "decided_by": "方文（责任判定岗）",
        "decided_at": ago(days=2),
        "what": "伪卡盗刷，境外 ATM 取现 3 笔",
        "told": "11-12 02:14 告知，02:16 挂失生效",
        "reasons": "取现地吉隆坡，真卡在上海，间隔 7 小时。",
        "grounds": [{"words": "三笔均为 L1 发卡行承担（法释〔2021〕10 号第 7.1 条）"}],
        "limits": [{"words": "单笔上限", "limit": Decimal("50000"), "percent": 85, "full": False}, QUARTER],
        "already": [{"words": "先行垫付", "state": "已入账", "amount": Decimal("500"), "on_account": True}],
        "board_url": "/board/",
        "board_missing": 2,
        "board_contested": 1,
        "board_weak": WEAK,
        "level_why": "本级是可批此金额的最低一级。",
        "warnings": ["批后达到本季 90 % 预警线。"],
        "independence": "回避检查通过：你不是提出人、判定人。",
        "form": refused_opinion(),
    }


def new_case() -> dict[str, object]:
    """An empty intake."""
    groups = grouped(SampleForm())
    return {"title": _("New case"), "form": SampleIntake(), "groups": groups, "primary": "登记工单"}


def stop_loss() -> dict[str, object]:
    """The caller is on the line."""
    return {"title": "先止付", "form": SampleForm(), "primary": "止付尾号 4417"}


def stop_placed() -> dict[str, object]:
    """The order is out, the answer is not in."""
    placed = {
        "words": "指令已发，等待卡系统回执。",
        "state": "sent",
        "case": CASE,
        "acts": [{"url": "/", "words": "登记工单"}],
    }
    return {"title": "先止付", "placed": placed}


def conflict() -> dict[str, object]:
    """Second by a second."""
    typed = [{"label": "意见", "value": "同意全额退回"}]
    return {
        "title": "已有人先办",
        "what": "本环节已由他人完成。",
        "who": "方文",
        "when": ago(seconds=40),
        "case": CASE,
        "typed": typed,
    }


def case() -> dict[str, object]:
    """The whole file."""
    entry = {
        "happened_at": ago(hours=17),
        "recorded_at": ago(hours=16),
        "words": "第 2 次催办协查",
        "who": "李可",
        "role": "反欺诈岗",
    }
    return ASIDE | {
        "title": CASE.reference,
        "case": CASE,
        "head": {
            "words": "信用卡盗刷",
            "state": "责任判定 在办",
            "tags": [{"words": "重复来电 4 次", "tone": "care"}],
            "clocks": CLOCKS,
            "people": [{"part": "首问责任人", "names": ["周雨桐"]}, {"part": "协办", "names": ["李可", "高原"]}],
            "units": [{"part": "承担单位", "name": None}],
            "acts": [
                {"url": "/u", "words": "催办", "post": True},
                {"url": "/s", "words": "办理责任判定", "primary": True},
            ],
        },
        "chart": CHART,
        "transactions": [TRANSACTION, Row(**(vars(TRANSACTION) | {"is_decided": False, "ground": ""}))],
        "money": [Row(get_kind_display="本金", get_state_display="已提出", amount=Decimal("41900"))],
        "money_total": Decimal("41900"),
        "contacts": [
            {
                "direction": "客户来电",
                "channel": "电话",
                "words": "",
                "happened_at": ago(days=6),
                "by": "周雨桐",
                "reached": False,
            }
        ],
        "promises": [{"words": "10 分钟内回电", "due_at": ago(minutes=2), "kept_at": None, "by": "周雨桐"}],
        "letter": None,
        "demand": "全额退回 4 笔，消除征信不良记录",
        "show_url": "/clear/",
        "entries": [entry | {"gap": "补录 60 分"}, entry],
        "entries_count": 64,
        "entries_url": "/case/history/",
        "unknown": ["客户", "金额"],
    }


PAGES = {
    "home": ("desk/home.html", home),
    "home_empty": ("desk/home.html", lambda: {"title": _("Desk"), "today": NOW}),
    "step": ("desk/step.html", step),
    "step_to_claim": ("desk/step.html", step_to_claim),
    "approval": ("desk/approval.html", approval),
    "new_case": ("desk/new_case.html", new_case),
    "stop_loss": ("desk/stop_loss.html", stop_loss),
    "stop_placed": ("desk/stop_loss.html", stop_placed),
    "case": ("desk/case.html", case),
    "conflict": ("desk/conflict.html", conflict),
    "refused": ("desk/refused.html", lambda: {"title": _("Not done"), "sentence": "您的岗位不能办理。"}),
}
