"""What can be told of a step that changed hands: who has it signs for it."""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

STEP_SIGNED = register(Kind("step.signed", _("The hand-over of step “%(step)s” was signed for")))
STEP_HANDED_BACK = register(
    Kind("step.handed_back", _("The hand-over of step “%(step)s” was refused; it went back"), ("reason",))
)
