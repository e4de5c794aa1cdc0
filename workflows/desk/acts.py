"""What a person may do with a case now: what he came for as buttons, all else in one menu, by what it is about."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from accounts.permissions import Verb, may
from cases.models import Case

from ..models import StepTask
from ..nodes import Approval
from . import beside, door, erasure_request, exports, first_hop, general, law_clock, naming, remedies, terms, urging

Act = dict[str, Any]
ABOUT: dict[str, Promise] = {
    "customer": gettext_lazy("With the customer"),
    "partners": gettext_lazy("Beside the case"),
    "clock": gettext_lazy("Time limits and proceedings"),
    "people": gettext_lazy("People and steps"),
    "end": gettext_lazy("End the complaint"),
    "file": gettext_lazy("The file"),
}
# Acts on the case itself → what they are about; "" is shown beside the steps.
ON_CASE: tuple[tuple[Verb, str, Any, str], ...] = (
    (Verb.ADD_CONTACT, "add_contact", gettext_lazy("Record a contact"), ""),
    (Verb.ADD_PROMISE, "add_promise", gettext_lazy("Promise a call-back"), "customer"),
    (Verb.REASSIGN, "join", gettext_lazy("People on the case"), "people"),
    (Verb.DECLARE_INTEREST, "declare_interest", gettext_lazy("Declare an interest"), "people"),
    (Verb.WITHDRAW, "withdraw", gettext_lazy("Customer withdraws"), "end"),
)


def of(case: Case, user: User, tasks: list[StepTask], speakers: list[Act]) -> dict[str, Any]:
    """`acts` as buttons, and `menu`: a list of {title, acts}, groups with nothing in them left out."""
    found: dict[str, list[Act]] = {}
    for default, acts in (
        ("", _unwritten(case, user)),
        ("", naming.acts(case, user)),
        ("", _steps(user, tasks)),
        ("", general.acts(case, user)),
        ("", _on_case(case, user)),
        ("", urging.acts(case, user)),
        ("", door.acts(case, user, speakers, tasks)),
        ("partners", first_hop.acts(case, user)),
        ("partners", beside.acts(case, user)),
        ("clock", law_clock.acts(case, user)),
        ("clock", terms.acts(case, user)),
        ("clock", remedies.acts(case, user)),
        ("people", _leading(user, tasks)),
        ("file", exports.link(user, case)),
        ("file", erasure_request.link(user, case)),
    ):
        _sort(found, acts, default)
    menu = [{"title": title, "acts": found[about]} for about, title in ABOUT.items() if about in found]
    return {"acts": found.get("", []), "menu": menu}


def _sort(found: dict[str, list[Act]], acts: Iterable[Act], default: str) -> None:
    """Each act to those it belongs with; one that does not say is like its page's others."""
    for act in acts:
        found.setdefault(act.get("about", default), []).append(act)


def _steps(user: User, tasks: list[StepTask]) -> Iterator[Act]:
    """The steps this person has in hand or may take."""
    for task in tasks:
        words = _("Work on: %(step)s") % {"step": task.flow_task.task_title}
        page_name = "admin:approval" if isinstance(task.flow_task, Approval) else "admin:step"
        if task.owner_id == user.pk:
            yield {"url": reverse(page_name, args=[task.uuid]), "words": words, "primary": True, "post": False}
        elif task.owner_id is None and may(user, Verb.CLAIM, task, step_role=task.role):
            claim = reverse("admin:claim", args=[task.uuid])
            words = _("Claim: %(step)s") % {"step": task.flow_task.task_title}
            yield {"url": claim, "words": words, "primary": True, "post": True}


def _unwritten(case: Case, user: User) -> Iterator[Act]:
    """After a stop in haste the first duty is to write down what happened, before any other step."""
    if case.is_open and case.narrative is None and may(user, Verb.REGISTER, case):
        url = reverse("admin:describe", args=[case.uuid])
        yield {"url": url, "words": _("Complete the registration"), "primary": True, "post": False}


def _on_case(case: Case, user: User) -> Iterator[Act]:
    for verb, name, words, about in ON_CASE:
        if verb == Verb.WITHDRAW and (case.state != Case.State.OPEN or case.withdrawn_at is not None):
            continue
        if case.is_open and may(user, verb, case):
            url = reverse(f"admin:{name}", args=[case.uuid])
            yield {"url": url, "words": words, "primary": False, "post": False, "about": about}


def _leading(user: User, tasks: list[StepTask]) -> Iterator[Act]:
    """What somebody in charge may do with a step in whoever's hands."""
    for task in tasks:
        for verb, name, words in (
            (Verb.REASSIGN, "reassign", _("Reassign: %(step)s")),
            (Verb.CANCEL_STEP, "cancel_step", _("Open anew: %(step)s")),
        ):
            if may(user, verb, task):
                url, said = reverse(f"admin:{name}", args=[task.uuid]), words % {"step": task.flow_task.task_title}
                yield {"url": url, "words": said, "primary": False, "post": False}
