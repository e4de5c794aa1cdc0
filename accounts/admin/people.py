"""Staff, their posts, their absences."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.utils.html import format_html_join
from django.utils.translation import gettext, gettext_lazy as _

from accounts import actions
from accounts.admin.base import VerbAdmin, VerbForm
from accounts.errors import Refused
from accounts.models import Absence, Post, User
from record.models import Entry

SECRET = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class NewPerson(VerbForm):
    """Somebody joins."""

    password = forms.CharField(
        label=_("First password"), widget=SECRET, strip=False, help_text=_("At least 12 characters.")
    )

    def perform(self) -> User:
        """create_user"""
        return actions.create_user(by=self.by, **{name: self.cleaned_data[name] for name in self.fields})


class KnownPerson(VerbForm):
    """Somebody's entry, account and way in. Each part that was touched is a verb of its own."""

    why = forms.CharField(label=_("Reason for deactivating"), max_length=200, required=False)
    new_password = forms.CharField(label=_("New password"), widget=SECRET, strip=False, required=False)
    unlock = forms.BooleanField(label=_("Remove the log-in lock"), required=False)

    def perform(self) -> User:
        """change_user, activate_user or deactivate_user, set_password, unlock_user"""
        person, typed = self.stored(), self.cleaned_data
        with transaction.atomic():
            entry = {name: typed[name] for name in ("display_name", "branch", "language", "email")}
            changed: User = actions.change_user(user=person, by=self.by, **entry)
            if typed["is_active"] and not person.is_active:
                changed = actions.activate_user(user=changed, by=self.by)
            if person.is_active and not typed["is_active"]:
                changed = actions.deactivate_user(user=changed, why=typed["why"], by=self.by)
            if typed["new_password"]:
                self._set_password(changed)
            if typed["unlock"]:
                actions.unlock_user(user=changed, by=self.by)
        return changed

    def _set_password(self, person: User) -> None:
        try:
            actions.set_password(user=person, password=self.cleaned_data["new_password"], by=self.by)
        except Refused as refused:
            raise Refused(refused.sentence, field="new_password") from refused


@admin.register(User)
class UserAdmin(VerbAdmin):
    """Staff."""

    add_form, change_form = NewPerson, KnownPerson
    add_fields = ("staff_number", "display_name", "branch", "language", "email", "password")
    shown_fields = ("staff_number", "posts_held")
    change_fields = ("display_name", "branch", "language", "email", "is_active", "why", "new_password", "unlock")
    list_display = ("staff_number", "display_name", "branch", "account")
    list_display_links = ("staff_number", "display_name")
    list_filter = ("is_active",)
    list_select_related = ("branch",)
    search_fields = ("staff_number", "display_name")
    search_help_text = _("Staff number or name")
    autocomplete_fields = ("branch",)

    @admin.display(description=_("Account"), ordering="is_active")
    def account(self, person: User) -> str:
        """Whether he may come in, in words: the admin's own picture says `True` to a screen reader."""
        return gettext("in use") if person.is_active else gettext("shut")

    @admin.display(description=_("Posts"))
    def posts_held(self, person: User) -> str:
        """His posts, the newest first."""
        posts = person.posts.select_related("branch")
        return format_html_join(" · ", "{}", ((post,) for post in posts)) or "—"

    def told_of(self, obj: User) -> QuerySet[Entry]:
        """What he may do and when he came in, as one."""
        return Entry.objects.filter(stream__in=[obj.stream, obj.door]).order_by("-recorded_at", "-pk")


class NewPost(VerbForm):
    """A post is given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begin_now(self)

    def perform(self) -> Post:
        """give_post"""
        return actions.give_post(by=self.by, **{name: self.cleaned_data[name] for name in self.fields})


class HeldPost(VerbForm):
    """A post ends; nothing else of it changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for(self, "until")

    def perform(self) -> Post:
        """end_post"""
        return actions.end_post(post=self.stored(), until=self.cleaned_data["until"], by=self.by)


@admin.register(Post)
class PostAdmin(VerbAdmin):
    """Posts."""

    add_form, change_form = NewPost, HeldPost
    add_fields = ("user", "role", "branch", "since", "until")
    shown_fields = ("user", "role", "branch", "since")
    change_fields = ("until",)
    list_display = ("user", "role", "branch", "since", "until")
    list_filter = ("role",)
    list_select_related = ("user", "branch")
    search_fields = ("user__staff_number", "user__display_name", "branch__code", "branch__name")
    autocomplete_fields = ("user", "branch")

    def stream_of(self, obj: Post) -> str:
        return obj.user.stream


class NewAbsence(VerbForm):
    """Somebody is away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begin_now(self)

    def perform(self) -> Absence:
        """record_absence"""
        return actions.record_absence(by=self.by, **{name: self.cleaned_data[name] for name in self.fields})


class KnownAbsence(VerbForm):
    """Somebody is back, sooner or later than told."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for(self, "until")

    def perform(self) -> Absence:
        """end_absence"""
        return actions.end_absence(absence=self.stored(), until=self.cleaned_data["until"], by=self.by)


@admin.register(Absence)
class AbsenceAdmin(VerbAdmin):
    """Absences."""

    add_form, change_form = NewAbsence, KnownAbsence
    add_fields = ("user", "substitute", "since", "until")
    shown_fields = ("user", "substitute", "since")
    change_fields = ("until",)
    way = "user__branch__"
    list_display = ("user", "substitute", "since", "until")
    list_select_related = ("user", "substitute")
    search_fields = ("user__staff_number", "user__display_name", "substitute__staff_number")
    autocomplete_fields = ("user", "substitute")

    def stream_of(self, obj: Absence) -> str:
        return obj.user.stream


def begin_now(form: forms.ModelForm) -> None:
    """An empty beginning means now."""
    if "since" in form.fields:
        form.fields["since"].required = False
        form.fields["since"].help_text = _("Empty: from now on.")


def ask_for(form: forms.ModelForm, name: str) -> None:
    """Saving without a day must not end anything by surprise."""
    if name in form.fields:
        form.fields[name].required = True
