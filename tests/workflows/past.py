"""What the journal tells of steps and limits against what the engine has."""

from cases.models import Case, Deadline
from record import journal
from workflows.desk.past_steps import replayed
from workflows.models import StepTask


def told_as_it_is(case: Case) -> None:
    """The stream of a case alone tells which steps of people are open, whose, in whose hands, until when; which limits
    run.
    """
    told = replayed(journal.entries(case.stream).order_by("number"))
    open_now = StepTask.objects.open().human().filter(case=case).select_related("owner")
    assert {uuid: (one.step, one.role, one.due, one.holder, one.unsigned) for uuid, one in told.steps.items()} == {
        str(task.uuid): (
            task.flow_task.name,
            task.role,
            journal.stamp(task.due_at) if task.due_at else None,
            f"{task.owner.display_name} {task.owner.staff_number}" if task.owner else "",
            task.waits_for_signature,
        )
        for task in open_now
    }
    running = Deadline.objects.filter(case=case, ended_at=None)
    assert {uuid: (one.key, one.due_at, one.gave_way) for uuid, one in told.limits.items()} == {
        str(one.uuid): (one.key, journal.stamp(one.due_at), one.overridden_at is not None) for one in running
    }
