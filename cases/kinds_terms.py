"""What can be told of the terms a decision is told by: more time by law, another date, sum and way by agreement."""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

EXTENSION_ASKED = register(
    Kind("extension.asked", _("More time was asked for; the time limit ran until %(due_at)s."), ("reason",))
)
EXTENSION_GRANTED = register(
    Kind("extension.granted", _("More time was granted; the customer has to be told before %(due_at)s."), ("reason",))
)
EXTENSION_REFUSED = register(
    Kind("extension.refused", _("More time was refused; the time limit stays %(due_at)s."), ("reason",))
)
EXTENSION_IN_FORCE = register(
    Kind("extension.in_force", _("The time limit was extended from %(due_at)s to %(until)s."), ("reason",))
)
EXTENSION_TOLD = register(
    Kind("extension.told", _("The customer was told of the extension to %(until)s, number %(notice)s."))
)
EXTENSION_DROPPED = register(Kind("extension.dropped", _("The extension is no longer needed.")))
DEADLINE_EXTENDED = register(
    Kind("deadline.extended", _("The time limit “%(key)s” of %(due_at)s gave way to a longer one."))
)
DEADLINE_OVERRIDDEN = register(
    Kind(
        "deadline.overridden", _("The time limit “%(key)s” of %(due_at)s had passed; another date was agreed and kept.")
    )
)
SETTLED = register(
    Kind(
        "settlement.made",
        _("Customer and bank agreed on %(amount)s, to be told by %(due_at)s; agreement %(number)s."),
        ("text",),
    )
)
SETTLEMENT_ENDED = register(
    Kind("settlement.ended", _("Agreement %(number)s ended; the statutory clock leads again."), ("reason",))
)
DEADLINE_PUT_OFF = register(
    Kind("deadline.put_off", _("A time limit of the house was put off to %(due_at)s, with the statutory one."))
)
DEADLINE_GAVE_WAY = register(
    Kind(
        "deadline.gave_way",
        _("The time limit “%(key)s” of %(due_at)s is kept; the date agreed with the customer leads."),
    )
)
DEADLINE_LEADS = register(Kind("deadline.leads", _("The time limit “%(key)s” of %(due_at)s leads again.")))
