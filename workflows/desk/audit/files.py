"""调卷: up to twenty cases by their numbers, as one set of papers: an index, and each case on sheets of its own."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from cases import access, kinds
from cases.actions import references
from cases.models import Case, Evidence
from record.models import Entry

from .. import timeline
from ..complaint_facts import Row, with_facts
from ..frame import page, posted, told
from .lists import auditor

MOST: Final = 20
ENTRIES: Final = 500  # of one case; a longer time line says that it goes on
BETWEEN: Final = re.compile(r"[\s,;，；、]+")


class NumbersForm(forms.Form):
    """The numbers of an inspector's list, as they were copied."""

    numbers = forms.CharField(
        label=gettext_lazy("Case numbers"),
        max_length=1000,
        help_text=gettext_lazy("Up to twenty, one a line or with commas between them."),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
    )

    def clean_numbers(self) -> list[str]:
        """The numbers as they are stored, each once, in their order."""
        typed = [word for word in BETWEEN.split(self.cleaned_data["numbers"]) if word]
        read = {word: references.read(word) or references.without_check_digit(word) for word in typed}
        if unread := [word for word, number in read.items() if number is None]:
            raise forms.ValidationError(_("No number of a case: %(numbers)s.") % {"numbers": ", ".join(unread)})
        numbers = list(dict.fromkeys(number for number in read.values() if number))
        if len(numbers) > MOST:
            raise forms.ValidationError(_("These are %(count)s; at most twenty at a time.") % {"count": len(numbers)})
        return numbers


@dataclass
class File:
    """One case of the set: its row in the ledger's words, its time line, oldest first, and its evidence."""

    row: Row
    lines: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    goes_on: bool = False


@told
def files(request: HttpRequest) -> HttpResponseBase:
    """Asked by POST, since it shows cases; that each was read is on record before it is shown."""
    user = auditor(request)
    form = NumbersForm(posted(request))
    numbers = form.cleaned_data["numbers"] if form.is_bound and form.is_valid() else []
    found = _found(user, numbers)
    have = {one.row.case.reference for one in found}
    return page(
        request,
        "audit_files.html",
        _("Files by their numbers"),
        status=422 if form.errors else 200,
        form=form,
        files=found,
        unknown=[number for number in numbers if number not in have],
    )


def _found(user: User, numbers: Sequence[str]) -> list[File]:
    """The files in the order of the numbers. Three queries, and what puts it on record."""
    if not numbers:
        return []
    cases = with_facts(Case.objects.visible_to(user).filter(reference__in=numbers))
    by_number = {case.reference: File(Row(case)) for case in cases}
    files_of = {number: by_number[number] for number in numbers if number in by_number}
    access.looked_at_all(user, (one.row.case for one in files_of.values()), kinds.CASE_READ, {})
    evidence = defaultdict(list)
    for piece in Evidence.objects.filter(case__reference__in=files_of).defer("filename").order_by("pk"):
        evidence[piece.case_id].append(piece)
    by_stream = {one.row.case.stream: one for one in files_of.values()}
    for entry in Entry.objects.filter(stream__in=by_stream, number__lte=ENTRIES + 1).order_by("stream", "number"):
        _told(by_stream[entry.stream], entry)
    for one in files_of.values():
        one.evidence = evidence[one.row.case.pk]
    return list(files_of.values())


def _told(one: File, entry: Entry) -> None:
    if entry.number > ENTRIES:
        one.goes_on = True
        return
    one.lines.append(
        {
            "number": entry.number,
            "happened_at": entry.happened_at,
            "recorded_at": entry.recorded_at,
            "words": timeline.said(entry),
            "who": _("the system") if entry.actor_number == "system" else f"{entry.actor_name} {entry.actor_number}",
            "role": timeline.role_words(entry.actor_role),
        }
    )
