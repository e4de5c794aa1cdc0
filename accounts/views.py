"""A person's own choices: language, keys and password."""

from contextlib import suppress

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as remember_in_browser

from accounts import actions
from accounts.errors import Refused
from accounts.login import OwnPasswordForm
from accounts.models import User


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Take the language posted as `language`, then go to `next`: kept in the browser, and for a person in his entry.

    Takes the place of Django's view of that name, whose cookie a signed-in person's own choice would overrule.
    """
    if request.user.is_authenticated:
        with suppress(Refused):  # Django's view ignores a language we do not speak, too
            actions.choose_language(user=request.user, language=request.POST.get("language", ""))
    return remember_in_browser(request)


@login_required
@require_POST
def set_keys(request: HttpRequest) -> HttpResponse:
    """Switch the person's single keys `on` or off, as posted in `keys`; then back to `next`."""
    if isinstance(request.user, User):
        actions.switch_keys(user=request.user, on=request.POST.get("keys") == "on")
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "admin:index")


def password_change(request: HttpRequest) -> HttpResponseBase:
    """The person's own password, by our verb instead of Django's save."""
    return PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        extra_context=admin.site.each_context(request),
    )(request)
