"""批量改派: several steps to one colleague, each by the verb in a transaction of its own, each with its outcome."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.db import OperationalError
from django.utils.translation import gettext as _, gettext_lazy

from accounts import people
from accounts.models import Post, User
from accounts.models.branch import chain
from accounts.permissions import Verb
from accounts.roles import Level, Role
from cases.errors import CaseError
from record import clock
from record.errors import KeyDestroyed

from .. import verbs
from ..models import StepTask

MOST_COLLEAGUES = 200
Groups = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Outcome:
    """What became of one step: `why` it was not reassigned, empty when it was."""

    task: StepTask
    why: str


class BatchForm(forms.Form):
    """To whom, and why; which steps are ticked stands in the rows themselves."""

    to = forms.CharField(label=gettext_lazy("Reassign to"))
    why = forms.CharField(label=gettext_lazy("Reason"), max_length=500)

    def offer(self, groups: Groups) -> None:
        """Let choose among these colleagues, and whoever was chosen already."""
        known = {uuid for _title, held in groups for uuid, _words in held}
        to = self.cleaned_data.get("to") if self.is_bound else None
        before = [(str(to.uuid), str(to))] if to and str(to.uuid) not in known else []
        self.fields["to"].widget = forms.Select(choices=[("", _("Choose a colleague")), *before, *groups])

    def clean_to(self) -> User:
        """Anybody at work: who may take the step is asked of each step by the verb."""
        try:
            return User.objects.get(uuid=UUID(self.cleaned_data["to"]), is_active=True)
        except (ValueError, User.DoesNotExist):
            raise forms.ValidationError(_("Choose a colleague of the list.")) from None


@dataclass(frozen=True)
class Ticked:
    """The steps ticked that lie in reach, whom each was seen with, and how many others were named."""

    tasks: list[StepTask]
    seen_with: dict[UUID, str | None]
    unknown: int


def value_of(task: StepTask) -> str:
    """What the box of a step sends: the step, and who has it as the page shows."""
    return f"{task.uuid}.{task.owner.uuid if task.owner else ''}"


def chosen(user: User, values: Iterable[str], *, most: int) -> Ticked:
    """What was ticked, as far as it lies in this person's reach; open or not, the verb says."""
    asked = dict(_read(values))
    tasks = StepTask.objects.human()
    found = tasks.filter(tasks.in_reach_of(user, Verb.REASSIGN), uuid__in=list(asked))
    rows = list(found.select_related("process", "case__customer").order_by("due_at", "pk")[:most])
    return Ticked(rows, asked, len(asked) - len(rows))


def _read(values: Iterable[str]) -> Iterable[tuple[UUID, str | None]]:
    for value in values:
        step, said, holder = value.partition(".")
        try:
            yield UUID(step), holder if said else None
        except ValueError:
            continue  # no step has such a name


def reassign(ticked: Ticked, *, user: User, to: User, why: str) -> list[Outcome]:
    """Reassign each, whatever became of the others; nobody's refusal undoes another's step."""
    return [
        Outcome(task, _refusal(task, user=user, to=to, why=why, seen_with=ticked.seen_with[task.uuid]))
        for task in ticked.tasks
    ]


def _refusal(task: StepTask, **said: Any) -> str:
    """Why this one was not reassigned; empty when it was."""
    try:
        verbs.reassign(task.uuid, **said)
    except CaseError as error:
        return str(error.sentence)
    except KeyDestroyed:
        return _("This person was erased; nothing more can be read or written.")
    except OperationalError as busy:
        if "lock" not in str(busy):
            raise
        return _("Somebody is working on this case at this moment. Try again.")
    return ""


def colleagues(tasks: list[StepTask], *, of_how_many: bool = False) -> Groups:
    """Who holds a post these steps ask for, by post, the least loaded first, with how much each has. Two queries.

    With `of_how_many` of how many of these steps he holds the post, who fits most first.
    """
    branches = {branch for task in tasks for branch in chain(task)}
    posts = people.at_work({task.role for task in tasks}, branches, clock.now(), most=MOST_COLLEAGUES)
    holders = StepTask.objects.open().human().filter(owner__in={post.user_id for post in posts})
    load = Counter(holders.values_list("owner", flat=True))
    fits = _fits(posts, tasks) if of_how_many else {}
    order = sorted(posts, key=lambda post: (post.role, -len(fits.get(post.user_id, ())), load[post.user_id], post.pk))
    groups: dict[str, list[tuple[str, str]]] = {}
    for post in order:
        words = _choice(post, load[post.user_id])
        if of_how_many:
            has = {"who": words, "n": len(fits[post.user_id]), "all": len(tasks)}
            words = _("%(who)s; fits %(n)s of %(all)s") % has
        groups.setdefault(str(Role(post.role).label), []).append((str(post.user.uuid), words))
    return list(groups.items())


def _fits(posts: list[Post], tasks: list[StepTask]) -> dict[int, set[int]]:
    """Which of these steps each person holds the post for, at the step's branch, above it, or at head office."""
    found: dict[int, set[int]] = {}
    for post in posts:
        covers = {
            task.pk
            for task in tasks
            if task.role == post.role and (post.branch.level == Level.HEAD_OFFICE or post.branch_id in chain(task))
        }
        found.setdefault(post.user_id, set()).update(covers)
    return found


def _choice(post: Post, load: int) -> str:
    return _("%(who)s, %(branch)s, %(n)s in hand") % {
        "who": post.user.display_name,
        "branch": post.branch.label,
        "n": load,
    }
