"""How a case stood at a moment: its records, steps and limits, what a person could do then, and what differs since."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _, gettext_lazy

from accounts.as_of import standings_at
from accounts.models import User
from accounts.models.post import Standing
from accounts.permissions import TABLE, Verb, given_by
from accounts.roles import Role
from cases.as_of import Difference, Past, past_of, plain_values
from cases.models import Case, Interest
from cases.record_words import field_word, record_word, value_word
from record import clock, journal
from record.journal import SYSTEM

from ..forms.base import moment
from ..verbs.hand import all_steps, kept_apart, title_of
from . import timeline
from .frame import case_for, page, right_to, told
from .past_names import Names
from .past_steps import OpenStep, Replay, RunningLimit, replayed

OF_A_STEP = (Verb.CLAIM, Verb.COMPLETE, Verb.APPROVE)
NOT_OF_A_CASE = (Verb.MANAGE_PEOPLE, Verb.MANAGE_LIMITS, Verb.IMPORT, Verb.SEE_CREDIT_LIST, Verb.SEE_RECEPTIONS)


class AsOfForm(forms.Form):
    """Which moment, with which other it is compared, and whose rights are asked."""

    at = moment(gettext_lazy("As of"))
    against = moment(
        gettext_lazy("Compared with"),
        required=False,
        help_text=gettext_lazy("A second moment: what differs between the two is listed."),
    )
    person = forms.CharField(
        label=gettext_lazy("Rights of"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("A staff number: what this person could do with the complaint then."),
    )
    sometimes = ()

    def clean_at(self) -> datetime:
        """To the end of the second that is typed: an entry's own moment shows what it recorded."""
        at: datetime = self.cleaned_data["at"]
        return at.replace(microsecond=999_999)

    def clean_person(self) -> User | None:
        """Somebody of the bank, in office or not."""
        if not (number := self.cleaned_data["person"].strip()):
            return None
        person = User.objects.filter(staff_number=number).first()
        if person is None:
            raise forms.ValidationError(_("Nobody has this staff number."))
        return person


@told
def as_of(request: HttpRequest, case: UUID) -> HttpResponse:
    """The case as it stood on record at a moment; without one, as it stands."""
    found = case_for(request, case)
    right_to(request, Verb.SEE_PAST, found)
    form = AsOfForm(request.GET if "at" in request.GET else None, initial={"at": clock.now()})
    if form.is_bound and not form.is_valid():
        return page(request, "as_of.html", _("As of a moment"), status=422, case=found, form=form, at=None)
    asked: dict[str, Any] = form.cleaned_data if form.is_bound else {"at": clock.now(), "against": None, "person": None}
    past = past_of(found)
    return page(
        request,
        "as_of.html",
        _("As of a moment"),
        case=found,
        form=form,
        at=asked["at"],
        against=asked["against"],
        **_stood(found, past, asked["at"], asked["against"], asked["person"]),
    )


def _stood(case: Case, past: Past, at: datetime, against: datetime | None, person: User | None) -> dict[str, Any]:
    replay = replayed(journal.entries(case.stream).filter(recorded_at__lte=at).order_by("number"))
    rows = past.at(at)
    differences = list(past.between(min(at, against), max(at, against))) if against else []
    told = [(key, list(plain_values(key[0], row))) for key, row in rows.items()]
    values = [(field, value) for _key, facts in told for field, value in facts]
    values += [(one.field, value) for one in differences for value in (one.before, one.after) if value is not None]
    named = Names(past, ((field.related_model, value) for field, value in values if isinstance(field, ForeignKey)))
    return {
        "groups": list(_groups(told, rows, named)),
        "steps": [_step(step) for step in replay.steps.values()],
        "limits": [_limit(limit, case) for limit in sorted(replay.limits.values(), key=lambda one: one.due_at)],
        "differences": list(_differing(differences, named)),
        "rights": _rights(person, past, replay, at) if person else None,
    }


