"""A person's own choices: language and password."""

from contextlib import suppress

from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as remember_in_browser

from accounts import actions
from accounts.errors import Refused
from accounts.login import OwnPasswordForm


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Take the language posted as `language`, then go to `next`: kept in the browser, and for a person in his entry.

    Takes the place of Django's view of that name, whose cookie a signed-in person's own choice would overrule.
    """
    if request.user.is_authenticated:
        with suppress(Refused):  # Django's view ignores a language we do not speak, too
            actions.choose_language(user=request.user, language=request.POST.get("language", ""))
    return remember_in_browser(request)


def password_change(request: HttpRequest) -> HttpResponseBase:
    """The person's own password, by our verb instead of Django's save."""
    return PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        extra_context=admin.site.each_context(request),
    )(request)
