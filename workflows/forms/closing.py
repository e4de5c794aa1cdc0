"""办结 and 归档."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from cases.actions import closing
from cases.actions.closing import OpenPoint
from cases.actions.turn import Turn
from cases.models import Card, Case
from knowledge.models import TaxonomyCode

from .base import StepForm, line, paragraph

FRAUD = {Card.Kind.CREDIT: "B_CARD_CREDIT_FRAUD", Card.Kind.DEBIT: "B_CARD_DEBIT_FRAUD"}


class FacetField(forms.ModelChoiceField):
    """One facet of JR/T 0169, told in the reader's language."""

    def __init__(self, facet: str, **kwargs: Any) -> None:
        codes = TaxonomyCode.objects.filter(facet=facet).select_related("parent__parent")
        super().__init__(codes, to_field_name="local_code", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """The class and, behind it, those above it: "other" alone says nothing."""
        above: list[str] = []
        code = obj.parent
        while code is not None:
            above.insert(0, str(code))
            code = code.parent
        return _("%(name)s (%(above)s)") % {"name": obj, "above": " › ".join(above)} if above else str(obj)


class CloseForm(StepForm):
    """The final classification; the checklist itself is read from the case, not typed."""

    channel = FacetField("A", label=gettext_lazy("Channel of the business"))
    business = FacetField("B", label=gettext_lazy("Kind of business"))
    cause = FacetField("C", label=gettext_lazy("Cause"))
    note = paragraph(gettext_lazy("Note on the completion"), required=False, rows=2)

    def build(self) -> None:
        for name in ("channel", "business", "cause"):
            code = getattr(self.case, f"{name}_final") or getattr(self.case, f"{name}_first")
            self.fields[name].initial = code.local_code if code else self._suggested().get(name)

    def _suggested(self) -> dict[str, str]:
        """What a card-fraud case nearly always is; the person confirms it or chooses another."""
        if self.case.kind != Case.Kind.CARD_FRAUD or self.case.card is None:
            return {}
        return {"business": FRAUD[Card.Kind(self.case.card.kind)], "cause": "C_FUND_SAFE"}

    def open_points(self) -> list[OpenPoint]:
        """What still stands in the way, each with its sentence."""
        return closing.open_points(self.case)

    def save(self, turn: Turn) -> None:
        closing.close(turn, **self.cleaned_data)


class ArchiveForm(StepForm):
    """Where the file lies and how many pages it has."""

    index = line(gettext_lazy("File index"), help_text=gettext_lazy("Shelf mark and number of pages"))

    def save(self, turn: Turn) -> None:
        closing.archive(turn, index=self.cleaned_data["index"])
