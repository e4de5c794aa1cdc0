"""The trace: which transactions are disputed, and what each of them is."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases import rules, sums
from cases.actions import evidence, instalments, transactions
from cases.actions.turn import Turn
from cases.models import DisputedTransaction
from knowledge.evidence import EvidenceKind
from knowledge.grounds import TransactionType

from .base import StepForm, amount, line, moment

BY_HAND = 3  # lines offered for transactions the card system did not give
PLANS = 3  # lines offered for what was turned into instalments
NOT_DISPUTED = ("", _("Not disputed"))
# What the customer names is answered one way or the other: nothing is chosen for the investigator.
NAMED_CHOICES = [("", _("Choose")), *TransactionType.choices, ("not_disputed", _("Not disputed"))]
UNDISPUTED = (None, "", "not_disputed")


class TraceForm(StepForm):
    """One row a transaction of the card; lines for those known on paper only.

    What the customer names in the call is marked and has to be answered; `seen` of the data says which of it stood on
    the page, so that nothing he names meanwhile is answered unread.
    """

    sometimes = ("source",)

    source = line(
        _("Where the typed transactions stand"),
        required=False,
        help_text=_("Statement or voucher number; only for transactions typed by hand or noted in the call"),
        machine=True,
    )

    places = {"reference": "source"}

    def place_of(self, name: str) -> str:
        return {
            **{str(row.uuid): f"type_{row.uuid.hex}" for row in self.listed},
            **{str(uuid): f"plan_{n}_count" for uuid, n in self._planned.items()},
        }.get(name, super().place_of(name))

    @cached_property
    def _planned(self) -> dict[Any, int]:
        """The line of each plan by its transaction, once saving began."""
        return {}

    @cached_property
    def listed(self) -> list[DisputedTransaction]:
        """The latest first: what was stolen stands near the end of the card's life."""
        return list(self.case.transactions.order_by("-booked_at", "-id"))

    @property
    def named_now(self) -> str:
        """What the customer names as this page shows it; sent back as `seen`."""
        return ",".join(sorted(row.uuid.hex for row in self.listed if row.is_named))

    def build(self) -> None:
        choices = [NOT_DISPUTED, *TransactionType.choices]
        for row in self.listed:
            self.fields[f"type_{row.uuid.hex}"] = forms.ChoiceField(
                label=_("What it was"),
                choices=NAMED_CHOICES if row.is_named else choices,
                required=row.is_named,
                error_messages={"required": _("The customer names this one: choose what it was.")},
                initial=row.type,
            )
        for n in range(1, BY_HAND + 1):
            self.fields[f"hand_{n}_booked_at"] = moment(_("Booked at"), required=False)
            self.fields[f"hand_{n}_amount"] = amount(_("Amount"), required=False)
            self.fields[f"hand_{n}_merchant"] = line(_("Merchant"), required=False)
            self.fields[f"hand_{n}_channel"] = forms.ChoiceField(
                label=_("Where"), choices=[("", "—"), *DisputedTransaction.Channel.choices], required=False
            )
            self.fields[f"hand_{n}_type"] = forms.ChoiceField(label=_("What it was"), choices=choices, required=False)
        if rules.is_credit_card(self.case):
            self._ask_for_plans()

    def _ask_for_plans(self) -> None:
        """A credit card only: which of them run in instalments; those marked before stand in the first lines."""
        known = [row for row in self.listed if row.is_disputed and row.instalments]
        choices = [("", "—"), *((row.uuid.hex, words_of(row)) for row in self.listed)]
        choices += [(f"hand_{n}", _("Line %(n)d below") % {"n": n}) for n in range(1, BY_HAND + 1)]
        for n in range(1, max(PLANS, len(known)) + 1):
            row = known[n - 1] if n <= len(known) else None
            self.fields[f"plan_{n}_of"] = forms.ChoiceField(
                label=_("Transaction"), choices=choices, required=False, initial=row.uuid.hex if row else ""
            )
            self.fields[f"plan_{n}_count"] = forms.IntegerField(
                label=_("Number of instalments"),
                required=False,
                min_value=instalments.FEWEST,
                max_value=instalments.MOST,
                initial=row.instalments if row else None,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )
            self.fields[f"plan_{n}_fee"] = amount(
                _("Instalment fee so far"), required=False, initial=row.instalment_fee if row else None
            )

    def plans(self) -> list[list[forms.BoundField]]:
        """The lines for instalments; none on another card."""
        return [[self[f"plan_{n}_{name}"] for name in ("of", "count", "fee")] for n in self._plan_numbers()]

    def _plan_numbers(self) -> list[int]:
        return [int(name.split("_")[1]) for name in self.fields if name.startswith("plan_") and name.endswith("_of")]

    def rows(self) -> list[Mapping[str, Any]]:
        return [{"transaction": row, "type": self[f"type_{row.uuid.hex}"]} for row in self.listed]

    def lines(self) -> list[list[forms.BoundField]]:
        """The empty lines for transactions typed by hand."""
        names = ("booked_at", "amount", "merchant", "channel", "type")
        return [[self[f"hand_{n}_{name}"] for name in names] for n in range(1, BY_HAND + 1)]

    def extras(self) -> list[Any]:
        """Drawn below those lines, which alone need it; and the lines for instalments, in a place of their own."""
        return [self["source"], *self.plans()]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        typed = [n for n in range(1, BY_HAND + 1) if self._is_typed(answers, n)]
        for n in typed:
            for name in ("booked_at", "amount", "channel", "type"):
                if not answers.get(f"hand_{n}_{name}") and f"hand_{n}_{name}" not in self.errors:
                    self.add_error(f"hand_{n}_{name}", _("Fill this too, or clear the whole line."))
        self._check_plans(answers)
        if self.data.get("seen", self.named_now) != self.named_now:
            said = _("What the customer names has changed since you opened this page: look at it again.")
            self.add_error(None, said)
        if (typed or self._rests_on_his_word(answers)) and not answers.get("source") and "source" not in self.errors:
            self.add_error("source", _("Say where the typed transactions stand."))
        if not self.errors and not typed and not any(self._type_of(row, answers) for row in self.listed):
            raise forms.ValidationError(_("Mark at least one transaction as disputed."))
        return answers

    def _rests_on_his_word(self, answers: Mapping[str, Any]) -> bool:
        """One that the customer alone has told of is found disputed: it has to stand somewhere."""
        return any(row.noted_by_id is not None and self._type_of(row, answers) for row in self.listed)

    def _type_of(self, row: DisputedTransaction, answers: Mapping[str, Any]) -> str:
        chosen = answers.get(f"type_{row.uuid.hex}") or ""
        return "" if chosen == "not_disputed" else chosen

    def _check_plans(self, answers: Mapping[str, Any]) -> None:
        """A line is whole or empty, of a disputed transaction, and each transaction stands once."""
        seen: set[str] = set()
        for n in self._plan_numbers():
            of, rest = answers.get(f"plan_{n}_of"), (answers.get(f"plan_{n}_count"), answers.get(f"plan_{n}_fee"))
            if of and not rest[0] and f"plan_{n}_count" not in self.errors:
                self.add_error(f"plan_{n}_count", _("Into how many instalments was it turned?"))
            if not of and any(rest):
                self.add_error(f"plan_{n}_of", _("Choose the transaction, or clear the whole line."))
            if of and answers.get(f"{of}_type" if of.startswith("hand_") else f"type_{of}") in UNDISPUTED:
                self.add_error(f"plan_{n}_of", _("This transaction is not disputed."))
            elif of and of in seen:
                self.add_error(f"plan_{n}_of", _("This transaction stands on another line already."))
            seen.add(of or "")

    def _is_typed(self, answers: Mapping[str, Any], n: int) -> bool:
        return any(answers.get(f"hand_{n}_{name}") for name in ("booked_at", "amount", "merchant", "channel", "type"))

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        choices = {row.uuid: self._type_of(row, answers) for row in self.listed}
        named = {row.uuid.hex: row.uuid for row in self.listed}
        for n in range(1, BY_HAND + 1):
            if self._is_typed(answers, n):
                added = transactions.add_transaction(
                    turn,
                    booked_at=answers[f"hand_{n}_booked_at"],
                    amount=answers[f"hand_{n}_amount"],
                    merchant=answers[f"hand_{n}_merchant"],
                    channel=answers[f"hand_{n}_channel"],
                )
                choices[added.uuid] = answers[f"hand_{n}_type"]
                named[f"hand_{n}"] = added.uuid
        if answers["source"]:
            evidence.add_reference(turn, kind=EvidenceKind.TRANSACTION_LIST, reference=answers["source"])
        transactions.mark_disputed(turn, choices=choices)
        if numbers := self._plan_numbers():
            self._planned.update({named[of]: n for n in numbers if (of := answers[f"plan_{n}_of"])})
            plans = {
                uuid: instalments.Plan(answers[f"plan_{n}_count"], answers[f"plan_{n}_fee"] or sums.NOTHING)
                for uuid, n in self._planned.items()
            }
            instalments.mark(turn, plans=plans)


def words_of(row: DisputedTransaction) -> str:
    """A transaction on a list of choices."""
    parts = (f"{timezone.localtime(row.booked_at):%m-%d %H:%M}", sums.spoken(row.amount), row.merchant)
    return " · ".join(part for part in parts if part)
