"""The tree grows, is renamed, moved and pruned."""

from django.apps import apps
from django.utils.translation import gettext as _

from accounts import kinds
from accounts.actions.warrant import By, changing, lock_the_tree, locked, whole
from accounts.errors import Refused
from accounts.models import Branch, Placed, Post, User
from accounts.models.span import in_force
from accounts.permissions import Verb
from accounts.roles import Level
from record import clock
from record.journal import Fact, append

TIERS = ("tier1", "tier2", "outlet")


def create_branch(*, code: str, name: str, level: str, parent: Branch | None, by: By, name_en: str = "") -> Branch:
    """A new branch under its parent (None only for the head office). Raises Refused."""
    branch = Branch(code=code.strip(), name=name.strip(), name_en=name_en.strip(), level=level, parent=parent)
    with changing(by, Verb.MANAGE_PEOPLE, parent) as actor:
        lock_the_tree()
        _stands_below(branch.level, parent)
        branch.settle()
        whole(branch, but=TIERS)  # it names itself before it is there to be found
        branch.save(force_insert=True)
        told = {"code": branch.code, "name": branch.name, "parent": str(parent) if parent else None}
        append(branch.stream, Fact(kinds.BRANCH_CREATED, told, changed=[branch]), actor=actor)
        return branch


def change_branch(*, branch: Branch, by: By, name: str, name_en: str = "") -> Branch:
    """Rename a branch; its code and level stay. Raises Refused."""
    with changing(by, Verb.MANAGE_PEOPLE, branch) as actor:
        unit = locked(branch)
        if (unit.name, unit.name_en) == (name, name_en):
            return unit
        unit.name, unit.name_en = name.strip(), name_en.strip()
        whole(unit, but=TIERS)
        unit.save()
        append(unit.stream, Fact(kinds.BRANCH_CHANGED, changed=[unit]), actor=actor)
        return unit


def move_branch(*, branch: Branch, parent: Branch | None, by: By) -> Branch:
    """Hang a branch and all below it under another parent. Raises Refused, also when cases already lie there:
    their places would have to move with it, which is a work of its own (architecture, Scope).
    """
    with changing(by, Verb.MANAGE_PEOPLE, branch, parent) as actor:
        if parent is None:
            raise Refused(_("Only the head office stands below nothing."), field="parent")
        lock_the_tree()
        unit, above = locked(branch), locked(parent)
        if unit.level == Level.HEAD_OFFICE or unit.covers(above):
            raise Refused(_("A branch cannot come to stand below itself."), field="parent")
        _stands_below(unit.level, above)
        _holds_nothing(unit)
        before, unit.parent = str(unit.parent), above
        moved = _resettle(unit)
        told = {"before": before, "after": str(above)}
        append(unit.stream, Fact(kinds.BRANCH_MOVED, told, changed=moved), actor=actor)
        return unit


def close_branch(*, branch: Branch, by: By) -> Branch:
    """Close a branch that has no open branch, post or person any more. Raises Refused."""
    with changing(by, Verb.MANAGE_PEOPLE, branch) as actor:
        lock_the_tree()
        unit = locked(branch)
        if unit.level == Level.HEAD_OFFICE or unit.closed_at is not None:
            raise Refused(_("This branch cannot be closed."))
        if Branch.objects.filter(parent=unit, closed_at=None).exists():
            raise Refused(_("Branches below it are still open."))
        posts = Post.objects.filter(in_force(clock.now()), branch=unit)
        if posts.exists() or User.objects.filter(branch=unit, is_active=True).exists():
            raise Refused(_("People still belong to this branch or hold posts at it."))
        unit.closed_at = clock.now()
        unit.save()
        append(unit.stream, Fact(kinds.BRANCH_CLOSED, changed=[unit]), actor=actor)
        return unit


def _stands_below(level: str, parent: Branch | None) -> None:
    if level not in Level.values:
        raise Refused(_("Choose a level."), field="level")
    if parent is None:
        if level != Level.HEAD_OFFICE:
            raise Refused(_("Only the head office stands below nothing."), field="parent")
        return
    if Level(parent.level).rank >= Level(level).rank:
        raise Refused(_("A branch stands below a branch of a higher level."), field="parent")
    if parent.closed_at is not None:
        raise Refused(_("This branch is closed."), field="parent")


def _holds_nothing(unit: Branch) -> None:
    column = f"{unit.level}_id"
    for model in apps.get_models():
        if not issubclass(model, Placed) or model is Branch:
            continue
        if model._default_manager.filter(**{column: unit.pk}).exists():
            raise Refused(_("Cases are placed at this branch: it cannot be moved."))


def _resettle(unit: Branch) -> list[Branch]:
    """Save the branch and everything below with the tier columns of its new place, upper levels first."""
    below = Branch.objects.below(unit).exclude(pk=unit.pk).select_for_update(no_key=True, of=("self",))
    known = {unit.pk: unit}
    for branch in [unit, *sorted(below, key=lambda branch: Level(branch.level).rank)]:
        known[branch.pk] = branch
        branch.parent = known.get(branch.parent_id, branch.parent)
        branch.tier1_id = branch.tier2_id = branch.outlet_id = None
        branch.settle()
        branch.save()
    return list(known.values())
