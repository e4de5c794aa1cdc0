"""One finding of an audit: what was found, what the unit did about it, what the re-check came to."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext as _, gettext_lazy

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases import access, kinds
from cases.actions import rectification
from cases.errors import CaseError, NotAllowed
from cases.models import AuditFinding, Case, Rectification
from knowledge.calendars import last_day
from knowledge.standards import kept
from record.errors import KeyDestroyed

from ..forms.base import paragraph
from .frame import done, page, posted, say, told, who

PURPOSE = "finding of an audit"
TEXTS = ("done", "proof", "consequences", "note")


class AnswerForm(forms.Form):
    """What the unit did, and how one can see it."""

    done = paragraph(
        gettext_lazy("What was done about it"),
        max_length=rectification.LONGEST,
        help_text=gettext_lazy("In this case, and so that it does not happen again. No names or numbers of customers."),
    )
    proof = paragraph(
        gettext_lazy("Evidence of it"),
        rows=2,
        max_length=rectification.LONGEST,
        help_text=gettext_lazy("Numbers of documents, vouchers, recordings or cases in which it can be seen."),
    )
    consequences = paragraph(
        gettext_lazy("What came of it for those responsible"),
        rows=2,
        max_length=rectification.LONGEST,
        help_text=gettext_lazy("A grave finding asks for it: talk, criticism, appraisal, or why none."),
    )

    def __init__(self, *args: Any, finding: AuditFinding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not finding.asks_for_consequences:
            del self.fields["consequences"]


class CheckForm(forms.Form):
    """What the re-check came to."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome of the re-check"),
        choices=Rectification.Outcome.choices,
        widget=forms.RadioSelect,
    )
    note = paragraph(
        gettext_lazy("What was seen"),
        required=False,
        max_length=rectification.LONGEST,
        help_text=gettext_lazy("Needed unless it is closed."),
    )


@told
def finding(request: HttpRequest, finding: UUID) -> HttpResponse:
    """The page of a finding; a POST answers it for the unit, or checks it again."""
    user, row = who(request), _finding(request, finding)
    rounds = list(row.rounds.select_related("answered_by", "checked_by", "person_key").order_by("-number"))
    may_answer, may_check = rectification.may_answer(row, user), rectification.may_check(row, rounds[0], user)
    form: Any = None
    if may_answer or may_check:
        form = AnswerForm(posted(request), finding=row) if may_answer else CheckForm(posted(request))
    elif request.method == "POST":
        _late(row, user, request.POST)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            _does(row, user, form)
        except CaseError as error:
            say(form, error)
        else:
            words = _("Answered. An auditor checks it now.") if may_answer else _("The re-check is on record.")
            return done(request, words, "admin:finding", row.uuid)
    return _shown(request, row, rounds, form, may_answer=may_answer)


def _does(row: AuditFinding, user: User, form: forms.Form) -> None:
    if isinstance(form, AnswerForm):
        rectification.answer(finding=row, user=user, **form.cleaned_data)
    else:
        rectification.check(finding=row, user=user, **form.cleaned_data)


def _late(row: AuditFinding, user: User, sent: Any) -> None:
    """Sent to a finding that has gone on, or is another's: the verb says which. Raises NotAllowed, SomeoneWasFirst."""
    if may_somewhere(user, Verb.AUDIT):
        rectification.check(finding=row, user=user, outcome=Rectification.Outcome.CLOSED, note=sent.get("note", ""))
    rectification.answer(finding=row, user=user, done="", proof="")
    raise NotAllowed


def _finding(request: HttpRequest, uuid: UUID) -> AuditFinding:
    """A finding this person may read, and the looking at its case on record; 404 for all others."""
    user = who(request)
    rows = AuditFinding.objects.visible_to(user).select_related(
        "sheet__case__person_key", "sheet__sample", "unit", "found_by", "person_key"
    )
    found = rows.filter(uuid=uuid).first()
    if found is None:
        raise Http404
    access.looked(user, found.sheet.case, kinds.CASE_READ, {})
    row: AuditFinding = found
    return row


def _shown(
    request: HttpRequest, row: AuditFinding, rounds: list[Rectification], form: Any, *, may_answer: bool
) -> HttpResponse:
    user, case = who(request), row.sheet.case
    standard = next(one for one in kept(row.sheet.sample.standards) if one.key == row.standard)
    name, look, source = standard.says(get_language() or "")
    return page(
        request,
        "finding.html",
        _("Finding of an audit"),
        status=422 if form is not None and form.errors else 200,
        row=row,
        of_case=case,
        within=Case.objects.visible_to(user).filter(pk=case.pk).exists(),
        standard={"name": name, "look": look, "source": source},
        text=opened(row, "text"),
        rounds=[_round(one, case.zone) for one in rounds],
        is_due=row.state == AuditFinding.State.OPEN,
        form=form,
        primary=_("Send the answer to the auditor") if may_answer else _("Record the re-check"),
        may_audit=may_somewhere(user, Verb.AUDIT),
    )


def _round(one: Rectification, zone: str) -> dict[str, Any]:
    until = last_day(one.due_at, zone)
    return {"round": one, "until": until, **{name: opened(one, name) for name in TEXTS}}


def opened(row: Any, name: str) -> str:
    """A sealed text of a sheet or finding; what was erased reads so."""
    try:
        text: str = row.reveal(name, purpose=PURPOSE)
    except KeyDestroyed:
        return _("erased")
    return text
