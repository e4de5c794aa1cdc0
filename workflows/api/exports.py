"""Exports by another program, signed in as a person: asked for, followed, cancelled, taken.

POST /api/v1/exports/               {"cases": [number or uuid, …]} or {"list": name, "filters": {…}}, and "purpose",
                                    "formats", "language", "clear"       201, 422 with what is wrong at which field
GET  /api/v1/exports/               those I asked for, the newest first; "older" is the address of the next page
GET  /api/v1/exports/<uuid>/        one of them: "state", "percent", "file" when it is there
POST /api/v1/exports/<uuid>/cancel/ does nothing when it has ended
GET  /api/v1/exports/<uuid>/file/   the bundle; that it was taken is on record first
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases.actions import exports
from cases.errors import CaseError, NotAllowed
from cases.exports import scope as scopes
from cases.exports.formats import FORMATS
from cases.models import Case, Export
from cases.models.export import LANGUAGES

from ..desk.exports import bundle, older
from ..desk.worklists import Place

AT_ONCE: Final = 50


class Asked(serializers.Serializer[Any]):
    """What is asked for. Which cases is one of two: `cases`, or `list` with its `filters`."""

    cases = serializers.ListField(child=serializers.CharField(max_length=40), max_length=exports.MOST_NAMED, default=[])
    list = serializers.ChoiceField(choices=(), required=False)
    filters = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=200), default={})
    purpose = serializers.CharField(max_length=exports.LONGEST)
    formats = serializers.MultipleChoiceField(choices=(), default=("csv",))
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    clear = serializers.BooleanField(default=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields  # formats and lists are registered by the apps
        fields["formats"].choices = sorted(FORMATS)
        fields["list"].choices = sorted(scopes.LISTS)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs["cases"]) == ("list" in attrs):
            raise serializers.ValidationError({"cases": [_("Name complaints, or a list: one of the two.")]})
        return attrs


class Exporting(APIView):
    """Whoever may export somewhere; sentences in his language, refusals as on the desk."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not may_somewhere(_who(request), Verb.EXPORT):
            raise exceptions.PermissionDenied

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, NotAllowed):
            exc = exceptions.PermissionDenied(str(exc.sentence) or None)
        elif isinstance(exc, CaseError):
            said = {exc.field or "detail": [str(exc.sentence)]}
            return Response(said, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
        elif isinstance(exc, serializers.ValidationError):
            return Response(exc.detail, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
        answer: Response = super().handle_exception(exc)
        return answer


class Exports(Exporting):
    """Mine, and a new one."""

    def get(self, request: Request) -> Response:
        """A page of those I asked for."""
        after = Place.read(request.query_params.get("after", ""))
        found = list(older(Export.objects.of(_who(request)), after)[: AT_ONCE + 1])
        last = found[AT_ONCE - 1] if len(found) > AT_ONCE else None
        next_page = f"{reverse('api_exports')}?after={Place(last.asked_at, last.uuid)}" if last else None
        return Response({"exports": [_told(one) for one in found[:AT_ONCE]], "older": next_page})

    def post(self, request: Request) -> Response:
        """Ask for one."""
        asked = Asked(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        made = exports.ask(
            user=_who(request),
            scope=_scope(_who(request), given),
            purpose=given["purpose"],
            formats=sorted(given["formats"]),
            language=given.get("language") or get_language() or LANGUAGES[0][0],
            clear=given["clear"],
        )
        where = reverse("api_export", args=[made.uuid])
        return Response(_told(made), status=status.HTTP_201_CREATED, headers={"Location": where})


class OneExport(Exporting):
    """How far it is."""

    def get(self, request: Request, export: UUID) -> Response:
        """One of mine; 404 for another's."""
        return Response(_told(_mine(request, export)))


class Cancel(Exporting):
    """Not wanted any more."""

    def post(self, request: Request, export: UUID) -> Response:
        """Ends it where it is open."""
        return Response(_told(exports.cancel(export=_mine(request, export), user=_who(request))))


class TheFile(Exporting):
    """The bundle."""

    def get(self, request: Request, export: UUID) -> HttpResponseBase:
        """A ZIP; 422 when it is not there (any more)."""
        return bundle(_mine(request, export), _who(request))


def _who(request: Request) -> User:
    user: User = request.user  # signed in: the permission class saw to it
    return user


def _mine(request: Request, uuid: UUID) -> Export:
    found = Export.objects.of(_who(request)).filter(uuid=uuid).first()
    if found is None:
        raise exceptions.NotFound
    return found


def _scope(user: User, given: Mapping[str, Any]) -> dict[str, Any]:
    """Cases by their numbers or uuids, all of them within reach; or a list with those of the filters it knows."""
    if "list" in given:
        known = scopes.CODES[given["list"]](user, given["filters"])
        if strange := sorted(set(given["filters"]) - set(known)):
            raise CaseError(
                _("The list knows no such filter, or no such value of it: %s.") % strange[0], field="filters"
            )
        return {"list": given["list"], "filters": known}
    named = list(dict.fromkeys(given["cases"]))
    ids = [one for one in named if _is_uuid(one)]
    rows = Case.objects.visible_to(user).filter(Q(reference__in=named) | Q(uuid__in=ids)).order_by("pk")
    found = {
        str(key): str(uuid) for uuid, reference in rows.values_list("uuid", "reference") for key in (uuid, reference)
    }
    if missing := next((one for one in named if one not in found), None):
        raise CaseError(_("No complaint of this number is within your reach: %s.") % missing, field="cases")
    return {"cases": list(dict.fromkeys(found[one] for one in named))}


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _told(export: Export) -> dict[str, Any]:
    """What a program reads of one; no purpose, which is sealed."""
    is_ready = export.state == Export.State.READY
    return {
        "uuid": str(export.uuid),
        "state": export.state,
        "state_words": str(export.get_state_display()),
        "failure": export.failure,
        "failure_words": str(export.get_failure_display()) if export.failure else "",
        "percent": export.percent,
        "asked_at": export.asked_at,
        "scope": export.scope,
        "formats": export.formats,
        "language": export.language,
        "clear": export.clear,
        "cases": export.cases if is_ready else None,
        "entries": export.entries if is_ready else None,
        "seal": export.seal_number,
        "size": export.size if is_ready else None,
        "digest": export.digest,
        "expires_at": export.expires_at,
        "file": reverse("api_export_file", args=[export.uuid]) if is_ready else None,
    }
