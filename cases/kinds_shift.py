"""What can be told of a shift hand-over 交接班: a promise another keeps from now on, and what came of it."""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

PROMISE_HANDED_OVER = register(
    Kind("promise.handed_over", _("The promise due by %(due_at)s was handed over to %(to)s"), ("note",))
)
PROMISE_SIGNED = register(Kind("promise.signed", _("The hand-over of the promise due by %(due_at)s was signed for")))
PROMISE_HANDED_BACK = register(
    Kind(
        "promise.handed_back",
        _("The hand-over of the promise due by %(due_at)s was refused; it is with %(to)s again"),
        ("reason",),
    )
)
HAND_OVER_GONE = register(
    Kind("hand_over.gone", _("What was handed over was done, or in other hands, before it was signed for"))
)
