"""The demo bank's branches, people, limits and absences: plain data. Names are made up; no real bank is meant."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from accounts.roles import Level, Role

# Published on purpose: the demo refuses to be loaded in production.
PASSWORD: Final = "redress-demo-1"  # noqa: S105


@dataclass(frozen=True)
class Unit:
    """A branch: its code, both names, level, and the code of the branch above."""

    code: str
    name: str
    name_en: str
    level: Level
    parent: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody on the staff: the branch he belongs to, and his posts there."""

    number: str
    name: str
    unit: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Away:
    """An absence, in days before (-) or after the day the demo is loaded."""

    number: str
    substitute: str
    since: int
    until: int


HEAD_OFFICE: Final = "0001"
SHANGHAI, HANGZHOU, CHENGDU = "3100", "3300", "5100"
PUDONG, XUHUI, XIHU = "3110", "3120", "3310"
LUJIAZUI, ZHANGJIANG, XUJIAHUI, WENSAN, CHUNXI = "3111", "3112", "3121", "3311", "5111"

UNITS: Final = (
    Unit(HEAD_OFFICE, "总行", "Head office", Level.HEAD_OFFICE),
    Unit(SHANGHAI, "上海分行", "Shanghai branch", Level.TIER1, HEAD_OFFICE),
    Unit(HANGZHOU, "杭州分行", "Hangzhou branch", Level.TIER1, HEAD_OFFICE),
    Unit(CHENGDU, "成都分行", "Chengdu branch", Level.TIER1, HEAD_OFFICE),
    Unit(PUDONG, "浦东支行", "Pudong sub-branch", Level.TIER2, SHANGHAI),
    Unit(XUHUI, "徐汇支行", "Xuhui sub-branch", Level.TIER2, SHANGHAI),
    Unit(XIHU, "西湖支行", "Xihu sub-branch", Level.TIER2, HANGZHOU),
    Unit(LUJIAZUI, "陆家嘴网点", "Lujiazui outlet", Level.OUTLET, PUDONG),
    Unit(ZHANGJIANG, "张江网点", "Zhangjiang outlet", Level.OUTLET, PUDONG),
    Unit(XUJIAHUI, "徐家汇网点", "Xujiahui outlet", Level.OUTLET, XUHUI),
    Unit(WENSAN, "文三路网点", "Wensan Road outlet", Level.OUTLET, XIHU),
    # an outlet straight below its tier-1 branch: the level between is missing in many places
    Unit(CHUNXI, "春熙路网点", "Chunxi Road outlet", Level.OUTLET, CHENGDU),
)

