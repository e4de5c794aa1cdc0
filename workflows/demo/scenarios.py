"""What happened to the customers of the demo bank: kinds of loss, where the money went, what people say of it."""

from dataclasses import dataclass
from typing import Final

from knowledge.grounds import Ground, TransactionType


@dataclass(frozen=True)
class Shop:
    """Where a card is used. `rate` is what one unit of `currency` costs in CNY in this practice world."""

    merchant: str
    channel: str
    entry_mode: str
    country: str = "CN"
    currency: str = "CNY"
    rate: str = "1"
    verification: str = "none"


@dataclass(frozen=True)
class Decided:
    """A way the loss is borne: ground, the bank's percentage (the holder bears the rest unless `merchant`), why."""

    ground: Ground
    bank: int
    reason: str
    merchant: bool = False


@dataclass(frozen=True)
class Scenario:
    """A kind of loss, at most `most` CNY. Narratives know {when}, {merchant}, {amount} and {count}."""

    name: str
    type: TransactionType
    shops: tuple[Shop, ...]
    decided: tuple[Decided, ...]
    narratives: tuple[str, ...]
    findings: str
    most: int

    @property
    def is_bank_liable(self) -> bool:
        """Whether the first way of bearing it is the bank's alone."""
        return self.decided[0].bank == 100


L1_CARD = Decided(Ground.L1, 100, "交易为磁条读取，真卡核验在持卡人处，地点与时间均不可能往返，构成伪卡交易。")
L1_ONLINE = Decided(Ground.L1, 100, "交易设备、网络地址均非客户常用，未见客户泄露验证信息，系统未触发增强验证。")
L2_CODE = Decided(Ground.L2, 70, "客户在仿冒页面填写验证信息，存在保管过错；我行风控未拦截首笔异常交易，按三七分担。")
L3_LATE = Decided(Ground.L3, 60, "客户收到首笔提醒后次日方告知我行，其间扩大的损失由其承担。")
L4_MISSING = Decided(Ground.L4, 100, "我行未能在保存期内调取监控录像与签购单，就该事实承担举证不能的后果。")
L5_FUNCTION = Decided(Ground.L5, 100, "开卡资料中无网络支付功能的告知与确认记录。")
L7_SHOP = Decided(
    Ground.L7, 50, "收单机构未核对签名与卡面信息，商户审核存在疏漏，其余部分向收单机构主张。", merchant=True
)
L8_OWN = Decided(Ground.L8, 0, "登录设备、收货地址与预留信息一致，视频核实为家庭成员使用，属本人授权范围。")
L9_LOST = Decided(Ground.L9, 50, "真卡遗失后被冒用，挂失前的交易按领用合约处理，客户未及时挂失，双方各半。")
L9_PIN = Decided(Ground.L9, 0, "挂失生效前凭密码完成的交易，按领用合约由持卡人承担。")
L10_TELECOM = Decided(Ground.L10, 0, "客户受骗后本人操作付款并通过全部验证，不属于盗刷，转涉诈流程并协助报案。")
L11_RENEW = Decided(Ground.L11, 0, "客户此前与商户签订免密自动续费协议，属商户争议，转商户争议流程。")

