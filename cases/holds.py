"""Whose keys are kept from being destroyed, whoever asks. The database refuses the same (0038_erasure_rules)."""

from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import LegalHold, PoliceReport
from record.models import PersonKey


def why_kept(keys: Sequence[PersonKey]) -> str:
    """The sentence that names the cases under hold or with the police; empty when nothing keeps these keys."""
    mine = Q(case__person_key__in=keys) | Q(case__customer__person_key__in=keys)
    held = _cases(LegalHold.objects.filter(mine, until=None).values_list("case__reference", flat=True))
    if held:
        return _("A legal hold stands on %(cases)s; nothing of it is destroyed.") % {"cases": held}
    police = _cases(PoliceReport.objects.filter(mine, ended_at=None).values_list("case__reference", flat=True))
    return (
        _("A police report of %(cases)s is under way; nothing of it is destroyed.") % {"cases": police}
        if police
        else ""
    )


def _cases(references: Iterable[str]) -> str:
    return ", ".join(sorted(set(references)))
