"""Parts of a dossier: the complaint, its people and limits, and who did which step."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cases.exports.sheets import opened
from cases.models import Case, CasePerson, Deadline, DeadlineSpan, Standstill

from ..desk import timeline
from ..desk.clocks import title_of
from ..models import StepTask
from .blocks import Block, Facts, Note, Table, Text
from .seeing import Seeing, both, money, person, shown, until, when
from .trail import entries_head, numbers


def complaint(seeing: Seeing) -> Iterator[Block]:
    """What it is about, who complains, what he says where that may be shown."""
    case = seeing.case
    yield Facts(_facts(case))
    yield Facts(_parties(seeing), title=_("Parties"))
    for title, name in ((_("What the customer says"), "narrative"), (_("Demand in his words"), "demand_text")):
        if text := seeing.text(case, name):
            yield Text(title, text)
    yield _people(seeing)


def _facts(case: Case) -> list[tuple[str, str]]:
    classes = (case.business_final or case.business_first, case.cause_final or case.cause_first)
    return [
        (_("Number"), case.reference),
        (_("Kind"), case.get_kind_display()),
        (_("State"), case.get_state_display()),
        (_("Received by the bank"), both(case.received_at, case.recorded_at)),
        (_("Channel"), case.get_channel_display()),
        (_("Demand"), shown(case, "demand")),
        (_("Disputed sum"), money(case.disputed_total, case.currency)),
        (_("Severity"), shown(case, "severity")),
        (_("Kind of business"), str(classes[0] or "")),
        (_("Cause"), str(classes[1] or "")),
        *_moments(case),
        (_("Handling unit"), case.handling_unit.label),
        (_("Complained about"), case.complained_unit.label if case.complained_unit else ""),
        (_("Bears the sum"), case.bearing_unit.label if case.bearing_unit else ""),
        (_("Edition of the rules"), case.policy_version),
    ]


def _moments(case: Case) -> list[tuple[str, str]]:
    return [
        (_("Told at"), when(case.told_at)),
        (_("Completed at"), when(case.done_at)),
        (_("Archived at"), when(case.archived_at)),
        (_("Withdrawn at"), when(case.withdrawn_at)),
        (_("Begun anew at"), when(case.restarted_at)),
    ]


def _parties(seeing: Seeing) -> list[tuple[str, str]]:
    """The customer, his card, and whoever speaks for him: masked unless values in clear were agreed to."""
    case, rows = seeing.case, []
    if case.customer is not None:
        who = [case.customer.name_masked, case.customer.phone_masked]
        if seeing.in_clear:
            who = [opened(case.customer, name, purpose="export") for name in ("name", "phone")]
        rows.append((_("Customer"), " ".join(filter(None, who))))
    if case.card is not None:
        rows.append((_("Card"), f"{case.card.first_six}******{case.card.last_four} {case.card.get_kind_display()}"))
    for one in case.representatives.all():
        name = opened(one, "name", purpose="export") if seeing.in_clear else one.name_masked
        rows.append((_("Speaks for him"), f"{one.get_kind_display()} {name}"))
    return rows


def _people(seeing: Seeing) -> Table:
    rows = CasePerson.objects.filter(case=seeing.case).select_related("user").order_by("since", "pk")
    return Table(
        [_("Part"), _("Person"), _("From"), _("Until"), entries_head()],
        [
            [row.get_part_display(), person(row.user), when(row.since), when(row.until), numbers(seeing.trail.of(row))]
            for row in rows
        ],
        "people",
        title=_("People on the case"),
        none=_("Nobody."),
    )


def limits(seeing: Seeing) -> Iterator[Block]:
    """Every limit with what became of it; below, the times a limit stood still."""
    rows = list(Deadline.objects.filter(case=seeing.case).prefetch_related("spans").order_by("started_at", "pk"))
    heads = [_("Limit"), _("Whose limit"), _("Began at"), _("Due"), _("Ended at"), _("Outcome")]
    yield Table(heads, [_limit(row) for row in rows], "limits", none=_("No time limit."))
    still = [(row, one) for row in rows for one in row.spans.all() if not one.counts]
    if still:
        heads = [_("Limit"), _("Stood from"), _("Until"), _("Why")]
        spans = [[title_of(row), when(one.began_at), when(one.ended_at), _why(one)] for row, one in still]
        yield Table(heads, spans, "spans", title=_("Time that does not count"))


def _limit(row: Deadline) -> list[str]:
    outcome = row.get_outcome_display() if row.outcome else _("running")
    return [
        title_of(row),
        row.get_kind_display(),
        when(row.started_at),
        until(row.due_at),
        when(row.ended_at),
        str(outcome),
    ]


def _why(span: DeadlineSpan) -> str:
    return str(Standstill.Why(span.why).label) if span.why in Standstill.Why else span.why


def steps(seeing: Seeing) -> Iterator[Block]:
    """Each step a person had, in the order they opened."""
    tasks = [one for one in seeing.case.tasks.all() if one.flow_task_type == "HUMAN"]
    heads = [_("Step"), _("Post"), _("Who"), _("Began at"), _("Due"), _("Finished at"), _("Outcome"), entries_head()]
    rows = [_step(one, seeing) for one in sorted(tasks, key=lambda one: (one.created, one.pk))]
    yield Table(heads, rows, "steps", none=_("No step."))
    if seeing.case.withdrawn_at:
        yield Note(_("The customer withdrew the complaint at %(at)s.") % {"at": when(seeing.case.withdrawn_at)})


def _step(task: StepTask, seeing: Seeing) -> list[str]:
    title = str(task.flow_task.task_title) if task.flow_task else task.flow_task_type
    who = person(task.owner) if task.owner_id else ""
    place = _("for %(whom)s") % {"whom": person(task.for_whom)} if task.for_whom_id else ""
    outcome = timeline.ANSWERS.get(task.outcome, task.get_status_display())
    return [
        *(title, timeline.role_words(task.role), "\n".join(filter(None, (who, place)))),
        *(when(task.created), until(task.due_at), when(task.finished), str(outcome)),
        numbers(seeing.trail.of_step(task.uuid)),
    ]
