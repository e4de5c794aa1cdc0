"""Whose keys a legal hold keeps from being destroyed. The database refuses the same (0016_review_rules)."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import LegalHold
from record.models import PersonKey


def why_kept(keys: Sequence[PersonKey]) -> str:
    """The sentence that names the cases under hold; empty when nothing keeps these keys. One query."""
    mine = Q(case__person_key__in=keys) | Q(case__customer__person_key__in=keys)
    held = LegalHold.objects.filter(mine, until=None).values_list("case__reference", flat=True)
    cases = ", ".join(sorted(set(held)))
    return _("A legal hold stands on %(cases)s; nothing of it is destroyed.") % {"cases": cases} if cases else ""
