"""Limits of authority."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.actions.limits import stream_of
from accounts.admin.base import VerbAdmin, VerbForm
from accounts.admin.people import ask_for
from accounts.models import AuthorityLimit
from accounts.permissions import Verb


class NewLimit(VerbForm):
    """A limit begins; the one before it ends the day before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "valid_from" in self.fields:
            self.fields["valid_from"].required = False
            self.fields["valid_from"].help_text = _("Empty: from today on.")

    def perform(self) -> AuthorityLimit:
        """set_limit"""
        return actions.set_limit(by=self.by, **{name: self.cleaned_data[name] for name in self.fields})


class KnownLimit(VerbForm):
    """A limit ends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for(self, "valid_to")

    def perform(self) -> AuthorityLimit:
        """end_limit"""
        return actions.end_limit(limit=self.stored(), last_day=self.cleaned_data["valid_to"], by=self.by)


@admin.register(AuthorityLimit)
class AuthorityLimitAdmin(VerbAdmin):
    """Authority limits."""

    add_form, change_form = NewLimit, KnownLimit
    add_fields = ("role", "branch", "kind", "amount", "currency", "valid_from", "valid_to")
    shown_fields = ("role", "branch", "kind", "amount", "currency", "valid_from")
    change_fields = ("valid_to",)
    verb = Verb.MANAGE_LIMITS
    list_display = ("role", "branch", "kind", "sum", "valid_from", "valid_to")
    list_filter = ("kind", "role")
    list_select_related = ("branch",)
    search_fields = ("branch__code", "branch__name")
    autocomplete_fields = ("branch",)

    @admin.display(description=_("Limit"), ordering="amount")
    def sum(self, limit: AuthorityLimit) -> str:
        """The sum as people read it, with its currency."""
        return f"{limit.amount:,.2f} {limit.currency}"

    def stream_of(self, obj: AuthorityLimit) -> str:
        return stream_of(obj)