def _groups(told: Iterable[Any], rows: Any, named: Names) -> Iterator[dict[str, Any]]:
    """The records by kind: what each is called, since when it stood so and by whom, and its fields."""
    groups: dict[Any, list[dict[str, Any]]] = {}
    people = _people({row.history_user_id for row in rows.values()})
    for (model, pk), facts in told:
        row = rows[model, pk]
        groups.setdefault(model, []).append(
            {
                "name": named(model, pk),
                "since": row.history_date,
                "by": people.get(row.history_user_id, row.history_user_id),
                "facts": [(field_word(model, field.name), value_word(field, value, named)) for field, value in facts],
            }
        )
    yield from ({"title": record_word(model), "records": records} for model, records in groups.items())


def _people(numbers: set[str]) -> dict[str, str]:
    """Who these staff numbers are; the system by its own name."""
    found = User.objects.filter(staff_number__in=numbers)
    return {SYSTEM.number: _("the system")} | {
        person.staff_number: f"{person.display_name} {person.staff_number}" for person in found
    }


def _differing(differences: Iterable[Difference], named: Names) -> Iterator[dict[str, Any]]:
    """What differs by record, those that were there before first; of a new one nothing stood in any field before."""
    records: dict[Any, list[Difference]] = {}
    for one in differences:
        records.setdefault((one.model, one.pk), []).append(one)
    told: list[dict[str, Any]] = [
        {
            "name": named(model, pk),
            "is_new": ones[0].is_new,
            "changes": [
                {
                    "record": named(model, pk),
                    "field": field_word(model, one.field.name),
                    "before": value_word(one.field, one.before, named),
                    "after": value_word(one.field, one.after, named),
                }
                for one in ones
            ],
        }
        for (model, pk), ones in records.items()
    ]
    yield from sorted(told, key=lambda record: record["is_new"])


def _step(step: OpenStep) -> dict[str, Any]:
    return {
        "title": timeline.step_words(step.step),
        "post": timeline.role_words(step.role),
        "since": step.since,
        "due": timeline.end_words(step.due),
        "holder": step.holder,
        "unsigned": step.unsigned,
    }


def _limit(limit: RunningLimit, case: Case) -> dict[str, Any]:
    return {
        "title": timeline.limit_words(limit.key, case),
        "due": timeline.end_words(limit.due_at),
        "stands": limit.stands,
        "gave_way": limit.gave_way,
    }


def _rights(person: User, past: Past, replay: Replay, at: datetime) -> dict[str, Any]:
    """What the person could do with the case then: by which posts, which verbs, and each open step."""
    row = past.at(at).get((Case, next(pk for model, pk in past.rows if model is Case)))
    held = standings_at(person, at)
    verbs = [verb for verb in Verb if not TABLE[verb].step and verb not in NOT_OF_A_CASE]
    return {
        "person": f"{person.display_name} {person.staff_number}",
        "posts": [_post(one) for one in held],
        "verbs": [verb.label for verb in verbs if row and given_by(held, verb, row)],
        "steps": [
            {"title": timeline.step_words(step.step), "words": _on_step(step, person, held, row, past, replay, at)}
            for step in replay.steps.values()
        ],
    }


def _post(held: Standing) -> str:
    words = f"{held.post.get_role_display()} · {held.post.branch.label}"
    return words if held.for_whom is None else f"{words} · " + _("for %(name)s") % {"name": held.for_whom.display_name}


def _on_step(
    step: OpenStep, person: User, held: list[Standing], row: Any, past: Past, replay: Replay, at: datetime
) -> str:
    """Whether the person could take the step then, and what kept him from it."""
    role = step.role if step.role in Role.values else None
    if row is None or not any(given_by(held, verb, row, step_role=role) for verb in OF_A_STEP):
        return _("no: another post, or another branch")
    node = next((one for one in all_steps() if one.name == step.step), None)
    did = sorted(replay.done.get(person.staff_number, set()) & (kept_apart(node) if node else set()))
    if did:
        return _("no: had done %(steps)s") % {"steps": _(", ").join(map(title_of, did))}
    if any(model is Interest and one.person_id == person.pk for (model, _pk), one in past.at(at).items()):
        return _("no: an interest was on record")
    return _("yes")
