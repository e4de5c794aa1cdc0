"""One sample: how it was drawn, how far its audit is, what came of it by unit; drawing it again; giving it up."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import Branch, User
from cases import strata
from cases.actions import samples as actions
from cases.errors import CaseError
from cases.models import AuditFinding, Sample

from ...forms.sampling import GiveUpForm
from .. import export, ledger
from ..findings import opened
from ..frame import done, page, say, told
from . import names, population
from .lists import auditor

PAGE: Final = 25
HEADS: Final = (
    gettext_lazy("No. in the sample"),
    gettext_lazy("Number"),
    gettext_lazy("Stratum"),
    gettext_lazy("Unit"),
    gettext_lazy("Score"),
    gettext_lazy("Audit findings"),
    gettext_lazy("Signed by"),
    gettext_lazy("Signed at"),
)


@told
def sample(request: HttpRequest, sample: UUID) -> HttpResponseBase:
    """The page of a sample. `as=csv`: its sheets; `as=tsv`: what it was drawn from; a POST does something."""
    user, one = auditor(request), _sample(sample)
    if request.method == "POST":
        return _does(request, user, one)
    if request.GET.get("as") == "csv":
        return export.taken(user, _sheet(user, one))
    if request.GET.get("as") == "tsv":
        return population.as_file(one, user)
    return _shown(request, user, one)


def _does(request: HttpRequest, user: User, one: Sample) -> HttpResponse:
    act = request.POST.get("act", "")
    if act == "draw":
        actions.draw(sample=one, cases=population.cases_of(user, one.filters), user=user)
        return done(request, _("The sample is drawn."), "admin:audit_sample", one.uuid)
    if act == "verify":
        rows = strata.population(population.cases_of(user, one.filters), one.dimensions)
        return _shown(request, user, one, verified=actions.verify(sample=one, cases=rows, user=user))
    form = GiveUpForm(request.POST)
    if form.is_valid():
        try:
            actions.give_up(sample=one, user=user, reason=form.cleaned_data["reason"])
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("The sample is given up."), "admin:audit_sample", one.uuid)
    return _shown(request, user, one, form=form)


def _shown(
    request: HttpRequest, user: User, one: Sample, *, form: GiveUpForm | None = None, verified: Any = None
) -> HttpResponse:
    """A sample has a few hundred sheets at most: read once, counted and cut into pages here."""
    sheets, after = list(sheets_of(one)), _place(request)
    found = [sheet for sheet in sheets if sheet.position > after]
    words = strata.in_words(one.dimensions, [name for name, _there, _drawn in one.strata]) if one.dimensions else {}
    return page(
        request,
        "audit_sample.html",
        _("Sample"),
        status=422 if form is not None and form.errors else 200,
        sample=one,
        form=form or GiveUpForm(),
        purpose=opened(one, "purpose"),
        said=population.in_words(user, one.filters),
        moves=population.moves(one.filters),
        notes={name: opened(one, name) for name in ("origin_note", "reason", "end_reason")},
        strata=_strata(one, sheets, words) if one.dimensions else [],
        drawn=len(sheets),
        signed=sum(sheet.is_signed for sheet in sheets),
        units=units_of(sheets),
        rows=[{"sheet": sheet, "stratum": words.get(sheet.stratum, "")} for sheet in found[:PAGE]],
        verified=verified,
        older_url=f"?after={found[PAGE - 1].position}" if len(found) > PAGE else "",
        newer_url=request.path if after else "",
    )


def sheets_of(one: Sample) -> QuerySet[Any]:
    """The sheets in the order of the sample, each with how many `findings` it has."""
    findings = AuditFinding.objects.filter(sheet=OuterRef("pk")).order_by().values("sheet")
    number = Subquery(findings.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    rows = one.sheets.select_related("case", "unit", "signed_by").annotate(found=Coalesce(number, 0))
    return rows.defer("case__narrative", "case__demand_text").order_by("position")


def units_of(sheets: Iterable[Any]) -> list[dict[str, Any]]:
    """Each unit's cases, signed ones, mean score and findings; the lowest score on top, units without one last."""
    of_unit = defaultdict(list)
    for sheet in sheets:
        of_unit[sheet.unit].append(sheet)
    rows = [_unit(unit, its) for unit, its in of_unit.items()]
    return sorted(rows, key=lambda row: (row["mean"] is None, row["mean"] or 0, row["code"]))


def _unit(unit: Branch, sheets: Sequence[Any]) -> dict[str, Any]:
    scores = [sheet.score for sheet in sheets if sheet.score is not None]
    return {
        "unit": str(unit.label),
        "code": unit.code,
        "there": len(sheets),
        "signed": sum(sheet.is_signed for sheet in sheets),
        "mean": (sum(scores) / len(scores)).quantize(Decimal("0.1")) if scores else None,
        "findings": sum(sheet.found for sheet in sheets),
    }


def _strata(one: Sample, sheets: Iterable[Any], words: Mapping[str, str]) -> list[dict[str, Any]]:
    """The strata in their order: {words, population, drawn, signed}."""
    signed = Counter(sheet.stratum for sheet in sheets if sheet.is_signed)
    return [
        {"words": words[name], "population": there, "drawn": drawn, "signed": signed[name]}
        for name, there, drawn in one.strata
    ]


def _sheet(user: User, one: Sample) -> export.Sheet:
    words = strata.in_words(one.dimensions, [name for name, _there, _drawn in one.strata])

    def line(row: Any) -> list[ledger.Cell]:
        by = f"{row.signed_by.display_name} {row.signed_by.staff_number}" if row.signed_by else ""
        score = "" if row.score is None else str(row.score)
        about: list[ledger.Cell] = [str(row.position), row.case.reference, words.get(row.stratum, "")]
        return [*about, str(row.unit.label), score, str(row.found), by, row.signed_at]

    said = population.in_words(user, one.filters)
    return export.Sheet(names.SAMPLE, {"sample": str(one.uuid)}, HEADS, sheets_of(one), line, said)


def _sample(uuid: UUID) -> Sample:
    found = Sample.objects.select_related("by", "ended_by", "person_key", "again_of").filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def _place(request: HttpRequest) -> int:
    """The position a page begins after; what is none is the beginning."""
    typed = request.GET.get("after", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0
