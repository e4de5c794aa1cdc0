"""What lists show instead of names and numbers: enough to recognise somebody, not enough to find him. No database."""

from typing import Final

STAR: Final = "*"


def masked_name(name: str, *, organisation: bool = False) -> str:
    """张三丰 → 张**, Anna Bell → A*** B***; of an organisation the first and last two characters stay."""
    name = " ".join(name.split())
    if organisation:
        return name[:2] + STAR * 4 + name[-2:] if len(name) > 4 else name[:1] + STAR * 4
    return " ".join(word[0] + STAR * min(len(word) - 1, 3) if len(word) > 1 else word + STAR for word in name.split())


def masked_phone(phone: str) -> str:
    """138****8000; a short number keeps its last two digits."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    if len(digits) < 8:
        return STAR * 4 + digits[-2:] if digits else ""
    return f"{digits[:3]}{STAR * 4}{digits[-4:]}"
