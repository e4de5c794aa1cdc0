"""What can be told of the first look at a complaint: how urgent it is, and which flow it belongs to.

Signs are told by their keys; the customer's words stay sealed in his complaint, and so does what was seen of himself.
"""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

TRIAGED = register(
    Kind(
        "case.triaged",
        _("Severity %(chosen)s was confirmed, %(proposed)s was proposed (1 urgent, 3 ordinary); signs: %(signs)s."),
        ("care",),
    )
)
FLOW_KEPT = register(
    Kind(
        "case.flow_kept",
        _("Signs spoke for another flow than the one confirmed: %(signs)s."),
    )
)
URGENT_TOLD = register(Kind("case.urgent_told", _("Urgent: told to %(to)s.")))
URGENT_UNTOLD = register(Kind("case.urgent_untold", _("Urgent, and nobody in charge was in office to be told.")))
URGENT_SEEN = register(Kind("case.urgent_seen", _("Signed for as seen: the complaint is urgent.")))
