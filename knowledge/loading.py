"""Bringing reference data from the files into the database, as often as you like."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.utils.translation import gettext_lazy as _

from knowledge import pack_files, policies
from knowledge.models import PolicyEdition, PolicyRule, TaxonomyCode
from knowledge.pack_files import PackRule
from record import journal
from record.history import acting

TAXONOMY = Path(__file__).with_name("taxonomy.csv")
EDITION = "JR/T 0169-2018"
# Any number nobody else uses: four servers may start and load at once.
LOCK = 716_945_201

RULE_LOADED = journal.register(
    journal.Kind(
        "policy.loaded", _("Limit loaded: %(amount)s %(unit)s (%(pack)s %(version)s, from %(effective_from)s)")
    )
)


CLASS_LOADED = journal.register(journal.Kind("taxonomy.loaded", _("Class of complaint loaded: %(name)s (%(code)s)")))
CLASS_CHANGED = journal.register(journal.Kind("taxonomy.changed", _("Class of complaint changed: %(name)s (%(code)s)")))


class PackChanged(ValueError):
    """A pack file says something else than what was loaded under the same version."""


def after_migrate(using: str, **kwargs: Any) -> None:
    """Load everything, unless this migrate stopped before our tables and the journal's were there."""
    needed = {PolicyRule._meta.db_table, PolicyEdition._meta.db_table, TaxonomyCode._meta.db_table, "record_entry"}
    connection = connections[using]
    if using == "default" and needed <= set(connection.introspection.table_names()):
        load_packs()
        load_taxonomy()


@transaction.atomic
def load_packs(folder: Path = pack_files.FOLDER, *, by: journal.Actor | None = None) -> int:
    """Load all packs of the folder, in the name of whoever does; returns how many rules were new.

    BrokenPack: a file cannot be read. PackChanged: a version that was loaded before says something else now.
    """
    _one_at_a_time()
    loaded = {(row.key, row.version): row for row in PolicyRule.objects.all()}
    new = 0
    with acting(by or journal.system("policy packs")) as actor:
        for told in pack_files.read_all(folder):
            row = loaded.get((told.key, told.version))
            if row is None:
                _load_rule(told, actor)
                new += 1
            else:
                _refuse_change(row, told)
    _load_editions()
    policies.clear()
    transaction.on_commit(policies.clear)
    return new


@transaction.atomic
def load_taxonomy(path: Path = TAXONOMY) -> int:
    """Load the classes of complaint; returns how many were new. A changed wording is taken over, and told."""
    _one_at_a_time()
    known = {row.local_code: row for row in TaxonomyCode.objects.filter(edition=EDITION)}
    before, facts = len(known), []
    with acting(journal.system("taxonomy")) as actor, path.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            values = {name: line[name] for name in ("facet", "name", "name_en", "confidence")}
            parent = known[line["parent"]] if line["parent"] else None
            facts += _load_code(known, line["local_code"], {**values, "parent": parent})
        journal.append(f"taxonomy:{EDITION}", *facts, actor=actor)
    return len(known) - before


def _load_rule(told: PackRule, actor: journal.Actor) -> None:
    row = PolicyRule(**vars(told))
    row.save()
    data = {name: getattr(told, name) for name in ("pack", "version", "amount", "unit", "kind", "verified")}
    data["effective_from"] = told.effective_from.isoformat()
    journal.append(f"policy:{told.key}", journal.Fact(RULE_LOADED, data=data, changed=[row]), actor=actor)


def _refuse_change(row: PolicyRule, told: PackRule) -> None:
    changed = [name for name, value in vars(told).items() if getattr(row, name) != value]
    if changed:
        what = ", ".join(changed)
        raise PackChanged(
            f"{told.pack}: {told.key}: {what} changed under version {told.version}; open cases rely on it. "
            "Give the pack a new version and the day it takes effect."
        )


def _load_editions() -> None:
    columns = ("pack", "version", "effective_from", "effective_to")
    known = set(PolicyEdition.objects.values_list("version", flat=True))
    for edition in policies.timeline(PolicyRule.objects.order_by().values_list(*columns).distinct()):
        if edition.version not in known:
            PolicyEdition.objects.create(
                version=edition.version, effective_from=edition.since, packs=dict(edition.packs)
            )


def _load_code(known: dict[str, TaxonomyCode], local_code: str, values: dict[str, Any]) -> list[journal.Fact]:
    """What is to be told of this class: that it came, that it reads otherwise, or nothing."""
    row = known.get(local_code)
    if row is None:
        row = known[local_code] = TaxonomyCode.objects.create(edition=EDITION, local_code=local_code, **values)
        return [journal.Fact(CLASS_LOADED, {"code": local_code, "name": row.name}, changed=[row])]
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(row, name, values[name])
    row.save(update_fields=changed)
    return [journal.Fact(CLASS_CHANGED, {"code": local_code, "name": row.name}, changed=[row])]


def _one_at_a_time() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
