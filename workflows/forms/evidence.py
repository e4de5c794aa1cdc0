"""Evidence put on file: a file, or the number of a record kept elsewhere."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from cases.actions import evidence
from cases.actions.turn import Turn
from cases.models import Case
from knowledge.evidence import EvidenceKind

from .base import line, moment


class EvidenceForm(forms.Form):
    """One piece of evidence."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=[("", gettext_lazy("Choose")), *EvidenceKind.choices]
    )
    upload = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("PDF, picture, sound, film or text, up to 20 MB"),
    )
    reference = line(gettext_lazy("Or the number of a record kept elsewhere"), required=False, machine=True)
    happened_at = moment(gettext_lazy("When it came about"), required=False)

    @classmethod
    def beside(cls, missing: Iterable[str]) -> "EvidenceForm":
        """An empty one beside another form of the page; proposes what is missing first."""
        return cls(initial={"kind": next(iter(missing), None)}, auto_id="evidence_%s")

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if not self.errors and bool(answers.get("upload")) == bool(answers.get("reference")):
            self.add_error("upload", _("Give either a file or a number."))
        return answers

    def prepare(self, case: Case) -> None:
        """Check, seal and store the file before the case is locked."""
        self.kept = evidence.keep(case, self.cleaned_data["upload"]) if self.cleaned_data["upload"] else None

    def save(self, hand: Turn) -> None:
        answers = self.cleaned_data
        if self.kept is not None:
            evidence.add_file(hand, kind=answers["kind"], upload=self.kept, happened_at=answers["happened_at"])
        else:
            evidence.add_reference(
                hand, kind=answers["kind"], reference=answers["reference"], happened_at=answers["happened_at"]
            )
