"""Keys of persons: made, wrapped again under a new master key, destroyed. History and journal stay as they are."""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from record import clock, envelope, keyring
from record.errors import KeyDestroyed, KeyKept
from record.journal import Actor, Fact, Kind, append, register, system
from record.models import PersonKey
from record.sealed import SealedModel

ROTATED = register(Kind("keys.rotated", _("%(count)s keys were wrapped again under the master key %(master)s.")))
DESTROYED = register(Kind("keys.destroyed", _("The key was destroyed: %(why)s. What it sealed cannot be read again.")))


# What may keep a key from being destroyed: asked under the keys' lock, answers with a sentence or with nothing.
KEEPERS: list[Callable[[Sequence[PersonKey]], str]] = []


def create_key(subject: UUID | None = None) -> PersonKey:
    """A new key under the current master key, saved. `subject` is the uuid of the person or case it belongs to."""
    key = PersonKey(subject=subject)
    key.wrap(envelope.new_key())
    key.save()
    return key


def rotate(batch: int = 500, *, actor: Actor | None = None) -> int:
    """Wrap under the current master key whatever is still under an older one; the number done.

    Runs beside the bank's work and beside itself (rows held by others are passed over), each batch its own transaction,
    so a killed run goes on where it stopped, and what it did is told. All processes must hold the new master key
    before.
    """
    done, actor = 0, actor or system("rotate_keys")
    while count := _rotate_some(batch, actor):
        done += count
    return done


def under_older_masters() -> int:
    """How many living keys are not yet under the current master key. At 0 the older master keys may go."""
    return _older().count()


def destroy(which: UUID | PersonKey, *, why: str, actor: Actor) -> int:
    """Erase a person: his keys (by subject, or one key) are gone for good, derived columns blanked.

    History and journal stay and verify; sealed values in them do not open again. Returns the number of keys
    destroyed; a second time 0. KeyKept, and nothing destroyed, when something keeps one of them.
    """
    if not why.strip():
        raise ValueError("Destroying a key needs a reason.")
    chosen = {"pk": which.pk} if isinstance(which, PersonKey) else {"subject": which}
    with transaction.atomic():
        keys = list(PersonKey.objects.select_for_update().filter(**chosen).exclude(wrapped=None).order_by("id"))
        if why_kept := next(filter(None, (keeps(keys) for keeps in KEEPERS)), ""):
            raise KeyKept(why_kept)
        for key in keys:
            key.wrapped, key.destroyed_at, key.destroyed_why = None, clock.now(), why
            key.save(update_fields=["wrapped", "destroyed_at", "destroyed_why"])
            append(f"keys:{key.subject or key.uuid}", Fact(DESTROYED, {"key": str(key.uuid), "why": why}), actor=actor)
        _blank_derived(keys)
    return len(keys)


def lock_key(key: PersonKey) -> None:
    """Hold the key's row until the transaction ends: it is not destroyed meanwhile. KeyDestroyed when it is already."""
    if PersonKey.objects.select_for_update().get(pk=key.pk).destroyed:
        raise KeyDestroyed(key.uuid)


def _older() -> QuerySet[PersonKey]:
    return PersonKey.objects.exclude(wrapped=None).exclude(master_id=keyring.masters().current[0])


@transaction.atomic
def _rotate_some(batch: int, actor: Actor) -> int:
    keys = list(_older().order_by("id").select_for_update(skip_locked=True, no_key=True)[:batch])
    for key in keys:
        key.wrap(key.unwrap())
    PersonKey.objects.bulk_update(keys, ["wrapped", "master_id", "algorithm"])
    if keys:
        fact = Fact(ROTATED, {"count": len(keys), "master": keyring.masters().current[0]})
        append("keys:master", fact, actor=actor)
    return len(keys)


def _blank_derived(keys: list[PersonKey]) -> None:
    for model in apps.get_models():
        if issubclass(model, SealedModel) and model._meta.managed and (columns := model.derived_columns()):
            # Not through the tracked manager: derived columns are in no history and nothing is to be told of them.
            model._base_manager.filter(person_key__in=keys).update(**columns)
