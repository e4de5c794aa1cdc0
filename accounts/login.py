"""The door: signing in by staff number, changing one's own password, and what the journal tells of both.

Django's own signals are the one place every door passes (form, test client, later single sign-on), so the journal
listens there; nothing is decided in them. What was typed is never written down: a staff number only when it is one.
"""

from typing import Any

from axes.helpers import get_client_ip_address, get_failure_limit
from axes.signals import user_locked_out
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import actions, kinds
from accounts.authority import bank_day
from accounts.models import User
from record import clock
from record.journal import Fact, append, system

DOOR = system("log-in")


class LogInForm(AdminAuthenticationForm):
    """Staff number and password. Says the same for an unknown number, a wrong password and a deactivated account."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _("Staff number or password is wrong."),
    }


class OwnPasswordForm(AdminPasswordChangeForm):
    """A person's new password, set by the same verb as everywhere."""

    def save(self, commit: bool = True) -> User:
        """Change it; the view then keeps this session alive with the new hash."""
        self.user.password = actions.change_password(
            user=self.user, password=self.cleaned_data["new_password1"]
        ).password
        return self.user


def listen() -> None:
    """Connect the journal to the door; called once at start."""
    user_logged_in.connect(_came_in, dispatch_uid="accounts.login.came_in")
    user_logged_out.connect(_went_out, dispatch_uid="accounts.login.went_out")
    user_login_failed.connect(_failed, dispatch_uid="accounts.login.failed")
    user_locked_out.connect(_locked, dispatch_uid="accounts.login.locked")


def _came_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    with transaction.atomic():
        append(user.door, Fact(kinds.LOGGED_IN, {"address": _address(request)}), actor=user.actor())


def _went_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None and user.is_authenticated:
        with transaction.atomic():
            append(user.door, Fact(kinds.LOGGED_OUT), actor=user.actor())


def _failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    with transaction.atomic():
        append(_stream(credentials), Fact(kinds.LOGIN_FAILED, {"address": _address(request)}), actor=DOOR)


def _locked(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Axes says "locked out" at every further try; the journal tells the one that locked."""
    credentials = getattr(request, "axes_credentials", None) or {}
    failures = get_failure_limit(request, credentials)
    if getattr(request, "axes_failures_since_start", None) == failures:
        with transaction.atomic():
            append(_stream(credentials), Fact(kinds.LOGIN_LOCKED, {"failures": failures}), actor=DOOR)


def _stream(credentials: dict[str, Any]) -> str:
    """The person's own when the typed number is one, else one stream a day for all strangers."""
    try:
        return User.objects.get_by_natural_key(str(credentials.get("username") or "").replace("\0", "")).door
    except User.DoesNotExist:
        return f"login:{bank_day(clock.now())}"


def _address(request: HttpRequest | None) -> str:
    return str(get_client_ip_address(request) or "") if request is not None else ""
