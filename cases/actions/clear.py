"""Personal values of a case in clear, for a person with a reason; the looking is recorded before anything is opened."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.models import User
from cases import access, free_text, kinds
from cases.models import Case
from record.errors import KeyDestroyed
from record.sealed import SealedModel


def show(case: Case, *, user: User, reason: str) -> list[tuple[str, str]]:
    """(label, text) of what is known of the customer and in his words. Does not ask whether he may: the caller does.

    CaseError when no reason is given. An erased person's values are said to be erased.
    """
    reason = free_text.written(reason, field="reason", required=True, longest=500)
    access.looked(user, case, kinds.CASE_SHOWN, {"purpose": "shown in clear"}, personal={"reason": reason})
    return list(_values(case))


def _values(case: Case) -> Iterator[tuple[str, str]]:
    if case.customer is not None:
        yield _("Name"), _opened(case.customer, "name")
        yield _("Phone"), _opened(case.customer, "phone")
        yield _("Identity number"), _opened(case.customer, "identity_number")
    for person in case.representatives.select_related("person_key").order_by("id"):
        yield (
            str(person.get_kind_display()),
            ", ".join(filter(None, (_opened(person, "name"), _opened(person, "phone")))),
        )
    yield _("Demand"), _opened(case, "demand_text")
    yield _("What the customer says"), _opened(case, "narrative")
    for contact in case.contacts.select_related("person_key"):
        yield _("Contact"), _opened(contact, "note")
    for urge in case.urges.filter(note__isnull=False).select_related("person_key"):
        yield _("Urged"), _opened(urge, "note")


def _opened(row: SealedModel, field: str) -> str:
    if getattr(row, field) is None:
        return ""
    try:
        return row.reveal(field, purpose="shown in clear")
    except KeyDestroyed:
        return _("erased")
