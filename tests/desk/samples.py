"""Samples as auditors draw and audit them, and what units do about it."""

from collections.abc import Mapping
from typing import Any

from cases.actions import audit_sheets, rectification, samples
from cases.actions.audit_sheets import Given
from cases.models import AuditFinding, AuditSheet, Sample
from knowledge import standards
from workflows.desk.audit.population import cases_of

PURPOSE = "季度内部质量检查"
SEED = "2026-11-27 18:00 03,08,17,21,26,30"


def drawn(user: Any, size: int = 1, filters: Mapping[str, str] | None = None, **asked: Any) -> Sample:
    """A sample of all complaints, drawn; by a seed of the machine unless another is given."""
    wanted = {"purpose": PURPOSE, "dimensions": (), **asked}
    plan = samples.Plan(filters=dict(filters or {}), size=size, **wanted)
    cases = cases_of(user, plan.filters)
    return samples.draw(sample=samples.plan(user=user, cases=cases, asked=plan), cases=cases, user=user)


def all_met(sheet: AuditSheet) -> dict[str, Given]:
    """Every standard met."""
    return {one.key: Given(standards.MET) for one in sheet.sample.pinned}


def marked(sheet: AuditSheet, user: Any, severity: str = "serious", key: str = "process.limits", **more: Any) -> Any:
    """The sheet signed with one finding; the finding."""
    given = {**all_met(sheet), key: Given(standards.UNMET, "延期未告知投诉人，无书面依据", severity)}
    audit_sheets.sign(sheet=sheet, user=user, given=given, **more)
    return sheet.findings.get() if severity else None


def found(staff: Any, severity: str = "serious") -> AuditFinding:
    """A finding in the outlet of the first case there is, fed back."""
    sheet = drawn(staff.auditor, reason="复核用").sheets.select_related("sample", "case").get()
    finding: AuditFinding = marked(sheet, staff.auditor, severity)
    return finding


def answered(staff: Any, severity: str = "serious") -> AuditFinding:
    """The same, answered by the head of the outlet."""
    return rectification.answer(
        finding=found(staff, severity),
        user=staff.outlet_head,
        done="已补发延期告知，并培训全体经办人员",
        proof="告知回执 GZ-2026-118",
        consequences="对经办人谈话提醒" if severity == "grave" else "",
    )
