"""Where the money of a card's transactions went first."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Case, DisputedTransaction
from record import clock

from .base import line, moment
from .trace import words_of

WentTo = DisputedTransaction.WentTo


class FirstHopForm(forms.Form):
    """Several transactions may have gone the same way; `account` is typed masked."""

    sometimes = ("name",)  # for all but cash

    transactions = forms.MultipleChoiceField(
        label=_("Money of which transactions"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one transaction.")},
    )
    went_to = forms.ChoiceField(label=_("Who had it first"), choices=WentTo.choices, widget=forms.RadioSelect)
    name = line(
        _("Name of the institution"), required=False, max_length=80, help_text=_("May stay empty for cash only")
    )
    account = line(
        _("Account or merchant number, masked"),
        required=False,
        max_length=64,
        help_text=_("First six and last four at most, like 6222******1234"),
        machine=True,
    )
    found_at = moment(_("Found out at"))

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data)
        listed = list(case.transactions.order_by("-booked_at", "-id"))
        chosen: Any = self.fields["transactions"]
        chosen.choices = [(str(one.uuid), _choice(one)) for one in listed]
        if not listed:
            chosen.help_text = _(
                "No transaction is on file yet: the card system lists them, or the trace adds them by hand."
            )
        self.fields["found_at"].initial = clock.now

    def clean_transactions(self) -> list[UUID]:
        return [UUID(chosen) for chosen in self.cleaned_data["transactions"]]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("went_to") not in (None, WentTo.CASH) and not answers.get("name") and "name" not in self.errors:
            self.add_error("name", _("Please fill this in."))
        return answers


def _choice(row: DisputedTransaction) -> str:
    """A transaction, with what is on record of its money already."""
    if not row.went_to:
        return words_of(row)
    return _("%(transaction)s (on record: %(where)s)") % {"transaction": words_of(row), "where": row.first_hop}
