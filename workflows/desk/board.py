"""举证责任板 on the screen: the whole board on a page of its own, a compact panel beside the work, a finding typed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from accounts.permissions import Verb, may
from cases import burden_words as words, rules
from cases.actions import burden
from cases.burden import Grid, Stand, Standing, grids_of
from cases.burden_cells import Cell, Facts, State
from cases.errors import CaseError
from cases.models import BurdenFinding, Case, DisputedTransaction, Evidence
from knowledge.burden_table import row_for
from record import clock

from ..forms.base import moment, paragraph
from ..verbs import casework
from .frame import case_for, done, page, posted, right_to, say, told, who
from .wording import opened

SHAPES = {
    State.PROVED: "done",
    State.CONTESTED: "today",
    State.MISSING: "soon",
    State.LOST: "late",
    State.NOT_APPLICABLE: "none",
    Standing.SUPPORTED: "done",
    Standing.UNPROVED: "today",
    Standing.CONTRADICTED: "none",
}


@told
def board(request: HttpRequest, case: UUID) -> HttpResponse:
    """Everything of the board: when the bank was told, the card stopped, what is held and missing, what it costs."""
    found = case_for(request, case)
    user = who(request)
    judges = may(user, Verb.JUDGE_PROOF, found) and found.state == Case.State.OPEN and found.withdrawn_at is None
    return page(request, "board.html", _("Burden-of-proof board"), case=found, **whole(found, judges=judges))


def whole(
    case: Case,
    *,
    judges: bool = False,
    disputed: Sequence[DisputedTransaction] | None = None,
    facts: Facts | None = None,
) -> dict[str, Any]:
    """Context of board.html and board_panel.html; what is in hand already is not read again."""
    rows = list(case.transactions.disputed()) if disputed is None else disputed
    facts = burden.facts(case) if facts is None else facts
    shown = [_grid(grid, facts, case, judges) for grid in grids_of(rows, facts)]
    return {
        "board": shown,
        "board_head": _head(facts),
        "board_url": reverse("admin:board", args=[case.uuid]),
    }


def resting_on(case: Case, disputed: Sequence[DisputedTransaction]) -> dict[str, Any]:
    """For an approval: how the board stands, and what is missing or contested of what each decision rests on.

    Asks nothing when the case's board was opened (`casefile.open_board`). Empty for a case without a board.
    """
    if not rules.is_card_fraud(case) or not disputed:
        return {}
    grids = grids_of(disputed, burden.facts(case, shown=False))
    weak = [line for number, grid in enumerate(grids, 1) if (line := _weak(number, grid)) is not None]
    return {
        "board_missing": sum(len(grid.lacking) for grid in grids),
        "board_contested": sum(len(grid.contested) for grid in grids),
        "board_weak": weak,
        "board_url": reverse("admin:board", args=[case.uuid]),
    }


def _weak(number: int, grid: Grid) -> dict[str, Any] | None:
    """A decided transaction whose ground is not carried by what it hangs on; None when it is, or nothing is decided."""
    stand = grid.stand(grid.transaction.ground) if grid.transaction.ground else None
    if stand is None or not stand.lacks:
        return None
    lacks = [f"{words.title(name)} {words.STATES[grid.cell(name).state]}" for name in stand.lacks]
    return {
        "number": number,
        "transaction": grid.transaction,
        "ground": stand.ground.code,
        "state": words.STANDINGS[stand.standing],
        "lacks": lacks,
    }


def _head(facts: Facts) -> dict[str, Any]:
    """The moments a lawyer asks for first, each with its distance from the notice in minutes."""
    check = facts.checks[-1] if facts.checks else None
    return {
        "told_at": facts.told_at,
        "stopped_at": facts.stopped_at,
        "stopped_after": _minutes(facts, facts.stopped_at),
        "declined_at": facts.declined_at,
        "checked_at": check.checked_at if check else None,
        "checked_after": _minutes(facts, check.checked_at if check else None),
        "checked_words": str(check) if check else "",
    }


def _minutes(facts: Facts, at: Any) -> str:
    """How long after the notice, in whole minutes; before it when the bank was told by another way first."""
    if at is None or facts.told_at is None:
        return ""
    minutes = round((at - facts.told_at).total_seconds() / 60)
    if minutes < 0:
        return _("%(count)d minutes before the notice") % {"count": -minutes}
    return _("%(count)d minutes after the notice") % {"count": minutes}


def _grid(grid: Grid, facts: Facts, case: Case, judges: bool) -> dict[str, Any]:
    cells = [_cell(cell, grid, facts, case, judges) for cell in grid.cells if cell.row is not None]
    return {
        "transaction": grid.transaction,
        "cells": cells,
        "missing": [words.title(cell.element) for cell in grid.lacking],
        "contested": [words.title(cell.element) for cell in grid.contested],
        "idle": [words.title(cell.element) for cell in grid.cells if cell.row is None],
        "stands": [_stand(stand) for stand in grid.stands],
    }


def _cell(cell: Cell, grid: Grid, facts: Facts, case: Case, judges: bool) -> dict[str, Any]:
    if cell.row is None:
        return {}
    title, claim, consequence = words.says(cell.row)
    return {
        "element": cell.element,
        "title": title,
        "claim": claim,
        "consequence": consequence,
        "who": words.who(cell.row),
        "basis": words.BASES[cell.row.basis],
        "article": cell.row.article,
        "state": words.STATES[cell.state],
        "shape": SHAPES[cell.state],
        "why": words.why(cell, grid.transaction, facts),
        "hint": words.hint(cell) if judges else "",
        "held": cell.held,
        "wanted": words.kinds(cell.wanted) if cell.state != State.PROVED else "",
        "is_missing": cell.is_missing,
        "lost_after": cell.lost_after,
        "opens": [*(cell.row.opens_proved if cell.state == State.PROVED else cell.row.opens_unproved)],
        "finding": _finding(cell.finding, case),
        "url": reverse("admin:find_burden", args=[case.uuid, grid.transaction.uuid, cell.element]) if judges else "",
    }


def _finding(found: Any, case: Case) -> dict[str, Any] | None:
    """Who found it, when, why, and on which evidence; the bank's own words, read by whoever may see the case."""
    if found is None:
        return None
    found.person_key = case.person_key
    return {
        "by": found.by.display_name if found.by else "",
        "found_at": found.found_at,
        "reason": opened(found, "reason", purpose="burden board"),
        "evidence": [link.evidence for link in found.rests_on.all()],
    }


