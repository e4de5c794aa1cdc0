"""Words looked for in what customers wrote, which is sealed: opened one by one, read, and closed again.

No index of words is kept: whoever holds the database and no key could read much of the texts out of one (decision 41).
Instead the filter of the search says where to look, so many accounts are read at a time, newest first, and the page
says how many and how far back. What was looked for stands in no address and in no journal; that it was, with the cases
found, stands in the auditor's access stream.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from cases import access, kinds_audit
from cases.models import Case
from record.errors import KeyDestroyed, SealBroken

from ..complaint_facts import Row, with_facts
from ..frame import page, told
from ..ledger_bar import address, in_one_line, onward
from . import names
from .lists import auditor
from .search import Complaints
from .search_filter import SearchFilter

READ: Final = 10_000  # accounts opened at a time
SHOWN: Final = 25
CHUNK: Final = 200
SEARCHED: Final = ("narrative", "demand_text")
PURPOSE: Final = "audit: search by words"


class WordsForm(forms.Form):
    """Up to five words or pieces of a sentence, all of which have to be there."""

    words = forms.CharField(
        label=gettext_lazy("Words in the customer's account"),
        max_length=80,
        strip=True,
        help_text=gettext_lazy("Several, with a space between them: all of them have to be there, in any order."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_words(self) -> list[str]:
        """The words as texts are compared: width and case do not matter."""
        words = [plain(word) for word in self.cleaned_data["words"].split()]
        # a single sign is everywhere
        if any(len(word) < 2 for word in words):
            raise forms.ValidationError(_("A word has two signs at least."))
        return words


@dataclass
class Reading:
    """How far a search came: cases that have all the words, how many were read and could not be, where it goes on."""

    found: list[Any] = field(default_factory=list)
    read: int = 0
    unread: int = 0
    last: Any = None
    is_whole: bool = True


@told
def words(request: HttpRequest) -> HttpResponseBase:
    """Asked and answered by POST: what is looked for may be a name. The coded filter is the address's."""
    user = auditor(request)
    narrow = SearchFilter(request.GET, user=user)
    form = WordsForm(request.POST if request.method == "POST" else None)
    reading = None
    if narrow.is_valid() and form.is_bound and form.is_valid():
        reading = looked_for(user, narrow, form.cleaned_data["words"], request.POST.get("after", ""))
    asked = narrow.asked()
    return page(
        request,
        "audit_words.html",
        _("Search by words"),
        status=422 if form.errors or not narrow.is_valid() else 200,
        form=form,
        typed=request.POST.get("words", "")[:80],
        said=in_one_line(narrow, asked),
        reading=reading,
        rows=_rows(reading),
        here=onward(asked) if asked else "",
        search_url=address(names.SEARCH, asked) if asked else address(names.SEARCH),
    )


def looked_for(user: User, narrow: SearchFilter, wanted: Sequence[str], after: str) -> Reading:
    """Read on from a place until a page is full or enough was read; on record before it is shown."""
    complaints = Complaints(user, narrow.when())
    reading = Reading()
    for case in _opened(complaints.after(narrow, after)):
        if reading.read == READ or len(reading.found) == SHOWN:
            reading.is_whole = False
            break
        reading.read += 1
        reading.last = case
        _read(case, wanted, reading)
    data = {
        "read": reading.read,
        "cases": [str(case.uuid) for case in reading.found],
        "references": [case.reference for case in reading.found],
        "filters": narrow.asked(),
    }
    access.searched(user, kinds_audit.WORDS_LOOKED_FOR, data)
    return reading


def plain(text: str) -> str:
    """The text as it is compared."""
    return unicodedata.normalize("NFKC", text).casefold()


def _opened(cases: QuerySet[Any]) -> Iterator[Any]:
    columns = ("pk", "uuid", "reference", "received_at", "done_at", "recorded_at", *SEARCHED)
    rows = cases.select_related("person_key").only(*columns, "person_key")[: READ + 1]
    yield from rows.iterator(chunk_size=CHUNK)


def _read(case: Any, wanted: Sequence[str], reading: Reading) -> None:
    try:
        text = plain("\n".join(case.reveal(name, purpose=PURPOSE) for name in SEARCHED))
    except (KeyDestroyed, SealBroken):
        reading.unread += 1
        return
    if all(word in text for word in wanted):
        reading.found.append(case)


def _rows(reading: Reading | None) -> list[Row]:
    """The rows of what was found, in the order it was."""
    if reading is None or not reading.found:
        return []
    told = {case.pk: case for case in with_facts(Case.objects.filter(pk__in=[case.pk for case in reading.found]))}
    return [Row(told[case.pk]) for case in reading.found]
