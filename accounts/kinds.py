"""What the journal can tell about people, branches and limits."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from record.journal import Kind, register


class Worded(Kind):
    """A kind whose role and language are stored by code and read in the reader's words."""

    def say(self, data: Mapping[str, Any]) -> str:
        """The sentence in the active language."""
        words = dict(data)
        if words.get("role") in Role.values:
            words["role"] = str(Role(words["role"]).label)
        if "language" in words:
            words["language"] = dict(settings.LANGUAGES).get(words["language"], words["language"])
        return super().say(words)


USER_CREATED = register(Kind("user.created", _("%(name)s was recorded with staff number %(number)s")))
USER_CHANGED = register(Kind("user.changed", _("The person's entry was changed")))
USER_DEACTIVATED = register(Kind("user.deactivated", _("The account was deactivated: %(why)s")))
USER_ACTIVATED = register(Kind("user.activated", _("The account was activated again")))
USER_UNLOCKED = register(Kind("user.unlocked", _("The log-in lock was removed")))
PASSWORD_SET = register(Kind("user.password_set", _("A new password was set by an administrator")))
PASSWORD_CHANGED = register(Kind("user.password_changed", _("The person changed the password")))
LANGUAGE_CHOSEN = register(Worded("user.language_chosen", _("The person chose the language %(language)s")))
KEYS_OFF = register(Kind("user.keys_off", _("The person switched the single keys off")))
KEYS_ON = register(Kind("user.keys_on", _("The person switched the single keys on")))

POST_GIVEN = register(Worded("post.given", _("Post given: %(role)s at %(branch)s from %(since)s")))
POST_ENDED = register(Worded("post.ended", _("Post ended: %(role)s at %(branch)s on %(until)s")))
ABSENCE_RECORDED = register(Kind("absence.recorded", _("Away from %(since)s to %(until)s, substitute: %(substitute)s")))
ABSENCE_ENDED = register(Kind("absence.ended", _("The absence ends on %(until)s")))

BRANCH_CREATED = register(Kind("branch.created", _("Branch %(code)s %(name)s was recorded under %(parent)s")))
BRANCH_CHANGED = register(Kind("branch.changed", _("The branch's entry was changed")))
BRANCH_MOVED = register(Kind("branch.moved", _("The branch was moved from %(before)s to %(after)s")))
BRANCH_CLOSED = register(Kind("branch.closed", _("The branch was closed")))

LIMIT_SET = register(Worded("limit.set", _("Authority limit of %(role)s: up to %(amount)s from %(valid_from)s")))
LIMIT_ENDED = register(Worded("limit.ended", _("Authority limit of %(role)s ends on %(valid_to)s")))

VIEW_SAVED = register(Kind("view.saved", _("The person saved a view of a ledger")))
VIEW_RENAMED = register(Kind("view.renamed", _("The person renamed a view of a ledger")))
VIEW_REMOVED = register(Kind("view.removed", _("The person removed a view of a ledger")))

LOGGED_IN = register(Kind("login.succeeded", _("Logged in from %(address)s")))
LOGIN_FAILED = register(Kind("login.failed", _("Log-in failed from %(address)s")))
LOGIN_LOCKED = register(Kind("login.locked", _("Log-in was locked after %(failures)s failures")))
LOGGED_OUT = register(Kind("login.ended", _("Log-out")))