def _stand(stand: Stand) -> dict[str, Any]:
    title, _rule = stand.ground.says(words.language())
    return {
        "code": stand.ground.code,
        "title": title,
        "article": stand.ground.article,
        "state": words.STANDINGS[stand.standing],
        "shape": SHAPES[stand.standing],
        "lacks": [words.title(element) for element in stand.lacks],
        "needs_reason": stand.ground.needs_reason(proved=stand.standing is Standing.SUPPORTED),
    }


class FindingForm(forms.Form):
    """What was found of one element, why, when, and on which evidence of the case."""

    finding = forms.ChoiceField(
        label=gettext_lazy("The finding"), choices=BurdenFinding.Finding.choices, widget=forms.RadioSelect
    )
    evidence = forms.MultipleChoiceField(
        label=gettext_lazy("Evidence it rests on"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = paragraph(gettext_lazy("Written reason"), help_text=gettext_lazy("What the evidence shows, and what not"))
    found_at = moment(gettext_lazy("Judged at"))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["found_at"].initial = clock.now
        rows = case.evidence.order_by("happened_at", "id")
        self.fields["evidence"].choices = [(str(row.uuid), _named(row)) for row in rows]  # type: ignore[attr-defined]


def _named(row: Evidence) -> str:
    return " · ".join(filter(None, (str(row), words.when(row.happened_at), row.reference)))


@told
def find(request: HttpRequest, case: UUID, transaction: UUID, element: str) -> HttpResponse:
    """Type what was found of one element of one transaction."""
    found = case_for(request, case)
    right_to(request, Verb.JUDGE_PROOF, found)
    row, about = _asked(found, transaction, element)
    form = FindingForm(posted(request), case=found)
    if request.method == "POST" and form.is_valid():
        try:
            casework.find_burden(found, user=who(request), transaction=about.uuid, element=element, **form.cleaned_data)
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("Recorded."), "admin:board", case)
    return page(
        request,
        "board_finding.html",
        _("Finding: %(element)s") % {"element": words.title(element)},
        status=422 if form.errors else 200,
        case=found,
        form=form,
        transaction=about,
        asked=dict(zip(("title", "claim", "consequence"), words.says(row), strict=True)),
        burden_who=words.who(row),
        article=row.article,
        primary=_("Record the finding"),
    )


def _asked(case: Case, transaction: UUID, element: str) -> tuple[Any, DisputedTransaction]:
    """The row of the table and the transaction; 404 for what is not disputed or does not apply to it."""
    about = case.transactions.disputed().filter(uuid=transaction).first()
    try:
        row = row_for(element, about.type) if about else None
    except KeyError:
        row = None
    if about is None or row is None:
        raise Http404
    return row, about
