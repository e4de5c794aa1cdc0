"""What decided a case and stands beside it: posts and limits of those who acted, rules that were pinned, erased keys.

Named under the same seal as the cases, so that their whole streams are proved complete (decision 48):

user:<uuid>       who acted in a case or for whom, and every post given and ended: where the asker has the audit alone
branch:<uuid>     the places of the cases, with limits of authority that hold there; of those posts, too
policy:authority.<kind>   limits of the whole bank
policy:<rule>     each rule of the editions that cases and their limits pinned, in all its versions
taxonomy:<edition>        the classes of complaint
keys:<subject>    keys of the cases' people that were destroyed, and keys:master, when they were wrapped again

Signing in is told elsewhere (`sign-in:<uuid>`) and never goes along. The stream of somebody in which it still stands,
as it was told there once, is left out, and the manifest says of how many.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from django.db import connection
from django.db.models import Q

from accounts import kinds as of_people
from accounts.models import Branch, LimitKind, Post, User
from accounts.permissions import Verb, may
from accounts.roles import Level
from cases.models import Case, Deadline
from knowledge.loading import EDITION
from knowledge.models import PolicyEdition, PolicyRule
from record.models import Entry, Stream

from .scope import AT_ONCE, CASE, Beside

SIGNING_IN: Final = tuple(
    kind.name for kind in (of_people.LOGGED_IN, of_people.LOGIN_FAILED, of_people.LOGIN_LOCKED, of_people.LOGGED_OUT)
)
MASTER: Final = "keys:master"
PLACES: Final = (Level.TIER1.value, Level.TIER2.value, Level.OUTLET.value, "handling_unit")
# A person acts for another by "number name"; a staff number has no blank.
_WHO: Final = """
SELECT DISTINCT unnest(ARRAY[actor_number, split_part(for_whom, ' ', 1)]) FROM record_entry WHERE stream = ANY(%s)
"""


def of(user: User, ids: list[int], names: Iterable[str]) -> Beside:
    """What stands beside these cases, whose streams have these names, as far as this person may see it."""
    seen = _Seen()
    for at in range(0, len(ids), AT_ONCE):
        seen.look(ids[at : at + AT_ONCE])
    editions = dict(PolicyEdition.objects.filter(version__in=seen.editions).values_list("version", "packs"))
    streams = {f"policy:authority.{kind}" for kind in LimitKind.values} | {MASTER, f"taxonomy:{EDITION}"}
    streams |= {f"policy:{key}" for key in _rules(editions.values())}
    made = Beside(editions=editions)
    if may(user, Verb.AUDIT, None):
        streams |= set(_people(names, seen, made))
    streams |= {f"branch:{uuid}" for uuid in Branch.objects.filter(_path(seen.branches)).values_list("uuid", flat=True)}
    made.streams = sorted([*_there(streams), *seen.keys])
    return made


class _Seen:
    """What the cases name, gathered some at a time: branches, editions, and keys that were destroyed."""

    def __init__(self) -> None:
        self.branches: set[int] = set()
        self.editions: set[str] = set()
        self.keys: set[str] = set()

    def look(self, ids: list[int]) -> None:
        """Three queries for some cases."""
        keys = set()
        for *places, edition, subject, key, customer in Case.objects.filter(pk__in=ids).values_list(
            *(f"{place}_id" for place in PLACES),
            "policy_version",
            *("person_key__subject", "person_key__uuid", "customer__person_key__subject"),
        ):
            self.branches |= {place for place in places if place}
            self.editions.add(edition)
            keys |= {f"keys:{one}" for one in (subject, key, customer) if one}
        self.editions |= set(Deadline.objects.filter(case__in=ids).values_list("policy_version", flat=True).distinct())
        self.keys |= set(_there(keys))


def _people(names: Iterable[str], seen: _Seen, made: Beside) -> Iterator[str]:
    """Streams of those who acted or for whom; the branches of their posts are seen, too."""
    people = list(User.objects.filter(staff_number__in=_acting(names)).order_by("pk"))
    seen.branches |= set(Post.objects.filter(user__in=people).values_list("branch_id", flat=True))
    streams = {person.stream for person in people}
    mixed = set(
        Entry.objects.filter(stream__in=streams, kind__in=SIGNING_IN).values_list("stream", flat=True).distinct()
    )
    told = set(_there(streams - mixed))
    made.people, made.left_out = len(told), len(people) - len(told)
    yield from told


def _acting(names: Iterable[str]) -> set[str]:
    """Staff numbers in entries of these streams."""
    found: set[str] = set()
    some: list[str] = []
    with connection.cursor() as cursor:
        for name in [*names, ""]:
            if name.startswith(CASE):
                some.append(name)
            if len(some) == AT_ONCE or (some and not name):
                cursor.execute(_WHO, [some])
                found |= {number for (number,) in cursor.fetchall() if number}
                some = []
    return found


def _rules(packs: Iterable[dict[str, int]]) -> set[str]:
    """Keys of the rules these sets of pack versions hold."""
    wanted = Q(pk__in=[])
    for name, version in {pair for one in packs for pair in one.items()}:
        wanted |= Q(pack=name, version=version)
    return set(PolicyRule.objects.filter(wanted).values_list("key", flat=True))


def _path(branches: set[int]) -> Q:
    """These branches, those above them, and the head office."""
    above = Branch.objects.filter(pk__in=branches).values_list("tier1_id", "tier2_id", "outlet_id")
    return Q(level=Level.HEAD_OFFICE) | Q(pk__in=branches | {pk for row in above for pk in row if pk})


def _there(streams: Iterable[str]) -> list[str]:
    """Those in which something was told."""
    return list(Stream.objects.filter(key__in=list(streams)).values_list("key", flat=True))
