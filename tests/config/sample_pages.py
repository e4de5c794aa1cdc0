"""One plausible context for every desk page, made of plain values: the shape the templates document, no database."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace as Row

from django import forms
from django.utils.translation import gettext_lazy as _

NOW = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)  # 09:12 in Shanghai


class Named(Row):
    """A row that is written as its name, as model instances are."""

    def __str__(self) -> str:
        return str(self.name)


def ago(**span: float) -> datetime:
    """A moment before the page's now."""
    return NOW - timedelta(**span)


def ahead(**span: float) -> datetime:
    """A moment after the page's now."""
    return NOW + timedelta(**span)


CUSTOMER = Named(name="欧阳**", phone_masked="138****2207", care="")
CARD = Row(first_six="625965", last_four="4417", get_kind_display="信用卡")
CASE = Row(
    uuid=uuid.UUID(int=1),
    reference="26-0000123-7",
    customer=CUSTOMER,
    card=CARD,
    disputed_total=Decimal("205066.82"),
    received_at=ago(days=6, hours=11),
    get_kind_display=_("Card fraud"),
)
UNKNOWN = Row(uuid=uuid.UUID(int=2), reference="26-0000044-1", customer=None, card=None, disputed_total=None)
TASK = Row(uuid=uuid.UUID(int=3))


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
        "call_hits": [
            {"case": CASE, "step": "责任判定", "due_at": ahead(days=3), "kind": "house", "words": "信用卡盗刷"}
        ],
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


