"""Files of evidence in an export: opened one by one, each compared with both digests, under names that tell nothing."""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from cases.actions import evidence
from cases.files import ALLOWED
from cases.models import Evidence
from record.errors import KeyDestroyed

from . import formats
from .bundle import Bundle
from .cells import cells
from .scope import Scope

NAME: Final = "evidence"
EXTENSIONS: Final = {kinds[0]: extension for extension, kinds in reversed(ALLOWED.items())}
HEADS: Final = (
    *(gettext_lazy("Number"), gettext_lazy("Kind"), gettext_lazy("Identifier"), gettext_lazy("File")),
    *(gettext_lazy("Size"), gettext_lazy("SHA-256 of the file"), gettext_lazy("Happened at")),
    *(gettext_lazy("Recorded at"), gettext_lazy("Added by"), gettext_lazy("Number of a record kept elsewhere")),
)


def taken(scope: Scope, ids: list[int]) -> QuerySet[Evidence]:
    """Evidence of those of these cases whose files this person may take, in the order of cases."""
    allowed = [pk for pk in ids if pk in scope.files]
    return (
        Evidence.objects.filter(case__in=allowed)
        .select_related("case", "person_key", "added_by")
        .order_by("case", "pk")
    )


def write(scope: Scope, bundle: Bundle) -> None:
    """evidence/<case>/<uuid>.<kind of file> each, then evidence.csv with digests; an erased person's are named."""
    listed: list[list[str]] = []
    for ids in scope.chunks():
        for item in taken(scope, ids):
            listed.append(_listed(item, _put(item, bundle)))
            scope.progress(0)
    with bundle.member("evidence.csv") as member, member.table() as row:
        row(cells(HEADS))
        member.rows = 0
        for one in listed:
            row(one)
            member.count()


def name_of(item: Evidence) -> str:
    """What the file of a piece of evidence is called in a bundle that takes it along."""
    return f"evidence/{item.case.reference}/{item.uuid}.{EXTENSIONS.get(item.content_type, 'bin')}"


def _put(item: Evidence, bundle: Bundle) -> str:
    """The name of the file in the bundle; none for a number of a record kept elsewhere."""
    if not item.stored_at:
        return ""
    try:
        data = evidence.opened(item)
    except KeyDestroyed:
        return _("erased")
    bundle.whole(name_of(item), data)
    return name_of(item)


def _listed(item: Evidence, name: str) -> list[str]:
    who = item.added_by
    return cells(
        [
            *(item.case.reference, item.get_kind_display(), item.uuid, name, item.size or "", item.digest_clear),
            *(item.happened_at, item.recorded_at, f"{who.staff_number} {who.display_name}" if who else ""),
            item.reference,
        ]
    )


formats.register(formats.Format(NAME, gettext_lazy("Files of evidence"), write, sealed=True))
