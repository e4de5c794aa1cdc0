"""Export cases into a bundle from the command line, as somebody who may."""

import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import User
from cases.actions import exports
from cases.errors import CaseError
from cases.exports import run, scope
from cases.exports.formats import FORMATS
from cases.models import Case, Export
from cases.models.export import LANGUAGES


class Command(BaseCommand):
    help = (
        "Export cases as a bundle that verify.py verifies, in the name and reach of a person. What needs a second "
        "person's approval is only asked for here; it is made by the worker when he agrees."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--case", action="append", metavar="REF", help="number of a case; repeatable")
        what.add_argument("--list", choices=sorted(scope.LISTS), help="all cases of a list that its filters leave")
        parser.add_argument(
            "--filter",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="a filter of the list, as it stands in the address of its page; repeatable",
        )
        parser.add_argument("--as", dest="staff", required=True, metavar="STAFF", help="staff number of who exports")
        parser.add_argument("--purpose", required=True, help="what for, in words")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where the bundle goes")
        parser.add_argument("--format", action="append", choices=list(FORMATS), help="csv and xlsx when left out")
        parser.add_argument("--language", choices=[code for code, _name in LANGUAGES], default="zh-hans")
        parser.add_argument(
            "--clear", action="store_true", help="personal values in clear, where a second person agrees"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        if out.exists():
            raise CommandError(_("There is a file at this place already."))
        user = _who(options["staff"])
        try:
            export = exports.ask(
                user=user,
                scope=_scope(user, options),
                purpose=options["purpose"],
                language=options["language"],
                formats=options["format"] or ["csv", "xlsx"],
                clear=options["clear"],
            )
        except CaseError as refused:
            raise CommandError(str(refused.sentence)) from None
        if export.state == Export.State.WAITING:
            self.stdout.write(_("Asked for; a second person has to agree: %(export)s") % {"export": export.uuid})
            return
        self._make(export, user, out)

    def _make(self, export: Export, user: User, out: Path) -> None:
        """Here and now, unless a worker has begun it."""
        if (mine := run.claim(export)) is not None:
            run.run(mine)
        export.refresh_from_db()
        if export.state != Export.State.READY:
            raise CommandError(str(export.get_failure_display() or export.get_state_display()))
        shutil.copyfile(exports.take_file(export=export, user=user), out)
        counts = {"cases": export.cases, "entries": export.entries, "seal": export.seal_number, "digest": export.digest}
        self.stdout.write(
            _("Complaints %(cases)s, entries %(entries)s, complete up to seal %(seal)s: %(digest)s") % counts
        )


def _who(number: str) -> User:
    try:
        return User.objects.get_by_natural_key(number)
    except User.DoesNotExist:
        raise CommandError(_("There is nobody with this staff number.")) from None


def _scope(user: User, options: dict[str, Any]) -> dict[str, Any]:
    """The cases that were named, or a list with its filters, all of which have to be ones it knows."""
    if options["case"]:
        return {"cases": _uuids(options["case"])}
    asked = dict(one.partition("=")[::2] for one in options["filter"])
    codes = scope.CODES[options["list"]](user, asked)
    if unread := [name for name in asked if name not in codes]:
        raise CommandError(_("No such filter, or not this value: %(names)s.") % {"names": ", ".join(unread)})
    return {"list": options["list"], "filters": codes}


def _uuids(references: list[str]) -> list[str]:
    found = dict(Case.objects.filter(reference__in=references).values_list("reference", "uuid"))
    if len(found) != len(set(references)):
        raise CommandError(_("There is no case of this number."))
    return [str(uuid) for uuid in found.values()]
