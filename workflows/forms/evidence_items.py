"""证据保全: what became of each thing that was asked for, and asking for more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases.actions import preservation
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Case, DisputedTransaction, Evidence, EvidenceItem
from knowledge.evidence import PERISHABLE, EvidenceKind

from .base import StepForm, line, moment

Holder, State = EvidenceItem.Holder, EvidenceItem.State
NOTHING = ("", "—")
BECAME = (
    ("", _("no answer yet")),
    (State.KEPT, _("Secured")),
    (State.LOST, _("Overwritten, with a signed statement")),
    (State.NONE, _("Does not exist")),
)
NAMES = ("became", "answered_by", "answered_at", "on_file", "reference", "happened_at", "reason")
WHOLE_CASE = ("", _("The case as a whole"))


def sensible(at: datetime) -> None:
    """A moment in living memory or within the time anybody keeps a recording; it may be past."""
    if not 2000 <= at.year <= 2100:
        raise ValidationError(_("This moment cannot be right."), code="moment")


class KeepEvidenceForm(StepForm):
    """One row an item without an answer; the step is finished when each has one. Files go to the evidence beside it."""

    @cached_property
    def asked(self) -> list[EvidenceItem]:
        """What waits for an answer, the soonest lost first."""
        items = self.case.evidence_items.open().select_related("transaction", "person_key")
        return sorted(items, key=lambda item: (item.lost_after is None, item.lost_after or item.ordered_at, item.pk))

    @cached_property
    def on_file(self) -> list[Evidence]:
        """What may be named as an answer."""
        kinds = {*(item.kind for item in self.asked), EvidenceKind.LOSS_STATEMENT}
        return list(self.case.evidence.filter(kind__in=kinds).order_by("happened_at", "id"))

    @property
    def sometimes(self) -> tuple[str, ...]:
        """Needed or not by what became of the item."""
        return tuple(self.fields)

    def build(self) -> None:
        for item in self.asked:
            for name, field in self._fields_of(item).items():
                self.fields[f"{name}_{item.uuid.hex}"] = field

    def _fields_of(self, item: EvidenceItem) -> dict[str, forms.Field]:
        shows = moment(_("Moment it shows"), required=False)
        shows.initial = item.transaction.booked_at if item.transaction else None
        return {
            "became": forms.ChoiceField(label=_("What became of it"), choices=BECAME, required=False),
            "answered_by": line(_("Who answered"), required=False, max_length=60),
            "answered_at": moment(_("Answered or secured at"), required=False, help_text=_("Empty: just now")),
            "on_file": forms.ChoiceField(label=_("On file already"), choices=self._choices(item), required=False),
            "reference": line(_("Or its number"), required=False, machine=True),
            "happened_at": shows,
            "reason": line(_("Why there is none"), required=False, max_length=500),
        }

    def _choices(self, item: EvidenceItem) -> list[Any]:
        fitting = [row for row in self.on_file if row.kind in (item.kind, EvidenceKind.LOSS_STATEMENT)]
        return [NOTHING, *((str(row.uuid), _told(row)) for row in fitting)]

    def rows(self) -> list[Mapping[str, Any]]:
        return [
            {
                "item": item,
                "asked_name": item.reveal("asked_name", purpose="step page") if item.asked_name is not None else "",
                "answers": [self[f"{name}_{item.uuid.hex}"] for name in NAMES],
                "bad": self._is_bad(item),
            }
            for item in self.asked
        ]

    def _is_bad(self, item: EvidenceItem) -> bool:
        return any(f"{name}_{item.uuid.hex}" in self.errors for name in NAMES) if self.is_bound else False

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for item in self.asked:
            for name, sentence in _lacking(self._answer(item, answers)):
                if (place := f"{name}_{item.uuid.hex}") not in self.errors:
                    self.add_error(place, sentence)
        return answers

    def _answer(self, item: EvidenceItem, answers: Mapping[str, Any]) -> dict[str, Any]:
        return {name: answers.get(f"{name}_{item.uuid.hex}") for name in NAMES}

    def answer_of(self, item: EvidenceItem) -> dict[str, Any]:
        """The answer to one item as the action takes it."""
        answer = self._answer(item, self.cleaned_data)
        answer["on_file"] = next((row for row in self.on_file if str(row.uuid) == answer["on_file"]), None)
        return answer

    def save(self, turn: Turn) -> None:
        for item in self.asked:
            try:
                preservation.answer(turn, item, **self.answer_of(item))
            except CaseError as refused:
                place = f"{refused.field}_{item.uuid.hex}" if refused.field else None
                raise CaseError(refused.sentence, field=place) from None


class AnswerItemForm(KeepEvidenceForm):
    """The answer to one item, whenever it comes."""

    def __init__(self, data: Any = None, *, case: Case, item: EvidenceItem) -> None:
        self.item = item
        super().__init__(data, case=case)

    @cached_property
    def asked(self) -> list[EvidenceItem]:
        return [self.item]

    def place_of(self, name: str) -> str:
        return f"{name}_{self.item.uuid.hex}"


class AskForm(forms.Form):
    """Something that only a person knows of: what, of which transaction, held by whom, until when."""

    sometimes = ("asked_name",)

    kind = forms.ChoiceField(label=_("What is to be secured"), choices=[(k.value, k.label) for k in PERISHABLE])
    transaction = forms.ChoiceField(label=_("Of which transaction"), required=False)
    asked_of = forms.ChoiceField(label=_("Who holds it"), choices=Holder.choices)
    asked_name = line(_("Name of the branch or institution"), required=False, help_text=_("Only when it is another"))
    lost_after = moment(
        _("Will be overwritten at"), required=False, help_text=_("Empty when not known"), check=sensible
    )

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data)
        self.rows = {str(row.uuid): row for row in case.transactions.order_by("-booked_at", "-id")}
        listed = [(uuid, _words(row)) for uuid, row in self.rows.items()]
        self.fields["transaction"].choices = [WHOLE_CASE, *listed]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """What the action takes."""
        return {**self.cleaned_data, "transaction": self.rows.get(self.cleaned_data["transaction"])}


class LastsForm(forms.Form):
    """When its holder says it will be overwritten."""

    lost_after = moment(_("Will be overwritten at"), check=sensible)


def _lacking(answer: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Fields an answer needs and does not have, each with its sentence."""
    became = answer["became"]
    if not became:
        return [("became", _("Say what became of it; the step waits for every answer."))]
    lacking = [] if answer["answered_by"] else [("answered_by", _("Say who answered."))]
    if became == State.NONE:
        return lacking + ([] if answer["reason"] else [("reason", _("Say why there is none."))])
    if not answer["on_file"] and not answer["reference"]:
        lacking.append(("reference", _("Choose what is on file, or give its number.")))
    if became == State.KEPT and not answer["on_file"] and not answer["happened_at"]:
        lacking.append(("happened_at", _("Say which moment it shows.")))
    return lacking


def _words(row: DisputedTransaction) -> str:
    return f"{_day(row.booked_at)} · {row.amount:,.2f} · {row.get_channel_display()} · {row.merchant or '—'}"


def _told(row: Evidence) -> str:
    number = row.reference or f"{row.digest_clear[7:15]}…"
    return f"{row.get_kind_display()} · {_day(row.happened_at)} · {number}"


def _day(at: datetime) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}"
