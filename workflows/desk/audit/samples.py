"""Samples: all there ever were, and drawing one from what the search leaves."""

from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Avg, Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import SavedView, User
from cases import strata
from cases.actions import samples as actions
from cases.errors import CaseError
from cases.models import AuditFinding, AuditSheet, Case, Sample

from ...forms.sampling import DrawForm
from .. import counting
from ..findings import opened
from ..frame import done, page, posted, say, told
from ..ledger_bar import address, in_one_line, onward
from . import names, population
from .keyset import beyond
from .lists import auditor
from .search_filter import SearchFilter

PAGE: Final = 25
ORDER: Final = ("-seeded_at", "-pk")


@told
def listed(request: HttpRequest) -> HttpResponseBase:
    """All samples, the newest first, whoever drew them; by keyset."""
    auditor(request)
    rows = with_progress(Sample.objects.all()).select_related("by", "person_key", "again_of")
    place = _uuid(request.GET.get("after", ""))
    last = Sample.objects.filter(uuid=place).values("seeded_at", "pk").first() if place else None
    found = list((beyond(rows, ORDER, last) if last else rows).order_by(*ORDER)[: PAGE + 1])
    return page(
        request,
        "audit_samples.html",
        _("Samples"),
        rows=[row_of(one) for one in found[:PAGE]],
        older_url=f"?after={found[PAGE - 1].uuid}" if len(found) > PAGE else "",
        newer_url=reverse("admin:audit_samples") if last else "",
        draw_url=reverse("admin:draw_sample"),
    )


@told
def draw(request: HttpRequest) -> HttpResponseBase:
    """Draw from what the filter of the address leaves. `act=preview` only says how large the strata are."""
    user = auditor(request)
    narrow = SearchFilter(request.GET, user=user)
    if not narrow.is_valid():
        return redirect(address(names.SEARCH, {name: str(value) for name, value in request.GET.items()}))
    filters = population.asked_of(narrow)
    earlier = actions.before(filters)
    form = DrawForm(posted(request), is_again=earlier is not None)
    preview = None
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("act") != "preview":
                return _drawn(request, user, form, filters)
            preview = _preview(user, form, filters)
        except CaseError as error:
            say(form, error)
    return _asked(request, user, form, narrow, earlier, preview)


def with_progress(samples: QuerySet[Sample]) -> QuerySet[Any]:
    """Each sample with `drawn`, `signed`, `mean` score, and `open` findings; in the same statement."""
    sheets = AuditSheet.objects.filter(sample=OuterRef("pk")).order_by().values("sample")
    found = AuditFinding.objects.filter(sheet__sample=OuterRef("pk"), state__in=["open", "answered"])
    waiting: QuerySet[Any, dict[str, Any]] = found.order_by().values("sheet__sample")
    return samples.annotate(
        drawn=_number(sheets.annotate(n=Count("pk"))),
        signed=_number(sheets.annotate(n=Count("pk", filter=Q(signed_at__isnull=False)))),
        mean=Subquery(sheets.annotate(n=Avg("score")).values("n")),
        open=_number(waiting.annotate(n=Count("pk"))),
    ).defer("standards", "strata")


def row_of(one: Any) -> dict[str, Any]:
    """A sample as lists show it."""
    return {
        "sample": one,
        "purpose": opened(one, "purpose"),
        "mean": None if one.mean is None else f"{one.mean:.1f}",
        "url": reverse("admin:audit_sample", args=[one.uuid]),
    }


def _drawn(request: HttpRequest, user: User, form: DrawForm, filters: dict[str, str]) -> HttpResponse:
    """The seed goes on record by itself; what it draws follows, and if it cannot, the seed is still there."""
    cases = population.cases_of(user, filters)
    made = actions.plan(user=user, cases=cases, asked=form.asked(filters))
    actions.draw(sample=made, cases=cases, user=user)
    return done(request, _("The sample is drawn."), "admin:audit_sample", made.uuid)


def _preview(user: User, form: DrawForm, filters: dict[str, str]) -> list[dict[str, Any]]:
    """The strata with their sizes and shares. CaseError when it cannot be drawn so."""
    dimensions = form.cleaned_data["dimensions"]
    sizes = strata.counted(population.cases_of(user, filters), dimensions)
    shares = actions.share(sizes, form.cleaned_data["size"])
    words = strata.in_words(dimensions, sizes)
    return [{"words": words[name], "population": n, "drawn": shares[name]} for name, n in sorted(sizes.items())]


def _asked(
    request: HttpRequest, user: User, form: DrawForm, narrow: SearchFilter, earlier: Sample | None, preview: Any
) -> HttpResponse:
    filters = narrow.asked()
    beside = _beside(user, narrow)
    return page(
        request,
        "audit_draw.html",
        _("Draw a sample"),
        status=422 if form.errors else 200,
        form=form,
        said=in_one_line(narrow, filters),
        moves=population.moves(filters),
        count=counting.UpTo(beside["count"], counting.COUNTED),
        preview=preview,
        earlier=earlier,
        views=[
            {"name": view["name"], "url": f"{reverse('admin:draw_sample')}{onward(view['filters'])}"}
            for view in beside["kept"]
        ],
        search_url=address(names.SEARCH, filters) if filters else address(names.SEARCH),
    )


def _beside(user: User, narrow: SearchFilter) -> dict[str, Any]:
    """How many complaints the filter leaves, counted up to a bound, and one's views of the search. One query."""
    cases = counting.up_to([narrow.narrow(Case.objects.visible_to(user))])
    views = SavedView.objects.of(user, names.SEARCH).values(one=JSONObject(name="name", filters="filters"))
    found: dict[str, Any] = User.objects.filter(pk=user.pk).values(count=cases, kept=ArraySubquery(views)).get()
    return found


def _number(rows: QuerySet[Any]) -> Any:
    return Coalesce(Subquery(rows.values("n"), output_field=IntegerField()), 0)


def _uuid(text: str) -> Any:
    """A place in the list; what is none is the beginning."""
    try:
        return UUID(text)
    except ValueError:
        return None
