"""What can be told of the liability panel; see `cases.kinds` for how a sentence is made."""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

PANEL_CALLED = register(
    Kind(
        "panel.called",
        _(
            "Liability panel %(number)s was called: %(at_stake)s are disputed, one person decides up to "
            "%(alone_up_to)s."
        ),
        (),
    )
)
# One kind whichever way: how somebody voted is sealed, and shown when all have voted.
VOTED = register(Kind("panel.voted", _("Liability panel %(number)s: a member voted."), ("vote", "reason")))
PANEL_ADOPTED = register(
    Kind(
        "panel.adopted",
        _("Liability panel %(number)s adopted the decision, %(in_favour)s to %(against)s; minutes %(minutes)s."),
        ("course",),
    )
)
PANEL_NOT_ADOPTED = register(
    Kind(
        "panel.not_adopted",
        _("Liability panel %(number)s did not adopt the decision, %(in_favour)s to %(against)s; minutes %(minutes)s."),
        ("course",),
    )
)
PANEL_FELL = register(Kind("panel.fell", _("Liability panel %(number)s ended without a result."), ()))
