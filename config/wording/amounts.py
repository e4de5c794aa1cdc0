"""Amounts of money for people: figures with thousands, and the Chinese capital words of vouchers.

Rules of the capital words: 《正确填写票据和结算凭证的基本规定》 (支付结算办法 附一), sections 1 to 3.
"""

from decimal import ROUND_HALF_UP, Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
CURRENCIES = {"CNY": "人民币"}
CENT = Decimal("0.01")


def money(amount: Decimal | int | str) -> str:
    """``12,450,000.00``: thousands and two places, half up; the currency stands in the head of the column."""
    return f"{Decimal(amount).quantize(CENT, ROUND_HALF_UP):,.2f}"


def in_words(amount: Decimal | int | str, currency: str = "CNY") -> str:
    """``人民币肆万贰仟陆佰捌拾元整``; another currency is named by its code."""
    exact = Decimal(amount).quantize(CENT, ROUND_HALF_UP)
    units, cents = divmod(int(abs(exact) * 100), 100)
    sign = "负" if exact < 0 else ""
    return f"{CURRENCIES.get(currency, currency)}{sign}{_yuan(units, cents)}{_cents(units, cents)}"


def _yuan(units: int, cents: int) -> str:
    """Whole units with 元; left out when there are only cents."""
    if units == 0 and cents:
        return ""
    return (_integer(units) or DIGITS[0]) + "元"


def _integer(number: int) -> str:
    """A whole number by groups of four digits (亿 of 亿, 万, ones); 零 where the lower group is not full."""
    for size, name in ((100_000_000, "亿"), (10_000, "万")):
        if number >= size:
            high, low = divmod(number, size)
            gap = DIGITS[0] if 0 < low < size // 10 else ""
            return f"{_integer(high)}{name}{gap}{_integer(low)}"
    return _four(number)


def _four(number: int) -> str:
    """One to four digits; zeros inside are one 零, zeros at the end none."""
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += (DIGITS[0] if gap and words else "") + DIGITS[digit] + PLACES[place]
        gap = digit == 0
    return words


def _cents(units: int, cents: int) -> str:
    """角 and 分; 整 when there is no 分; 零 before them when the place above them is zero."""
    tenths, hundredths = divmod(cents, 10)
    if not cents:
        return "整"
    gap = DIGITS[0] if units and (tenths == 0 or units % 10 == 0) else ""
    words = gap + (DIGITS[tenths] + "角" if tenths else "")
    return words + (DIGITS[hundredths] + "分" if hundredths else "整")
