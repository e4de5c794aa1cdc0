"""How urgent a complaint is: proposed by signs, with the words that caused it, confirmed or changed by a person."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy as _

from cases.actions import triage
from cases.actions.turn import Turn
from cases.models import Case
from knowledge import signs


def _asked() -> list[tuple[str, str]]:
    language = get_language() or ""
    return [(sign.key, sign.says(language)[0]) for sign in signs.table().values() if sign.asked]


class TriageFields(forms.Form):
    """Special care as seen in the call, and the severity.

    `shown` of the data names the signs that stood in view when it was sent; `preset` says that the page chose the
    severity and nobody else did. A sign nobody saw that speaks against what was chosen, or is why the page chose it, is
    shown first and asked about; what is sent after that is the person's own answer.
    """

    care = forms.MultipleChoiceField(
        label=_("Special care"),
        choices=_asked,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the customer says himself, or what is plain to see; it goes into his record."),
    )
    severity = forms.TypedChoiceField(
        label=_("Severity"),
        choices=Case.Severity.choices,
        coerce=int,
        initial=Case.Severity.ORDINARY,
        widget=forms.RadioSelect,
    )

    record = ""  # what the customer's record says of special care
    proposal = signs.Proposal(signs.ORDINARY, "", ())

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        self.proposal = signs.propose(self.said(answers), care=answers.get("care", ()), record=self.known(answers))
        for name, sentence in self._asks(answers):
            self.add_error(name, sentence)
        return answers

    def said(self, answers: dict[str, Any]) -> str:
        """What the customer says, as far as it was typed."""
        return "\n".join(answers.get(name) or "" for name in ("demand_text", "narrative"))

    def known(self, answers: dict[str, Any]) -> str:
        """What the customer's record says of special care."""
        return self.record

    def kind_chosen(self, answers: dict[str, Any]) -> str:
        """The kind of complaint the person chose; "" when this form does not ask for it."""
        return str(answers.get("kind") or "")

    def confirm(self, turn: Turn, *, call_again: bool = False) -> None:
        """Keep the proposal and what the person chose."""
        answers = self.cleaned_data
        triage.confirm(
            turn, proposal=self.proposal, severity=answers["severity"], care=answers["care"], call_again=call_again
        )

    def sign_rows(self) -> Iterator[dict[str, Any]]:
        """Every sign for triage.html; `found` are those proposed now."""
        language, found = get_language() or "", {one.sign.key: one.words for one in self.proposal.found}
        severities = dict(Case.Severity.choices)
        kinds = dict(Case.Kind.choices)
        for sign in signs.table().values():
            name, why = sign.says(language)
            yield {
                "sign": sign,
                "name": name,
                "why": why,
                "speaks_for": kinds[Case.Kind(sign.kind)] if sign.kind else severities[Case.Severity(sign.severity)],
                "found": sign.key in found,
                "quoted": gettext(", ").join(found.get(sign.key, ())),
                "words": "\n".join(map(signs.folded, sign.words)) if not sign.is_of_himself else "",
                "unless": "\n".join(map(signs.folded, sign.unless)),
            }

    def _asks(self, answers: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Where what was chosen differs from what is proposed by signs the page did not show yet."""
        shown = forms.MultipleHiddenInput().value_from_datadict(self.data, self.files, "shown") or []
        fresh = [one.sign for one in self.proposal.found if one.sign.key not in shown]
        chosen, kind = answers.get("severity"), self.kind_chosen(answers)
        urgent = [sign for sign in fresh if sign.severity < signs.ORDINARY]
        if chosen is not None and any(sign.severity < chosen for sign in fresh):
            self._preselect()
            yield (
                "severity",
                gettext("Signs speak for a higher severity, which is chosen beforehand: confirm it or choose another."),
            )
        elif chosen is not None and urgent and "preset" in self.data:
            language = get_language() or ""
            yield (
                "severity",
                gettext("Not seen yet: %(signs)s. The severity is chosen by them: confirm it or choose another.")
                % {"signs": gettext(", ").join(sign.says(language)[0] for sign in urgent)},
            )
        if kind and any(sign.kind == self.proposal.kind != kind for sign in fresh if sign.kind):
            yield (
                "kind",
                gettext("Signs speak for “%(kind)s”. Choose that, or leave it as it is and send the form again.")
                % {"kind": dict(Case.Kind.choices)[Case.Kind(self.proposal.kind)]},
            )

    def _preselect(self) -> None:
        sent: Any = self.data
        sent = sent.copy()
        sent["severity"] = str(self.proposal.severity)
        self.data = sent
