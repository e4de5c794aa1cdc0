"""What protects a credit card's account and credit record, for the case page."""

from typing import Any

from cases import rules
from cases.models import Case


def of(case: Case) -> dict[str, Any]:
    """Context of protection.html. One query for a credit card; nothing is asked, and nothing shown, for another."""
    if not rules.is_credit_card(case):
        return {"measures": None}
    return {"measures": list(case.measures.all())}
