"""The time line of a case 处理轨迹: its stream read in the reader's language, newest first.

Texts that people wrote stay sealed here; an entry that has some says so. `in_clear` opens them for whoever gave a
reason, `of_step` the last ones for whoever works on the step they were written for.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _, gettext_lazy

from accounts.models import User
from accounts.roles import Role
from cases.models import Case, Deadline
from knowledge import calendars, policies, signs
from knowledge.evidence import EvidenceKind
from record import journal, personal
from record.kinds import kind
from record.models import Entry

from .. import kinds, kinds_handing
from ..flows import FLOWS
from ..models import StepTask
from ..nodes.approval import APPROVED, REFUSED, RETURNED

ENTRIES = 40
# Told by the facts beside them: a step that was opened and taken before it was finished, its limit that began, an order
# before what it brought about.
BACKGROUND = (
    *("deadline.started", "deadline.met", "deadline.cancelled", "flow.started", "step.opened", "step.claimed"),
    *("order.placed", "order.confirmed", "evidence.added", "evidence.asked", "proposal.level_chosen"),
)
GAP_MINUTES = 30
ROLES: Final[dict[str, Any]] = {role.value: role.label for role in Role}
DUE: Final = frozenset({"due_at", "due"})  # data that tells when a limit ends
LIMIT: Final = "deadline."  # kinds that tell of one limit
SENT_BACK: Final = (kinds.STEP_RETURNED.name, kinds.STEP_REFUSED.name)
PASSED_ON: Final = (
    kinds.STEP_HANDED_OVER.name,
    kinds.STEP_REASSIGNED.name,
    kinds_handing.STEP_HANDED_BACK.name,
)
ANSWERS: Final[dict[str, Promise]] = {
    APPROVED: gettext_lazy("Approved."),
    RETURNED: gettext_lazy("Returned for change."),
    REFUSED: gettext_lazy("Refused."),
}
# Names of personal values → what people call them.
NAMES: Final[dict[str, Promise]] = {
    "reason": gettext_lazy("Reason"),
    "reasons": gettext_lazy("Reason"),
    "why": gettext_lazy("Reason"),
    "note": gettext_lazy("Note"),
    "purpose": gettext_lazy("Purpose"),
    "what": gettext_lazy("What was said"),
    "findings": gettext_lazy("What was found"),
    "due": gettext_lazy("What the customer is due"),
    "course": gettext_lazy("Course of the meeting"),
    "index": gettext_lazy("Index of the file"),
    "text": gettext_lazy("Text"),
    "answered_by": gettext_lazy("answered by"),
    "body": gettext_lazy("Court, arbitration or mediation body"),
    "care": gettext_lazy("Special care"),
    "decision": gettext_lazy("Decision"),
    "limits": gettext_lazy("Time limits"),
    "process": gettext_lazy("Handling process"),
    "result": gettext_lazy("Result"),
    "state": gettext_lazy("State of the customer's address"),
    "tags": gettext_lazy("Marks of the source"),
    "vote": gettext_lazy("Vote"),
    "words": gettext_lazy("Answer"),
    "zip_code": gettext_lazy("Post code"),
    "done": gettext_lazy("What was done about it"),
    "proof": gettext_lazy("Evidence of it"),
    "consequences": gettext_lazy("What came of it for those responsible"),
    "origin_note": gettext_lazy("Where it was drawn, and who saw it"),
}


def of(case: Case) -> dict[str, Any]:
    """The newest of the case's stream: what people did and systems answered; the whole of it is a page of its own."""
    entries = journal.entries(case.stream).order_by("-number")
    told = entries.annotate(length=Subquery(entries.values("number")[:1]))
    shown = list(told.exclude(kind__in=BACKGROUND)[:ENTRIES])
    length = shown[0].length if shown else 0
    return {
        "entries": [line(entry, case) for entry in shown],
        "entries_count": length,
        "entries_shown": len(shown),
        "entries_url": reverse("admin:case_history", args=[case.uuid]) if length else "",
    }


def in_clear(case: Case) -> list[dict[str, Any]]:
    """The entries with texts that people wrote, newest first, each with `texts`: (what it is, text). Two queries.

    Whoever calls asked for a reason and recorded it.
    """
    told = [entry for entry in journal.entries(case.stream).order_by("-number") if personal.named(entry)]
    opened = personal.reveal_all(told, purpose="time line in clear")
    return [line(entry, case) | {"texts": texts(opened.get(entry.number, {}))} for entry in told]