PEOPLE: Final = (
    # head office, by department
    Person("1001", "沈致远", HEAD_OFFICE, (Role.CARD_CENTRE_HEAD,)),
    Person("1010", "林晚秋", HEAD_OFFICE, (Role.FRAUD,)),
    Person("1011", "郭立群", HEAD_OFFICE, (Role.FRAUD,)),
    Person("1012", "傅明哲", HEAD_OFFICE, (Role.DISPUTE,)),
    Person("1020", "谢思齐", HEAD_OFFICE, (Role.LIABILITY,)),
    Person("1021", "潘若兰", HEAD_OFFICE, (Role.LIABILITY,)),
    Person("1030", "宋嘉禾", HEAD_OFFICE, (Role.CONSUMER_PROTECTION,)),
    Person("1040", "罗静怡", HEAD_OFFICE, (Role.ACCOUNTS_MAKER,)),
    Person("1041", "唐国栋", HEAD_OFFICE, (Role.ACCOUNTS_MAKER,)),
    Person("1042", "邓雅琴", HEAD_OFFICE, (Role.ACCOUNTS_CHECKER,)),
    Person("1043", "曹文斌", HEAD_OFFICE, (Role.ACCOUNTS_CHECKER,)),
    Person("1050", "袁诗涵", HEAD_OFFICE, (Role.CREDIT_REPORTING,)),
    Person("1051", "蒋海涛", HEAD_OFFICE, (Role.COLLECTION,)),
    Person("1060", "余慧敏", HEAD_OFFICE, (Role.SERVICE_MANAGER,)),
    Person("1061", "高子衿", HEAD_OFFICE, (Role.DEDICATED_SEAT, Role.AGENT)),
    Person("1062", "苏予安", HEAD_OFFICE, (Role.EXPERT_SEAT,)),
    Person("1070", "程砚秋", HEAD_OFFICE, (Role.COMPLIANCE,)),
    Person("1071", "温启航", HEAD_OFFICE, (Role.RISK,)),
    Person("1080", "魏长青", HEAD_OFFICE, (Role.AUDITOR,)),
    Person("1090", "丁一鸣", HEAD_OFFICE, (Role.ADMINISTRATOR,)),
    # Shanghai
    Person("3101", "顾怀瑾", SHANGHAI, (Role.TIER1_HEAD,)),
    Person("3102", "叶知秋", SHANGHAI, (Role.CONSUMER_PROTECTION,)),
    Person("3103", "姚淑珍", SHANGHAI, (Role.CONSUMER_PROTECTION,)),
    Person("3104", "马骏驰", PUDONG, (Role.TIER2_HEAD,)),
    Person("3105", "贺兰心", PUDONG, (Role.SUPERVISOR,)),
    Person("3106", "龚俊杰", PUDONG, (Role.ACCOUNT_MANAGER,)),
    Person("3107", "万家辉", XUHUI, (Role.TIER2_HEAD,)),
    Person("3108", "段雨桐", XUHUI, (Role.SUPERVISOR,)),
    Person("3111", "陈晓岚", LUJIAZUI, (Role.AGENT,)),
    Person("3112", "王梓豪", LUJIAZUI, (Role.AGENT,)),
    Person("3113", "周敬之", LUJIAZUI, (Role.OUTLET_HEAD,)),
    Person("3114", "吴佳怡", ZHANGJIANG, (Role.AGENT,)),
    Person("3115", "郑向东", ZHANGJIANG, (Role.OUTLET_HEAD,)),
    Person("3121", "孙若彤", XUJIAHUI, (Role.AGENT,)),
    Person("3122", "冯志强", XUJIAHUI, (Role.OUTLET_HEAD,)),
    # Hangzhou
    Person("3301", "陆景行", HANGZHOU, (Role.TIER1_HEAD,)),
    Person("3302", "钱雪莹", HANGZHOU, (Role.CONSUMER_PROTECTION,)),
    Person("3303", "汤建平", XIHU, (Role.TIER2_HEAD,)),
    Person("3304", "方可欣", XIHU, (Role.SUPERVISOR,)),
    Person("3311", "朱晨曦", WENSAN, (Role.AGENT,)),
    Person("3312", "许文涛", WENSAN, (Role.OUTLET_HEAD,)),
    # Chengdu
    Person("5101", "何仲平", CHENGDU, (Role.TIER1_HEAD,)),
    Person("5102", "邹月明", CHENGDU, (Role.SUPERVISOR, Role.CONSUMER_PROTECTION)),
    Person("5111", "梁书瑶", CHUNXI, (Role.AGENT,)),
    Person("5112", "白仲秋", CHUNXI, (Role.OUTLET_HEAD,)),
)

# Up to which sum (CNY) a post may approve, everywhere. The outlets' limit was raised some time ago: what was approved
# before is checked against the limit of its day.
LIMITS: Final = {
    Role.OUTLET_HEAD: Decimal(30_000),
    Role.TIER2_HEAD: Decimal(200_000),
    Role.TIER1_HEAD: Decimal(1_000_000),
    Role.CARD_CENTRE_HEAD: Decimal(100_000_000),
}
RAISED_DAYS_AGO: Final = 420
RAISED: Final = {Role.OUTLET_HEAD: Decimal(50_000)}

# Up to which disputed sum the liability officer decides without the panel.
ALONE_UP_TO: Final = Decimal(200_000)

ABSENCES: Final = (
    Away("3122", "3108", since=-6, until=9),
    Away("1021", "1020", since=-3, until=5),
)

ADMINISTRATOR: Final = "1090"
SERVICE_MANAGER: Final = "1060"

# The fourteen most useful people and the two who look on, in the order a visitor meets them.
LOGINS: Final = (
    "3111",  # agent
    "3105",  # supervisor
    "1010",  # fraud
    "1020",  # liability
    "3102",  # consumer protection
    "3113",  # head of outlet
    "3101",  # tier-1 branch
    "1001",  # credit card centre
    "1040",  # accounts maker
    "1042",  # accounts checker
    "1051",  # collection
    "1050",  # credit reporting
    "1070",  # compliance
    "1012",  # dispute
    "1080",  # auditor
    "1090",  # administrator
)
