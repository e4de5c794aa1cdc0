"""A person's own views of a ledger: the filters just used kept under a name, opened, renamed, removed."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy

from accounts import actions
from accounts.actions.views import LONGEST
from accounts.errors import Refused
from accounts.models import SavedView, User
from cases.errors import NotAllowed

from ..forms.reception import RegisterForm
from . import credit_list, stop_ledger
from .audit import names as audit
from .audit.lists import LISTS as AUDIT_LISTS
from .audit.search_filter import SearchFilter
from .complaint_filter import ComplaintFilter
from .frame import done, page, posted, told, who
from .ledger_bar import COMPLAINTS, CREDIT, LEDGERS, RECEPTIONS, STOPS, TITLES, address, bar, open_to, said
from .ledger_filter import LedgerFilter, Placed


class NameForm(forms.Form):
    """What a view is called."""

    name = forms.CharField(
        label=gettext_lazy("Name of the view"),
        max_length=LONGEST,
        help_text=gettext_lazy("For you alone. No customer's name in it, please."),
    )

    def takes(self, act: Callable[[str], SavedView]) -> SavedView | None:
        """The view the act made with the name that was sent; none when nothing was sent, or the form says why not."""
        if not (self.is_bound and self.is_valid()):
            return None
        try:
            return act(self.cleaned_data["name"])
        except Refused as refused:
            self.add_error(refused.field if refused.field in self.fields else None, str(refused.sentence))
            return None


@told
def views(request: HttpRequest, which: str) -> HttpResponse:
    """One's views of a ledger; a POST keeps the filters one came with under a name, or under it anew."""
    user = who(request)
    if which not in TITLES:
        raise Http404
    if which not in open_to(user):
        raise NotAllowed
    sent = request.GET if request.method != "POST" else QueryDict(request.POST.get("filters", "")[:500])
    asked, form = codes_of(which, sent, user), NameForm(posted(request))
    if view := form.takes(lambda name: actions.save_view(user=user, ledger=which, name=name, filters=asked)):
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
        return redirect(address(which, asked))
    return page(
        request,
        "views.html",
        _("My views: %(ledger)s") % {"ledger": TITLES[which]},
        status=422 if form.errors else 200,
        form=form,
        said=list(said(_form(which, asked, user), asked)),
        kept_views=list(SavedView.objects.of(user, which)),
        **bar(user, which, asked),
    )


@told
def change(request: HttpRequest, view: UUID) -> HttpResponse:
    """Rename or remove one of one's own views; somebody else's is not found."""
    user = who(request)
    found = SavedView.objects.of(user).filter(uuid=view).first()
    if found is None:
        raise Http404
    if request.POST.get("act") == "remove":
        actions.remove_view(view=found, user=user)
        return done(request, _("The view “%(name)s” is removed.") % {"name": found.name}, "admin:views", found.ledger)
    form = NameForm(posted(request), initial={"name": found.name})
    if form.takes(lambda name: actions.rename_view(view=found, user=user, name=name)):
        return done(request, _("The view is renamed."), "admin:views", found.ledger)
    return page(
        request,
        "view.html",
        _("View: %(name)s") % {"name": found.name},
        status=422 if form.errors else 200,
        form=form,
        view=found,
        said=list(said(_form(found.ledger, found.filters, user), found.filters)),
        **bar(user, found.ledger, found.filters),
    )


def codes_of(which: str, sent: Any, user: User) -> dict[str, str]:
    """The filters of a ledger that can be asked, whatever was sent."""
    form = _form(which, sent, user)
    return form.asked() if isinstance(form, ComplaintFilter) else form.codes()


def _form(which: str, asked: Mapping[str, str], user: User) -> ComplaintFilter | RegisterForm | Placed:
    """The form of a ledger."""
    if which in AUDIT_LISTS:
        return AUDIT_LISTS[which].form(asked)
    if which == audit.SEARCH:
        return SearchFilter(asked, user=user)
    if which == COMPLAINTS:
        return ComplaintFilter(asked, user=user)
    if which == RECEPTIONS:
        return RegisterForm(asked)
    if which == STOPS:
        return stop_ledger.LedgerForm(asked)
    return credit_list.CreditFilter(asked) if which == CREDIT else LedgerFilter(asked, chosen=LEDGERS[which])
