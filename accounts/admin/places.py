"""The branch tree."""

from django import forms
from django.contrib import admin
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.admin.base import VerbAdmin, VerbForm
from accounts.models import Branch


class NewBranch(VerbForm):
    """A branch opens."""

    def perform(self) -> Branch:
        """create_branch"""
        return actions.create_branch(by=self.by, **{name: self.cleaned_data[name] for name in self.fields})


class KnownBranch(VerbForm):
    """A branch is renamed, moved or closed."""

    close = forms.BooleanField(label=_("Close this branch"), required=False)

    def perform(self) -> Branch:
        """change_branch, move_branch, close_branch"""
        branch, typed = self.stored(), self.cleaned_data
        with transaction.atomic():
            changed = actions.change_branch(branch=branch, name=typed["name"], name_en=typed["name_en"], by=self.by)
            if typed["parent"] != branch.parent:
                changed = actions.move_branch(branch=changed, parent=typed["parent"], by=self.by)
            if typed["close"]:
                changed = actions.close_branch(branch=changed, by=self.by)
        return changed


@admin.register(Branch)
class BranchAdmin(VerbAdmin):
    """Branches."""

    add_form, change_form = NewBranch, KnownBranch
    add_fields = ("code", "name", "name_en", "level", "parent")
    shown_fields = ("code", "level", "closed_at")
    change_fields = ("name", "name_en", "parent", "close")
    way = ""
    list_display = ("code", "name", "level", "parent", "closed_at")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("code", "name", "name_en")
    autocomplete_fields = ("parent",)
