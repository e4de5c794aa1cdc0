"""What can happen to a step, as the journal reads. `step` and `flow` are node and flow names: never renamed."""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

FLOW_STARTED = register(Kind("flow.started", _("The process “%(flow)s” was started")))
FLOW_OPENED = register(Kind("flow.opened", _("“%(flow)s” was opened beside the case")))
FLOW_ENDED = register(Kind("flow.ended", _("The process “%(flow)s” ended")))
STEP_OPENED = register(Kind("step.opened", _("Step “%(step)s” opened for %(role)s, due %(due)s")))
STEP_CLAIMED = register(Kind("step.claimed", _("Step “%(step)s” was claimed")))
STEP_RELEASED = register(Kind("step.released", _("Step “%(step)s” was given back")))
STEP_HANDED_OVER = register(
    Kind("step.handed_over", _("Step “%(step)s” was handed over to %(to)s"), personal=("note",))
)
STEP_REASSIGNED = register(Kind("step.reassigned", _("Step “%(step)s” was reassigned to %(to)s"), personal=("why",)))
STEP_COMPLETED = register(Kind("step.completed", _("Step “%(step)s” was completed")))
STEP_APPROVED = register(Kind("step.approved", _("Approved at step “%(step)s”"), personal=("reason",)))
STEP_RETURNED = register(Kind("step.returned", _("Returned for change at step “%(step)s”"), personal=("reason",)))
STEP_REFUSED = register(Kind("step.refused", _("Refused at step “%(step)s”"), personal=("reason",)))
STEP_CANCELLED = register(Kind("step.cancelled", _("Step “%(step)s” was cancelled"), personal=("reason",)))
WAIT_ENDED = register(
    Kind("step.wait_ended", _("“%(step)s”: the time to wait is over, the case goes on without what is still open"))
)
CAME_LATE = register(
    Kind("step.came_late", _("“%(step)s” was finished after the case had gone on; it counts all the same"))
)
ORDER_DROPPED = register(Kind("step.order_dropped", _("The order of step “%(step)s” is not sent any more")))
ORDER_SILENT = register(Kind("step.order_silent", _("Bank system has not answered “%(step)s” in time")))
