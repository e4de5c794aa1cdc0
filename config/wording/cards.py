"""Card numbers as they may be shown: six digits in front, four at the end, nothing between."""


def masked_card(first_six: str, last_four: str) -> str:
    """``6259 65** **** 4417``; of an unknown part only stars."""
    head = (first_six or "").ljust(6, "*")[:6]
    return f"{head[:4]} {head[4:]}** **** {(last_four or '').rjust(4, '*')[-4:]}"
