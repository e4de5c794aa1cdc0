"""What can be told of visits to a branch: in the visit's own stream, and in the case's once it led to one."""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

RECEPTION_TAKEN = register(
    Kind("reception.taken", _("Visitors came to branch %(unit)s at %(received_at)s; how many: %(visitors)s."))
)
RECEPTION_LED = register(Kind("reception.led_to_case", _("The visit led to complaint %(reference)s.")))
RECEPTION_ENDED = register(
    Kind("reception.ended", _("The visit ended at %(ended_at)s; number of the recording: %(av_number)s."))
)
RECEPTION_READ = register(Kind("reception.read", _("A visit was opened to be read.")))
RECEPTION_SHOWN = register(
    Kind("reception.shown_in_clear", _("Personal values of a visit were shown in clear."), ("reason",))
)
CASE_VISITED = register(Kind("case.visited", _("Somebody came to branch %(unit)s about this at %(received_at)s.")))
