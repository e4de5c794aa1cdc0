"""What the forms of flows beside the case share: the matter they are about, and how one is opened."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.actions.turn import Turn
from cases.models import Case, DisputedTransaction

from .base import StepForm, paragraph

NOTHING = ("", "—")
REASON = _("Reason")


class MatterForm(StepForm):
    """A step of a flow beside the case; `matter` is what it is about, none while a form is only looked at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        task = kwargs.get("task")
        self.matter: Any = task.process.flow_class.matter_of(task.process) if task is not None else None
        super().__init__(*args, **kwargs)


class OpeningForm(forms.Form):
    """Opens a matter on one of the case's transactions, or on the case. `open` makes it, in the turn."""

    needs_transaction = False

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data)
        self.case = case
        if "transaction" not in self.fields:
            return
        transactions: Any = self.fields["transaction"]
        transactions.queryset = case.transactions.all()
        transactions.required = self.needs_transaction
        if not self.needs_transaction:
            transactions.empty_label = str(_("The case as a whole"))

    def open(self, turn: Turn) -> Any:
        """Hand the answers to the action that makes the matter."""
        raise NotImplementedError


class TransactionField(forms.ModelChoiceField):
    """One of the case's transactions, by its uuid, told by moment, sum and merchant."""

    def __init__(self) -> None:
        super().__init__(DisputedTransaction.objects.none(), to_field_name="uuid", label=_("Transaction"))

    def label_from_instance(self, obj: Any) -> str:
        when = timezone.localtime(obj.booked_at).strftime("%Y-%m-%d %H:%M")
        return " · ".join(filter(None, (when, f"{obj.amount:,.2f}", obj.merchant)))


def note(label: Any = REASON, **more: Any) -> forms.CharField:
    """A short text of why."""
    return paragraph(label, rows=2, max_length=500, **more)
