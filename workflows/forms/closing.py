"""办结 and 归档."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from cases.actions import attribution, closing
from cases.actions.closing import OpenPoint
from cases.actions.turn import Turn
from cases.models import Attribution, Card, Case
from knowledge.models import TaxonomyCode

from .base import StepForm, line, paragraph
from .units import StaffField, UnitField

FACETS = {"channel": "A", "business": "B", "cause": "C"}
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

    sometimes = ("unit", "attribution_reason")

    channel = FacetField(FACETS["channel"], label=gettext_lazy("Channel of the business"))
    business = FacetField(FACETS["business"], label=gettext_lazy("Kind of business"))
    cause = FacetField(FACETS["cause"], label=gettext_lazy("Cause"))
    verdict = forms.ChoiceField(
        label=gettext_lazy("Whose responsibility"),
        choices=Attribution.Verdict.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("For appraisal; who bears the loss was decided apart"),
    )
    unit = UnitField(label=gettext_lazy("Responsible unit"))
    person = StaffField(label=gettext_lazy("Responsible person"))
    attribution_reason = paragraph(
        gettext_lazy("Reason"), required=False, rows=2, help_text=gettext_lazy("Needed when somebody was responsible")
    )
    needs_rectification = forms.ChoiceField(
        label=gettext_lazy("Something to mend in the bank"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
    )
    note = paragraph(gettext_lazy("Note on the completion"), required=False, rows=2)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        verdict, at_fault = answers.get("verdict"), answers.get("verdict") not in (None, Attribution.Verdict.NONE)
        if at_fault and not answers.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Say which unit was responsible."))
        if at_fault and not answers.get("attribution_reason") and "attribution_reason" not in self.errors:
            self.add_error("attribution_reason", _("Say why."))
        if verdict == Attribution.Verdict.NONE and (answers.get("unit") or answers.get("person")):
            self.add_error("verdict", _("Nobody was responsible: name no unit and no person."))
        return answers

    def build(self) -> None:
        # the three facets are read together; each field still checks what was chosen against its own
        codes = list(TaxonomyCode.objects.filter(facet__in=FACETS.values()).select_related("parent__parent"))
        for name, facet in FACETS.items():
            self._offer(self.fields[name], [code for code in codes if code.facet == facet])
            known = getattr(self.case, f"{name}_final_id") or getattr(self.case, f"{name}_first_id")
            code = next((code.local_code for code in codes if code.pk == known), None)
            self.fields[name].initial = code or self._suggested().get(name)

    @staticmethod
    def _offer(field: Any, codes: list[TaxonomyCode]) -> None:
        offered = ((code.local_code, field.label_from_instance(code)) for code in codes)
        field.choices = [("", field.empty_label), *offered]

    def _suggested(self) -> dict[str, str]:
        """What a card-fraud case nearly always is; the person confirms it or chooses another."""
        if self.case.kind != Case.Kind.CARD_FRAUD or self.case.card is None:
            return {}
        return {"business": FRAUD[Card.Kind(self.case.card.kind)], "cause": "C_FUND_SAFE"}

    def open_points(self) -> list[OpenPoint]:
        """What still stands in the way, each with its sentence; whose responsibility it was is asked right here."""
        return [point for point in closing.open_points(self.case) if point.code != closing.NOT_ATTRIBUTED]

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        attribution.attribute(
            turn,
            verdict=answers["verdict"],
            unit=answers["unit"],
            person=answers["person"],
            reason=answers["attribution_reason"],
            needs_rectification=answers["needs_rectification"] == "yes",
        )
        closing.close(turn, **{name: answers[name] for name in ("channel", "business", "cause", "note")})


class ArchiveForm(StepForm):
    """Where the file lies and how many pages it has."""

    index = line(gettext_lazy("File index"), help_text=gettext_lazy("Shelf mark and number of pages"))

    def save(self, turn: Turn) -> None:
        closing.archive(turn, index=self.cleaned_data["index"])