SCENARIOS: Final = (
    Scenario(
        "atm",
        TransactionType.COUNTERFEIT,
        (
            Shop("他行自助取款机·南宁江南店", "atm", "magstripe", verification="pin"),
            Shop("他行自助取款机·汕头金平店", "atm", "magstripe", verification="pin"),
        ),
        (L1_CARD, L4_MISSING),
        (
            "客户{when}连续收到取现短信，显示在{merchant}取款，共{count}笔，合计{amount}元。客户当时在本市上班，卡片一直在身上。",
            "客户反映借记卡{when}在外省自助取款机被取走{amount}元，本人从未去过当地，卡未离身，要求全额退还。",
            "客户早上查账发现{when}有{count}笔异地取现，合计{amount}元。卡在家中抽屉里，已带卡到网点核验。",
        ),
        "真卡经网点芯片读取核验，交易发生地与客户所在地相距逾千公里，交易为磁条降级读取。",
        20_000,
    ),
    Scenario(
        "pos",
        TransactionType.COUNTERFEIT,
        (
            Shop("金满堂珠宝行", "pos", "magstripe", verification="signature"),
            Shop("恒通数码通讯城", "pos", "magstripe", verification="signature"),
            Shop("鼎盛名表行", "pos", "magstripe", verification="signature"),
        ),
        (L1_CARD, L7_SHOP, L4_MISSING),
        (
            "客户{when}收到消费提醒，在{merchant}刷卡{count}笔共{amount}元，签购单非本人签名，卡片在手。",
            "客户称从未到过{merchant}，{when}却有{count}笔消费，合计{amount}元，怀疑卡片信息被复制。",
            "客户在外地出差期间，{when}本市{merchant}出现消费{amount}元，可提供同一时段的高铁票与酒店记录。",
            "客户为企业主，{when}名下信用卡在{merchant}被刷{amount}元，情绪激动，要求立即止付并说明原因。",
        ),
        "签购单签名与预留签名不符，真卡在持卡人处，芯片未被使用。",
        2_000_000,
    ),
    Scenario(
        "abroad",
        TransactionType.COUNTERFEIT,
        (
            Shop("BANGKOK GOLD TRADING", "pos", "magstripe", "TH", "THB", "0.21", "signature"),
            Shop("HK WATCH GALLERY", "pos", "magstripe", "HK", "HKD", "0.92", "signature"),
            Shop("SEOUL DUTY FREE PLAZA", "pos", "magstripe", "KR", "KRW", "0.0052", "signature"),
        ),
        (L1_CARD, L1_CARD, L4_MISSING),
        (
            "客户{when}收到境外消费短信，{merchant}，折合人民币{amount}元，共{count}笔。客户护照在家，近一年未出境。",
            "客户去年曾赴境外旅游，{when}卡片在{merchant}再次被刷，合计{amount}元，本人在国内，要求挂失并退款。",
            "客户凌晨被短信吵醒，{when}境外{count}笔交易合计{amount}元，马上来电要求止付。",
        ),
        "出入境记录显示客户交易时在境内，境外交易均为磁条读取，终端不支持芯片。",
        2_000_000,
    ),
    Scenario(
        "game",
        TransactionType.ONLINE,
        (
            Shop("聚点游戏充值", "online", "online_no3ds"),
            Shop("速达话费充值", "app", "online_no3ds"),
        ),
        (L1_ONLINE, L5_FUNCTION, L2_CODE),
        (
            "客户{when}收到多条扣款提醒，{merchant}共{count}笔，合计{amount}元。客户不玩游戏，未收到验证码。",
            "老年客户由女儿陪同来电，称{when}卡里少了{amount}元，查得为{merchant}，客户不会使用网上支付。",
            "客户称{when}手机突然无信号，恢复后发现{count}笔{merchant}扣款，合计{amount}元。",
            "客户反映从未开通快捷支付，{when}却有{merchant}扣款{amount}元，要求说明谁开通的。",
        ),
        "绑卡设备为首次出现，交易前十分钟内完成绑卡，未见本人短信验证通过的记录。",
        12_000,
    ),
    Scenario(
        "abroad_online",
        TransactionType.ONLINE,
        (
            Shop("GLOBAL DIGITAL GOODS", "online", "online_no3ds", "US", "USD", "7.15"),
            Shop("TOKYO ONLINE STORE", "online", "online_no3ds", "JP", "JPY", "0.047"),
            Shop("EURO TRAVEL BOOKING", "online", "online_3ds", "DE", "EUR", "7.80", "otp"),
        ),
        (L1_ONLINE, L1_ONLINE, L3_LATE),
        (
            "客户{when}收到境外网站扣款提醒，{merchant}，{count}笔折合{amount}元，卡片从未在该网站使用。",
            "客户称信用卡{when}在境外网站连续扣款{count}笔，合计{amount}元，已致电商户，对方称订单已发货至陌生地址。",
            "客户{when}发现境外机票预订扣款{amount}元，乘机人为陌生姓名，要求拒付。",
        ),
        "交易未经增强验证，收货信息与客户无关联，商户未能提供客户授权凭证。",
        600_000,
    ),
    Scenario(
        "phishing",
        TransactionType.ONLINE,
        (
            Shop("云捷收款", "online", "online_3ds", verification="otp"),
            Shop("易付通商贸", "app", "online_3ds", verification="otp"),
        ),
        (L2_CODE, L3_LATE),
        (
            "客户{when}点击短信中的积分兑换链接并填写了资料，随后{merchant}扣款{count}笔共{amount}元。",
            "客户称收到“快递理赔”短信，按页面提示操作后{when}被扣{amount}元，发现不对立即来电。",
            "客户{when}在仿冒的缴费页面输入验证信息，{count}笔共{amount}元被转走，请求止付并协助追回。",
        ),
        "验证码由客户手机接收并在仿冒页面填写；首笔异常交易触发预警但未拦截。",
        400_000,
    ),
    Scenario(
        "lost",
        TransactionType.LOST_CARD,
        (
            Shop("小站便利超市·火车站店", "pos", "contactless"),
            Shop("华瑞烟酒行", "pos", "contactless"),
            Shop("鑫源加油站", "pos", "chip", verification="signature"),
        ),
        (L9_LOST, L9_PIN),
        (
            "客户{when}在地铁上钱包被盗，随后卡片在{merchant}等处被刷{count}笔，合计{amount}元，现申请挂失。",
            "客户称卡片遗失，{when}被他人小额免密刷走{amount}元，共{count}笔，发现后立即来电。",
            "客户住院期间卡片遗失，{when}家属发现{merchant}有{count}笔消费共{amount}元。",
        ),
        "真卡已遗失，交易发生在挂失生效之前，未使用密码，客户当日报失。",
        6_000,
    ),
    Scenario(
        "own",
        TransactionType.OWN,
        (
            Shop("星河直播打赏", "app", "online_no3ds", verification="device"),
            Shop("乐购母婴商城", "app", "online_no3ds", verification="device"),
        ),
        (L8_OWN,),
        (
            "客户称{when}有{count}笔{merchant}消费不是本人操作，合计{amount}元，要求退款。",
            "客户{when}账单出现{merchant}{amount}元，表示没有印象，请求核实是谁消费。",
            "客户怀疑卡被盗刷，{when}{merchant}扣款{count}笔共{amount}元，家中孩子平时会使用其手机。",
        ),
        "交易均由客户本人常用设备发起，经回访客户确认为家中孩子操作。",
        15_000,
    ),
    Scenario(
        "renewal",
        TransactionType.MERCHANT,
        (
            Shop("影音会员自动续费", "app", "online_no3ds"),
            Shop("健身月卡自动续费", "app", "online_no3ds"),
        ),
        (L11_RENEW,),
        (
            "客户反映{when}{merchant}扣款{amount}元，称早已取消会员，要求退款并关闭免密。",
            "客户发现{merchant}连续扣款{count}笔共{amount}元，认为是盗刷，要求银行赔付。",
        ),
        "商户提供了签约记录与历次扣款通知，签约人为客户本人。",
        2_000,
    ),
    Scenario(
        "telecom",
        TransactionType.TELECOM,
        (
            Shop("商贸往来收款", "online", "online_3ds", verification="otp"),
            Shop("保证金收款", "online", "online_3ds", verification="otp"),
        ),
        (L10_TELECOM,),
        (
            "客户{when}接到自称客服的电话，按对方要求开启屏幕共享后付款{count}笔共{amount}元，发现受骗后来电。",
            "客户称被冒充公检法人员诱导，{when}向对方付款{amount}元，已报警，请求止付。",
            "客户网上刷单受骗，{when}付款{count}笔合计{amount}元，要求银行退回。",
        ),
        "付款由客户本人在常用设备上操作并通过全部验证，警方已受理。",
        400_000,
    ),
)

EVERYDAY: Final = (
    Shop("永宁百货超市·朝阳路店", "pos", "chip", verification="pin"),
    Shop("城市轨道交通集团", "app", "contactless"),
    Shop("安康大药房连锁", "pos", "contactless"),
    Shop("四季鲜果生活馆", "app", "contactless"),
    Shop("蓝鲸外卖平台", "app", "online_no3ds", verification="device"),
    Shop("国网电力缴费", "app", "online_no3ds", verification="device"),
    Shop("和悦餐饮管理有限公司", "pos", "chip", verification="pin_signature"),
)