class SampleForm(forms.Form):
    """Every kind of control a step can have."""

    card_seen = forms.ChoiceField(
        label="真卡是否在客户处",
        choices=[("yes", "在"), ("no", "不在"), ("unknown", "不清楚")],
        widget=forms.RadioSelect,
    )
    where = forms.CharField(label="用卡地点", max_length=60)
    amount = forms.DecimalField(label="核实金额", help_text="人民币元，两位小数", required=False)
    when = forms.DateTimeField(label="核实时间", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    told = forms.BooleanField(label="已告知客户进度", required=False)
    reason = forms.CharField(label="意见", widget=forms.Textarea(attrs={"rows": 2}), required=False)


class ShareForm(forms.Form):
    """One transaction's decision."""

    type = forms.ChoiceField(label="类型", choices=[("counterfeit", "伪卡盗刷"), ("online", "网络盗刷")])
    ground = forms.ChoiceField(label="依据", choices=[("L1", "L1 发卡行承担"), ("L2", "L2 持卡人有过错")])
    bank_share = forms.DecimalField(label="本行承担")
    holder_share = forms.DecimalField(label="持卡人承担")
    merchant_share = forms.DecimalField(label="收单/商户")
    ground_reason = forms.CharField(label="书面理由", widget=forms.Textarea(attrs={"rows": 2}), required=False)


for name in ("type", "ground", "bank_share", "holder_share", "merchant_share"):
    ShareForm.base_fields[name].widget.attrs["aria-label"] = ShareForm.base_fields[name].label
for name in ("bank_share", "holder_share", "merchant_share"):
    ShareForm.base_fields[name].widget = forms.TextInput(
        attrs={
            "class": "r-money",
            "inputmode": "decimal",
            "data-share": "",
            "aria-label": ShareForm.base_fields[name].label,
        }
    )

TRANSACTION = Row(
    booked_at=ago(days=6, hours=12),
    amount=Decimal("128900"),
    get_channel_display="POS",
    merchant="澳门 ****珠宝钟表（离岸）有限公司",
    get_type_display="伪卡盗刷",
    ground="L1",
    get_ground_display="L1 发卡行承担",
    is_decided=True,
    bank_share=Decimal("120000"),
    holder_share=Decimal("8900"),
    merchant_share=Decimal("0"),
)


def shares() -> forms.BaseFormSet:
    """A refused set of shares: the second row does not add up."""
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2"}
    for number, holder in enumerate(("8900", "x")):
        data |= {f"form-{number}-type": "online", f"form-{number}-ground": "L1", f"form-{number}-bank_share": "120000"}
        data |= {f"form-{number}-holder_share": holder, f"form-{number}-merchant_share": "0"}
    rows = forms.formset_factory(ShareForm, extra=0)(data)
    for form in rows:
        form.transaction = TRANSACTION
        form.note = "真卡在上海静安支行芯片读取，距澳门 1,300 公里。"
    return rows


EVIDENCE = [
    {
        "title": "挂失生效回执（核心系统）",
        "needed": True,
        "items": [
            Row(
                uuid=TASK.uuid,
                happened_at=ago(days=6),
                reference="ORD-77120",
                digest_clear="sha256:5c1e08ab77",
                name="",
            )
        ],
    },
    {"title": "短信下发回执（运营商）", "needed": True, "items": [], "words": "缺证的要素由本行承担后果（第 5 条）"},
    {"title": "境外 ATM 录像", "needed": False, "items": []},
]
GUIDE = Row(
    title="办理指引",
    html="<ol><li>逐笔定类型</li><li>选依据</li></ol><p>见<a href='/'>全文</a>。</p>",
    risks=["验证码正确不等于本人交易。"],
)
ASIDE = {
    "brief": [{"label": "首问责任人", "value": "周雨桐"}, {"label": "承担单位", "value": None}],
    "evidence": EVIDENCE,
    "evidence_have": 1,
    "evidence_wanted": 2,
    "evidence_url": "/evidence/",
    "guide": GUIDE,
    "who": [
        {"label": "本环节 · 责任判定岗", "names": ["方文（你）", "高原"]},
        {"label": "不能办", "names": ["李可"], "why": "做过交易追溯"},
        {"label": "下一环节", "names": []},
    ],
}
CLOCKS = [
    {"what": "本环节", "due_at": ahead(days=3, hours=8), "kind": "house"},
    {"what": "告知", "due_at": datetime(2026, 12, 2, 16, tzinfo=UTC), "kind": "law"},
]


def grouped(form: forms.BaseForm) -> list[dict[str, object]]:
    """All visible fields in one panel."""
    return [{"title": "核实情况", "hint": "只写查到的。", "fields": form.visible_fields()}]


def step() -> dict[str, object]:
    """A step in hand, refused once."""
    form = SampleForm({"where": "", "amount": "many"})
    return ASIDE | {
        "title": "责任判定",
        "task": TASK,
        "case": CASE,
        "clocks": CLOCKS,
        "form": form,
        "formset": shares(),
        "totals": {"disputed": "257800", "bank": "240000", "holder": "8900", "merchant": "0", "sum": "248900"},
        "groups": grouped(form),
        "primary": "提交判定",
        "mine": True,
        "may_release": True,
        "can_draft": True,
        "draft_at": ago(minutes=1),
        "back_reason": "缺挂失生效时间",
        "back_by": "李可",
        "back_at": ago(hours=3),
    }


def step_to_claim() -> dict[str, object]:
    """A step nobody holds."""
    return ASIDE | {"title": "责任判定", "task": TASK, "case": CASE, "clocks": CLOCKS, "may_claim": True}


def approval() -> dict[str, object]:
    """A sum waiting for yes or no."""
    return ASIDE | {
        "title": "审批赔付方案",
        "task": TASK,
        "case": CASE,
        "clocks": CLOCKS[:1],
        "proposal": Row(total=Decimal("42680"), proposed_at=ago(days=1)),
        "lines": [{"words": "本金", "amount": Decimal("41900")}, {"words": "利息", "amount": Decimal("780")}],
        "proposed_by": "王立新（主办）",
        "decided_by": "方文（责任判定岗）",
        "decided_at": ago(days=2),
        "what": "伪卡盗刷，境外 ATM 取现 3 笔",
        "told": "11-12 02:14 告知，02:16 挂失生效",
        "reasons": "取现地吉隆坡，真卡在上海，间隔 7 小时。",
        "grounds": [{"words": "三笔均为 L1 发卡行承担（法释〔2021〕10 号第 7.1 条）"}],
        "limits": [{"words": "单笔上限", "limit": Decimal("50000"), "percent": 85, "full": False}],
        "level_why": "本级是可批此金额的最低一级。",
        "warnings": ["批后达到本季 90 % 预警线。"],
        "independence": "回避检查通过：你不是提出人、判定人。",
        "form": SampleForm({"reason": ""}),
        "queue": {"position": 2, "count": 5, "next_url": "?next", "previous_url": "?previous"},
    }


def new_case() -> dict[str, object]:
    """An empty intake."""
    form = SampleForm()
    return {"title": _("New case"), "form": form, "groups": grouped(form), "primary": "登记工单"}


def stop_loss() -> dict[str, object]:
    """The caller is on the line."""
    return {"title": "先止付", "form": SampleForm(), "primary": "止付尾号 4417"}


def stop_placed() -> dict[str, object]:
    """The order is out, the answer is not in."""
    placed = {
        "words": "指令已发，等待卡系统回执。",
        "state": "sent",
        "case": CASE,
        "next_url": "/",
        "next_words": "登记工单",
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


CHART = {
    "width": 520,
    "height": 110,
    "words": "责任判定在办，证据保全超时",
    "edges": ["M110 55h20"],
    "tips": ["M130 55l-6 -3.5v7z"],
    "nodes": [
        {"state": "done", "title": "接报登记", "sub": "11-17 21:46", "x": 2, "y": 33, "w": 108, "h": 44},
        {"state": "late", "title": "证据保全", "sub": "超时 5 小时", "x": 130, "y": 33, "w": 108, "h": 44},
        {"state": "now", "title": "责任判定", "sub": "剩 3 天", "x": 260, "y": 33, "w": 108, "h": 44},
        {"state": "wait", "title": "赔付方案", "sub": "", "x": 390, "y": 33, "w": 108, "h": 44},
    ],
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
        "entries": [entry | {"gap": "1 小时"}, entry],
        "entries_count": 64,
        "entries_url": "?all",
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
}
