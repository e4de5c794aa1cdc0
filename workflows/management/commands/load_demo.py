"""`manage.py load_demo`: a bank to try the product with."""

import unicodedata
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from cases.models import Case
from record import nightly, seal_copies, seals
from workflows.demo import loading, people
from workflows.demo.founding import NotTheDemo
from workflows.demo.practice_bank import NoPracticeBank

COLUMNS = ("Staff no.", "Name", "Post", "Branch")


class Command(BaseCommand):
    """Idempotent: a second call adds nothing, and a call after an interrupted one goes on where it was."""

    help = "Load a made-up bank: people, branches, two years of cases. Run it while no worker runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cases", type=int, default=loading.CASES, help="how many (first call; default 300)")
        parser.add_argument("--complaints", type=int, default=loading.COMPLAINTS, help="CFPB complaints to take over")
        parser.add_argument("--quiet", action="store_true", help="no progress bar")
        parser.add_argument("--logins", action="store_true", help="only list whom to sign in as")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("A demo bank has no place in a production database.")
        if options["logins"]:
            self.stdout.write("\n".join(_logins()))
            return
        try:
            is_new = loading.load(cases=options["cases"], complaints=options["complaints"], quiet=options["quiet"])
        except NotTheDemo:
            raise CommandError("This database holds a bank that is not the demo's; nothing was loaded.") from None
        except NoPracticeBank as why:
            raise CommandError(str(why)) from None
        except loading.LoadedElsewhere:
            raise CommandError("The demo is being loaded by another process.") from None
        if is_new or nightly.state().alarms:
            _as_after_a_night()
        there = f"{Case.objects.count()} cases, {User.objects.count()} people"
        self.stdout.write(f"The demo bank is {'loaded' if is_new else 'there already'}: {there}.")


def _as_after_a_night() -> None:
    """Two years of entries, and no night in which a worker sealed them."""
    seals.seal()
    seal_copies.make()
    nightly.verify()


def _logins() -> Iterator[str]:
    with translation.override("en"):
        posts = {one.number: [str(Role(role).label) for role in one.roles] for one in people.PEOPLE}
    units = {unit.code: f"{unit.name_en} {unit.name}" for unit in people.UNITS}
    found = {one.number: one for one in people.PEOPLE}
    rows = [
        (number, found[number].name, ", ".join(posts[number]), units[found[number].unit]) for number in people.LOGINS
    ]
    widths = [max(_width(row[at]) for row in (COLUMNS, *rows)) for at in range(len(COLUMNS))]
    yield from (_line(row, widths) for row in (COLUMNS, *rows))
    yield f"Password for all of them: {people.PASSWORD}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
