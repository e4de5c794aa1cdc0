"""A case, its parts and its clocks as plain values, for pages drawn without a database."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace as Row

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


def node(state: str, title: str, sub: str, place: int) -> dict[str, object]:
    """One step of the drawing, at its place from the left."""
    box = {"x": 2 + 129 * place, "y": 33, "w": 108, "h": 44}
    return {"state": state, "title": title, "sub": sub, "is_step": True, **box}


CHART = {
    "width": 520,
    "height": 110,
    "words": "责任判定在办，证据保全超时",
    "edges": ["M110 55h20"],
    "tips": ["M130 55l-6 -3.5v7z"],
    "nodes": [
        node("done", "接报登记", "11-17 21:46", 0),
        node("late", "证据保全", "超时 5 小时", 1),
        node("now", "责任判定", "剩 3 天", 2),
        node("wait", "赔付方案", "", 3),
    ],
}
