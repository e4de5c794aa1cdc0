"""What all our admin pages share: a form that calls a verb, addresses by uuid, rows in the administrator's reach."""

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts import scope
from accounts.errors import Refused
from accounts.models import User
from accounts.permissions import Verb
from record.journal import entries
from record.models import Entry

NUMBER = re.compile(r"[0-9]{1,18}")


class VerbForm(forms.ModelForm):
    """A form that changes nothing itself: it rehearses its verb while being checked, and the admin performs it."""

    by: User

    def perform(self) -> Model:
        """Call the verb and return what it made or changed. Raises Refused."""
        raise NotImplementedError

    def stored(self) -> Any:
        """The record as it stands in the database, not as typed."""
        return type(self.instance)._default_manager.get(pk=self.instance.pk)

    def _post_clean(self) -> None:
        # The verb itself says what is wrong, at the field it names, before anything is kept.
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        if self.errors:
            return
        try:
            with transaction.atomic():
                self.perform()
                transaction.set_rollback(True)
        except Refused as refused:
            self.add_error(refused.field if refused.field in self.fields else None, str(refused.sentence))


class Picker(AutocompleteSelect):
    """Django's picker, which answers 500 when a form comes back with something that is no number."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        """The chosen record only when one can be meant."""
        return super().optgroups(name, [item for item in value if NUMBER.fullmatch(str(item))], attrs)


class ByUuid(ChangeList):
    """A list whose rows are addressed by uuid."""

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        """NUL in a filter is sent on to PostgreSQL by Django, where no text holds one."""
        if any("\0" in value for name in request.GET for value in request.GET.getlist(name)):
            raise IncorrectLookupParameters
        return super().get_queryset(request, *args, **kwargs)

    def url_for_result(self, result: Any) -> str:
        """The page of one row."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=(quote(str(result.uuid)),))


class VerbAdmin(admin.ModelAdmin):
    """Add and change by verbs; delete never. To add and to change have forms apart; `way` leads to the place."""

    add_form: type[VerbForm]
    change_form: type[VerbForm]
    add_fields: tuple[str, ...] = ()
    change_fields: tuple[str, ...] = ()
    shown_fields: tuple[str, ...] = ()
    way: str = "branch__"
    verb = Verb.MANAGE_PEOPLE
    show_full_result_count = False
    list_per_page = 50

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """A list is called by what is in it, not by what may be done with it."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.add_fields if obj is None else (*self.shown_fields, *self.change_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.shown_fields

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        chosen = self.change_form if change else self.add_form
        kwargs["form"] = type(chosen.__name__, (chosen,), {"by": request.user})
        return super().get_form(request, obj, change, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, models.DateTimeField):
            kwargs.setdefault("widget", forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
            return db_field.formfield(**kwargs)
        if isinstance(db_field, models.DateField):
            kwargs.setdefault("widget", forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
            return db_field.formfield(**kwargs)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        widget = getattr(field, "widget", None)
        for pen in ("can_add_related", "can_change_related", "can_view_related", "can_delete_related"):
            if hasattr(widget, pen):
                setattr(widget, pen, False)  # each of these opens a page addressed by number
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs.setdefault("widget", Picker(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        person = request.user
        if not isinstance(person, User) or not person.keeps_people():
            return rows.none()
        if not person.posts_now() and person.is_superuser:
            return rows
        return rows.filter(scope.reach(person, self.verb, prefix=self.way))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        try:
            return self.get_queryset(request).get(uuid=object_id)
        except (self.model.DoesNotExist, ValidationError, ValueError):
            return None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ByUuid

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        done = form.perform()
        obj.pk, obj.uuid = done.pk, done.uuid

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Somebody else may have changed the record between rehearsal and deed."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refused:
            self.message_user(request, str(refused.sentence), messages.ERROR)
            return redirect(request.path)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context.update(show_save_and_continue=False, show_save_and_add_another=False)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        self.message_user(request, _("Recorded: %(what)s") % {"what": obj}, messages.SUCCESS)
        return self.response_post_save_add(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self.message_user(request, _("Changed: %(what)s") % {"what": obj}, messages.SUCCESS)
        return self.response_post_save_change(request, obj)

    def stream_of(self, obj: Any) -> str:
        """Where the journal tells about the record."""
        return str(obj.stream)

    def told_of(self, obj: Any) -> QuerySet[Entry]:
        """What it tells, newest first."""
        return entries(self.stream_of(obj)).order_by("-number")

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What the journal tells about the record, in place of Django's own log, which is off."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        told = self.told_of(obj)[:500]
        context = {**self.admin_site.each_context(request), "title": str(obj), "entries": told, "opts": self.opts}
        return TemplateResponse(request, "accounts/journal.html", context)