def of_step(task: StepTask, user: User, standing: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What colleagues wrote for whoever has this step or may take it: the last return or refusal of the case, the last
    hand-over of the step, each as a line with `texts`; for nobody else. Two queries, one when there is nothing.

    `standing` is what `step.standing_words` says of him; a return it tells itself is not told twice.
    """
    if not task.is_open or not (task.owner_id == user.pk or standing["may_claim"]):
        return []
    told = journal.entries(task.case.stream).filter(kind__in=(*SENT_BACK, *PASSED_ON)).order_by("-number")
    last: dict[bool, Entry] = {}
    for entry in told:
        passed_on = entry.kind in PASSED_ON
        if not passed_on or entry.data.get("task") == str(task.uuid):
            last.setdefault(passed_on, entry)
    if standing.get("back_reason"):
        last.pop(False, None)
    opened = personal.reveal_all(last.values(), purpose="step page")
    return [line(entry, task.case) | {"texts": texts} for entry in last.values() if (texts := _of(entry, opened))]


def answer_of(task: StepTask, user: User, clear_url: str) -> dict[str, Any]:
    """Who answered an approval that is over, when and how; what he wrote for himself, for others where it is shown.

    Empty while it waits, or when it was called off. Two queries for whoever answered, else none.
    """
    if task.is_open or task.outcome not in ANSWERS or task.owner is None:
        return {}
    mine = task.owner_id == user.pk
    return {
        "how": ANSWERS[task.outcome],
        "who": task.owner.display_name,
        "for_whom": task.for_whom.display_name if task.for_whom else "",
        "at": task.finished,
        "texts": reason_of(task) if mine else [],
        "url": "" if mine else clear_url,
    }


def reason_of(task: StepTask) -> list[tuple[str, str]]:
    """What was written with the answer at an approval that is over. Two queries."""
    ends = (kinds.STEP_APPROVED.name, *SENT_BACK)
    told = journal.entries(task.case.stream).filter(kind__in=ends).order_by("-number")
    mine = [entry for entry in told if entry.data.get("task") == str(task.uuid)][:1]
    opened = personal.reveal_all(mine, purpose="answered approval")
    return [text for entry in mine for text in _of(entry, opened)]


def _of(entry: Entry, opened: dict[int, dict[str, str | None]]) -> list[tuple[str, str]]:
    return texts(opened.get(entry.number, {}))


def texts(found: dict[str, str | None]) -> list[tuple[str, str]]:
    """By the names people know; of an erased person, that it is gone."""
    return [
        (str(NAMES.get(name, name)), _("erased") if text is None else _in_words(name, text))
        for name, text in found.items()
    ]


def _in_words(name: str, text: str) -> str:
    """What people typed as it is; what was chosen from a list by its words."""
    if name == "vote":
        return _("In favour") if text == "for" else _("Against")
    if name == "care":
        return _(", ").join(signs.care_words(text, get_language() or ""))
    return text


def line(entry: Entry, case: Case) -> dict[str, Any]:
    """An entry as a template tells it: when, in words, who in which post and for whom, how much later it was typed."""
    return {
        "sealed": bool(personal.named(entry)),
        "happened_at": entry.happened_at,
        "recorded_at": entry.recorded_at,
        "words": said(entry, case),
        "who": entry.actor_name if entry.actor_number != "system" else _("the system"),
        "role": role_words(entry.actor_role),
        "for_whom": entry.for_whom,
        "evidence_urls": [f"{reverse('admin:case', args=[case.uuid])}#evidence-{uuid}" for uuid in _evidence(entry)],
        "gap": _gap((entry.recorded_at - entry.happened_at).total_seconds() / 60),
    }


def _evidence(entry: Entry) -> list[str]:
    """The evidence it speaks of, by uuid."""
    named = entry.data.get("evidence", [])
    return named if isinstance(named, list) else [str(named)]


def _gap(minutes: float) -> str:
    """How much later it was typed, in the unit people count such a time by; nothing when it is short."""
    if minutes <= GAP_MINUTES:
        return ""
    if minutes < 2 * 60:
        return _("typed %(minutes)d minutes later") % {"minutes": minutes}
    if minutes < 2 * 24 * 60:
        return _("typed %(hours)d hours later") % {"hours": minutes / 60}
    return _("typed %(days)d days later") % {"days": minutes / (24 * 60)}


def said(entry: Entry, case: Case | None = None) -> str:
    """The entry's sentence with steps, posts and limits by the names people know, not by the words of the code.

    `case` names the edition its limits are read in; without it the one in force.
    """
    data = dict(entry.data)
    if entry.kind.startswith(LIMIT):
        data["key"] = limit_words(str(data.get("key", "")), case)
    for name in DUE & data.keys():
        data[name] = end_words(data[name])
    for name, words in (("step", step_words), ("role", taker_words), ("flow", flow_words), ("what", evidence_words)):
        if isinstance(data.get(name), str):
            data[name] = words(data[name])
    if isinstance(data.get("signs"), list):
        data["signs"] = [sign_words(key) for key in data["signs"]]
    return kind(entry.kind).say(data)


def limit_words(key: str, case: Case | None) -> str:
    """A limit by its rule's name, a promise or agreed date by its own; the key when the rule is gone."""
    if key in (Deadline.Kind.PROMISE, Deadline.Kind.AGREED):
        return str(Deadline.Kind(key).label)
    try:
        return policies.rule(key, case.policy_version or None if case else None).title
    except policies.PolicyMissing:
        return key


def end_words(stamp: Any) -> Any:
    """The end of a limit as people say it: midnight is 24:00 of the day that ends."""
    if not isinstance(stamp, str) or not stamp.endswith("Z"):
        return stamp
    end = timezone.localtime(datetime.fromisoformat(stamp))
    midnight = (end.hour, end.minute, end.second) == (0, 0, 0)
    return f"{calendars.last_day(end, str(end.tzinfo)).isoformat()} 24:00" if midnight else f"{end:%Y-%m-%d %H:%M}"


def step_words(name: str) -> str:
    """A step's title in the reader's language, whichever flow it belongs to."""
    titles = (getattr(flow.instance.node(name, no_obsolete=True), "task_title", "") for flow in FLOWS)
    return str(next(filter(None, titles), name))


def flow_words(name: str) -> str:
    """A flow's title in the reader's language."""
    return str(next((flow.process_title for flow in FLOWS if flow.__name__ == name), name))


def taker_words(role: str) -> str:
    """Whom a step went to: a post, or the system itself."""
    return role_words(role) or _("the system")


def role_words(role: str) -> str:
    """A post in the reader's language."""
    return str(ROLES.get(role, role))


def sign_words(key: str) -> str:
    """A sign by the name people know; one that is no longer on the list by its key."""
    sign = signs.table().get(key)
    return sign.says(get_language() or "")[0] if sign else key


def evidence_words(kind: str) -> str:
    """A kind of evidence in the reader's language."""
    return str(EvidenceKind(kind).label) if kind in EvidenceKind.values else kind
