"""处理轨迹, the whole of it: each entry of a case's stream with who, when, and what it changed from what to what."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.db.models import ForeignKey, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from accounts.permissions import Verb, may
from cases.as_of import Past, past_of
from cases.models import Case
from cases.record_words import field_word, model_of, tells, value_word
from record import journal
from record.models import Entry

from . import timeline
from .frame import case_for, page, told, who
from .ledger_bar import onward
from .past_names import Names

PAGE: Final = 100
PLACE: Final = "older_than"  # a place in this one stream; no row of a table
# What people look for in a history → beginnings of the kinds that tell of it. The rest is "other".
GROUPS: Final[Mapping[str, tuple[str | Promise, tuple[str, ...]]]] = {
    "steps": (gettext_lazy("Steps and approvals"), ("step.", "flow.", "people.", "interest.", "hand_over.")),
    "limits": (gettext_lazy("Time limits"), ("deadline.", "clock.", "extension.", "settlement.", "referral.")),
    "customer": (gettext_lazy("Customer and letters"), ("contact.", "promise.", "text.", "letter.", "customer.")),
    "card": (
        gettext_lazy("Card and account"),
        ("control.", "companion.", "protection.", "credit_record.", "formal_loss.", "real_card.", "card."),
    ),
    "money": (
        gettext_lazy("Money"),
        ("money.", "proposal.", "advance.", "recovery.", "points.", "instalments.", "supplement.", "chargeback."),
    ),
    "proof": (gettext_lazy("Evidence and findings"), ("evidence.", "burden.", "transaction", "liability.", "panel.")),
    "outside": (gettext_lazy("Inquiry letters and police"), ("inquiry.", "police.")),
    "after": (
        gettext_lazy("After the decision"),
        ("dissent.", "review.", "proceeding.", "hold.", "follow_up.", "attribution."),
    ),
    "complaint": (
        gettext_lazy("The complaint itself"),
        ("case.", "complaint.", "mandate.", "reception.", "call.", "archive.", "data."),
    ),
    "orders": (gettext_lazy("Orders to bank systems"), ("order.",)),
}
OTHER: Final = "other"


class HistoryFilter(forms.Form):
    """What of a history is shown; what cannot be read is not asked."""

    what = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=[
            ("", gettext_lazy("Everything")),
            *((key, words) for key, (words, _kinds) in GROUPS.items()),
            (OTHER, gettext_lazy("Other")),
        ],
        required=False,
    )
    by = forms.CharField(label=gettext_lazy("Staff number"), max_length=40, required=False)
    sometimes = ("what", "by")

    def asked(self) -> dict[str, str]:
        """What was chosen, as an address holds it."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


@told
def history(request: HttpRequest, case: UUID) -> HttpResponse:
    """The entries of a case, newest first, by keyset along its stream."""
    found = case_for(request, case)
    form = HistoryFilter(request.GET)
    asked = form.asked()
    before = request.GET.get(PLACE, "")
    entries = _narrowed(found, asked)
    if before.isdecimal():
        entries = entries.filter(number__lt=min(int(before), 2**62))
    rows = list(entries.order_by("-number")[: PAGE + 1])
    here = reverse("admin:case_history", args=[found.uuid])
    return page(
        request,
        "case_history.html",
        _("Time line"),
        case=found,
        form=form,
        rows=list(lines(rows[:PAGE], found)),
        older_url=f"{here}{onward(asked, **{PLACE: str(rows[PAGE - 1].number)})}" if len(rows) > PAGE else "",
        newer_url=f"{here}{onward(asked)}" if before else "",
        all_url=here if asked else "",
        past_url=reverse("admin:as_of", args=[found.uuid]) if may(who(request), Verb.SEE_PAST, found) else "",
    )


def lines(entries: Iterable[Entry], case: Case) -> Iterator[dict[str, Any]]:
    """Each entry as the time line tells it, with number, cause, hash and `changes`. A query, and one a kind named."""
    entries, past = list(entries), past_of(case)
    changed = {entry.number: list(_changes(entry)) for entry in entries}
    named = Names(past, _keys(change for changes in changed.values() for change in changes))
    by_uuid = _by_uuid(past)
    for entry in entries:
        yield timeline.line(entry, case) | {
            "number": entry.number,
            "kind": entry.kind,
            "hash": entry.hash,
            "cause": entry.told["actor"].get("cause", ""),
            "changes": [
                {
                    "record": named(model, by_uuid.get((model, uuid), uuid)),
                    "field": field_word(model, field.name),
                    "before": value_word(field, before, named),
                    "after": value_word(field, after, named),
                }
                for model, uuid, field, before, after in changed[entry.number]
            ],
        }


def group_of(kind: str) -> str:
    """The group a kind of entry belongs to."""
    return next((key for key, (_words, begins) in GROUPS.items() if kind.startswith(begins)), OTHER)


def _narrowed(case: Case, asked: Mapping[str, str]) -> Any:
    entries = journal.entries(case.stream)
    if what := asked.get("what"):
        begins = {key: _any_of(begins) for key, (_words, begins) in GROUPS.items()}
        others = Q()
        for one in begins.values():
            others |= one
        entries = entries.exclude(others) if what == OTHER else entries.filter(begins[what])
    return entries.filter(actor_number=asked["by"]) if "by" in asked else entries


def _any_of(begins: Iterable[str]) -> Q:
    found = Q()
    for one in begins:
        found |= Q(kind__startswith=one)
    return found


def _changes(entry: Entry) -> Iterator[tuple[Any, Any, Any, Any, Any]]:
    """(model, uuid or key, field, before, after) of each field a reader is told."""
    for one in entry.changed:
        model = model_of(str(one["model"]))
        if model is None:
            continue
        fields = {field.name: field for field in tells(model)}
        for name, pair in one["fields"].items():
            if name in fields:
                yield model, one.get("uuid") or one.get("pk"), fields[name], pair["before"], pair["after"]


def _keys(changes: Iterable[tuple[Any, Any, Any, Any, Any]]) -> Iterator[tuple[Any, Any]]:
    for _model, _uuid, field, before, after in changes:
        if isinstance(field, ForeignKey):
            yield from ((field.related_model, value) for value in (before, after) if value is not None)


def _by_uuid(past: Past) -> dict[tuple[Any, Any], int]:
    """What a body names by uuid, by the key that names go by."""
    return {(model, str(getattr(row, "uuid", pk))): pk for (model, pk), row in past.newest().items()}
