"""Answers no form may take, by kind of field; and odd ones that are good and must come back as they were."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms

from workflows.forms.base import printable

HUGE: Final = "长" * 350_000  # a megabyte; two of them are more than one form may weigh
LONG: Final = "长" * 20_000
CARD: Final = "6222 0212 3456 7894"
# The first eight of each meet every page, all of them the fields (test_fields.py).
UNWRITTEN: Final = ("a\0b", HUGE, "bell\x07", "escape \x1b[2J")
SECRETS: Final = (f"卡号 {CARD} 请查", "CVV 123", "密码 123456", "有效期 12/27", CARD.replace(" ", "-"), "PIN: 4321")
TEXT: Final = (*UNWRITTEN[:3], *SECRETS, *UNWRITTEN[3:])
NUMBER: Final = ("R\t1", "\u202e1-CER", "R\u200b1", *TEXT)
MONEY: Final = (
    "x", "-0.01", "0.001", "1e400", "9" * 400, "NaN", "a\0b", HUGE, "-1", "1e-5", "1e99999999", "Infinity",
    "-Infinity", "sNaN", "0x10", "1,5", "' OR 1=1 --", "1" + "0" * 15, "😀", "1 2", "--1", "0.0.1",
)  # fmt: skip
MOMENT: Final = (
    "x", "2026-02-30T00:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59-14:00", "2999-01-01T00:00", "a\0b",
    "0001-01-01T00:00:00+14:00", HUGE, "2026-13-01T00:00", "0000-00-00T00:00", "1999-12-31T23:59",
    "9999-12-31T23:59:59", "2999-01-01T00:00:00+23:59", "2026-01-01T25:00", "26-1-1", "1e5", "😀",
    "'; DROP TABLE x; --", "2026-01-01T00:00:00+99:99",
)  # fmt: skip
CHOICE: Final = ("x", "a\0b", "' OR ''='", "<b>", "😀", "None", "0", "\u202e", HUGE[:2000])
# Good writing that has broken programs before.
ODD: Final = (
    "😀👨‍👩‍👧 \u202eולחן \u200f' OR 1=1; DROP TABLE x; -- <script>alert('x')</script> {{ 7*7 }} %s %(x)s \\ \r\n\t末行"
)


def bad_for(field: forms.Field) -> tuple[str, ...]:
    """What this field must refuse."""
    if isinstance(field, forms.ChoiceField):
        return CHOICE
    if isinstance(field, forms.DecimalField):
        return MONEY
    if isinstance(field, forms.DateTimeField):
        return MOMENT
    if isinstance(field, forms.BooleanField):
        return ("",) if field.required else ()
    if isinstance(field, forms.FileField):
        return ()
    return NUMBER if printable in field.validators else TEXT


def is_writing(field: forms.Field) -> bool:
    """Whether it takes any text a person may type on several lines."""
    return isinstance(field.widget, forms.Textarea)


def rounds(fields: Mapping[str, forms.Field], most: int = 8) -> list[dict[str, str]]:
    """Answers in which every field is bad at once, as many as the richest field needs, at most `most`."""
    bad = {name: values for name, field in fields.items() if (values := bad_for(field))}
    found = []
    for n in range(min(most, max(map(len, bad.values())))):
        answers = {name: values[n % len(values)] for name, values in bad.items()}
        for name in [name for name, value in answers.items() if value == HUGE][1:]:
            answers[name] = LONG
        found.append(answers)
    return found


def without(answers: Mapping[str, Any], name: str) -> dict[str, Any]:
    """All answers but one."""
    return {key: value for key, value in answers.items() if key != name}
