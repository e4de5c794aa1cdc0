"""Fields of a new case in the order of a call."""

from typing import Any

from django.utils.translation import gettext as _

from cases.models import Case, Customer

from ..forms.intake import NewCaseForm

# What every call needs comes first; the rest is as it nearly always is, and folded until somebody says otherwise.
FOLDED = (
    *("channel", "received_at", "customer_kind", "no_texts"),
    *("represented_by", "representative_name", "representative_phone"),
)
GROUPS = (
    ("kind", "name", "phone"),
    FOLDED,
    ("stop", "known_card", "first_six", "last_four", "card_kind", "caller_check", "warned", "decline"),
    ("narrative", "demand", "complained_unit", "demand_text"),
)


def groups(form: NewCaseForm) -> list[dict[str, Any]]:
    """Groups of new_case.html, in the order of a call."""
    titles = (_("The call"), _("When, how, and who calls for whom"), _("The card"), _("The complaint"))
    card = _("For card fraud. Never type the full number, the code on the back, the PIN or the expiry date.")
    found: list[dict[str, Any]] = [
        {"title": title, "hint": "", "part": part, "fields": [form[name] for name in names if name in form.fields]}
        for part, title, names in zip(("", "rest", "card", ""), titles, GROUPS, strict=True)
    ]
    found[2]["hint"] = card
    found[1] |= {"hint": _("As a rule: by phone, just now, the holder himself."), "open": _is_special(form)}
    return found


def _is_special(form: NewCaseForm) -> bool:
    """Whether something of the folded part is wrong, or not as it is as a rule."""
    rule = {"channel": Case.Channel.PHONE, "customer_kind": Customer.Kind.PERSON}
    said = {bound.name: bound.value() for bound in form if bound.name in FOLDED and bound.name != "received_at"}
    other = {name for name, value in said.items() if value and value not in (rule.get(name), "False")}
    return bool(other or set(FOLDED) & form.errors.keys())
