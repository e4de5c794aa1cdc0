"""The forms of an audit: what is drawn, what is marked in one case, and why a sample is given up."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.utils.translation import get_language, gettext_lazy

from cases import strata
from cases.actions import audit_sheets, samples
from cases.actions.audit_sheets import Given
from cases.models import AuditFinding, AuditMark, AuditSheet
from knowledge import standards

from .base import paragraph
from .units import UnitField

NO_FINDING: Final = ("", gettext_lazy("no finding"))
AREAS: Final = {
    standards.PROCESS: gettext_lazy("Service process"),
    standards.WORDING: gettext_lazy("Wording"),
    standards.SYSTEM: gettext_lazy("Work in the system"),
}


class DrawForm(forms.Form):
    """How many, laid out by what, what for, and where the seed comes from."""

    size = forms.IntegerField(label=gettext_lazy("Complaints in the sample"), min_value=1, max_value=samples.MOST)
    dimensions = forms.MultipleChoiceField(
        label=gettext_lazy("Stratified by"),
        choices=list(strata.DIMENSIONS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("None of them: a simple random sample. Several: each combination is a stratum."),
    )
    purpose = paragraph(gettext_lazy("What for"), rows=2, max_length=samples.LONGEST)
    reason = paragraph(
        gettext_lazy("Why these are drawn from again"),
        rows=2,
        required=False,
        max_length=samples.LONGEST,
    )
    seed = forms.CharField(
        label=gettext_lazy("Seed drawn in public"),
        required=False,
        max_length=100,
        strip=True,
        help_text=gettext_lazy("Leave it empty: the machine makes one, which nobody knows before it is on record."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    origin_note = paragraph(
        gettext_lazy("Where it was drawn, and who saw it"),
        rows=2,
        required=False,
        max_length=samples.LONGEST,
    )
    sometimes = ("dimensions", "origin_note", "reason")

    def __init__(self, *args: Any, is_again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_again:
            del self.fields["reason"]

    def asked(self, filters: dict[str, str]) -> samples.Plan:
        """The plan, from answers that are valid."""
        return samples.Plan(filters=filters, **self.cleaned_data)


class GiveUpForm(forms.Form):
    """Why nothing more of it is audited."""

    reason = paragraph(gettext_lazy("Reason"), rows=2, max_length=samples.LONGEST)


class SheetForm(forms.Form):
    """One row a standard: its mark, a remark, and how grave a finding it is."""

    def __init__(self, *args: Any, sheet: AuditSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        for one in sheet.sample.pinned:
            name, _look, _source = one.says(get_language() or "")
            self._row(field_of(one.key), name)
        self.fields["unit"] = UnitField(label=gettext_lazy("Unit the findings go to"), initial=sheet.unit.code)
        self.sometimes = tuple(self.fields)

    def _row(self, key: str, name: str) -> None:
        self.fields[key] = forms.ChoiceField(label=name, choices=AuditMark.Value.choices, widget=forms.RadioSelect)
        self.fields[f"{key}_remark"] = paragraph(
            gettext_lazy("Remark"), rows=2, required=False, max_length=audit_sheets.LONGEST
        )
        self.fields[f"{key}_severity"] = forms.ChoiceField(
            label=gettext_lazy("Audit finding"),
            choices=[NO_FINDING, *AuditFinding.Severity.choices],
            required=False,
        )

    def areas(self) -> Iterator[dict[str, Any]]:
        """The standards by area: {title, rows of {standard, look, source, weight, mark, remark, severity}}."""
        for area, title in AREAS.items():
            yield {"title": title, "rows": [self._bound(one) for one in self.sheet.sample.pinned if one.area == area]}

    def given(self) -> dict[str, Given]:
        """What was marked, by the keys of the standards."""
        sent = self.cleaned_data
        return {
            one.key: Given(*(sent[f"{field_of(one.key)}{part}"] for part in ("", "_remark", "_severity")))
            for one in self.sheet.sample.pinned
        }

    def _bound(self, one: standards.Standard) -> dict[str, Any]:
        key = field_of(one.key)
        _name, look, source = one.says(get_language() or "")
        return {
            "look": look,
            "source": source,
            "weight": one.weight,
            "mark": self[key],
            "remark": self[f"{key}_remark"],
            "severity": self[f"{key}_severity"],
        }


def field_of(key: str) -> str:
    """The field of a standard, or of its remark or severity, as an action names it with dots."""
    return key.replace(".", "_")
