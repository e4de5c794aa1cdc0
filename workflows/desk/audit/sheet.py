"""The audit sheet of one drawn case: marked by each standard beside the case's own pages, signed once."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language, gettext as _

from cases import access, kinds
from cases.actions import audit_sheets
from cases.errors import CaseError
from cases.models import AuditFinding, AuditSheet
from knowledge.calendars import last_day
from record import clock

from ...forms.sampling import AREAS, SheetForm, field_of
from ...forms.units import list_near
from ..findings import opened
from ..frame import done, page, posted, told
from .lists import auditor


@told
def sheet(request: HttpRequest, sheet: UUID) -> HttpResponseBase:
    """Marked and signed by a POST; from then on it is read. That the case was looked at is on record."""
    user, one = auditor(request), _sheet(sheet)
    access.looked(user, one.case, kinds.CASE_READ, {})
    if one.is_signed:
        if request.method == "POST":
            audit_sheets.still_to_sign(one)
        return _read(request, one)
    form = SheetForm(posted(request), sheet=one)
    list_near(form, one.unit)
    if request.method == "POST" and form.is_valid():
        try:
            audit_sheets.sign(sheet=one, user=user, given=form.given(), unit=form.cleaned_data["unit"])
        except CaseError as error:
            _say(form, error)
        else:
            return _on(request, one)
    return _asked(request, one, form)


def _on(request: HttpRequest, one: AuditSheet) -> HttpResponse:
    """To the next sheet that is not signed, back to the sample after the last."""
    left = one.sample.sheets.filter(signed_at=None).order_by("position")
    following = left.filter(position__gt=one.position).first() or left.first()
    if following is None:
        return done(
            request, _("Signed. Every complaint of the sample is audited."), "admin:audit_sample", one.sample.uuid
        )
    return done(request, _("Signed. This is the next one."), "admin:audit_sheet", following.uuid)


def _say(form: SheetForm, error: CaseError) -> None:
    """At the field of the standard; what no other answer mends is raised."""
    if not error.field:
        raise error
    form.add_error(field_of(error.field), str(error.sentence))


def _asked(request: HttpRequest, one: AuditSheet, form: SheetForm) -> HttpResponse:
    limits = {
        AuditFinding.Severity(severity).label: last_day(
            audit_sheets.due_at(severity, clock.now(), one.case.zone), one.case.zone
        )
        for severity in AuditFinding.Severity.values
    }
    return page(
        request,
        "audit_sheet.html",
        _("Audit sheet"),
        status=422 if form.errors else 200,
        form=form,
        areas=list(form.areas()),
        limits=limits,
        primary=_("Sign the sheet"),
        **_about(one),
    )


def _read(request: HttpRequest, one: AuditSheet) -> HttpResponse:
    marks = {mark.standard: mark for mark in one.marks.select_related("person_key")}
    found = {row.standard: row for row in one.findings.select_related("unit")}
    areas = [
        {
            "title": title,
            "rows": [_line(each, marks, found) for each in one.sample.pinned if each.area == area],
        }
        for area, title in AREAS.items()
    ]
    return page(request, "audit_sheet_read.html", _("Audit sheet"), areas=areas, **_about(one))


def _line(standard: Any, marks: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    name, look, _source = standard.says(get_language() or "")
    mark = marks[standard.key]
    return {
        "name": name,
        "look": look,
        "weight": standard.weight,
        "mark": mark,
        "remark": opened(mark, "remark"),
        "finding": found.get(standard.key),
    }


def _about(one: AuditSheet) -> dict[str, Any]:
    return {"sheet": one, "sample": one.sample, "of_case": one.case}


def _sheet(uuid: UUID) -> AuditSheet:
    rows = AuditSheet.objects.select_related("sample", "unit", "signed_by", "case__person_key")
    found = rows.filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found
