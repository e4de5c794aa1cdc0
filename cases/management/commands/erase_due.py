"""Propose everybody whose retention has ended, from the command line, as somebody who may."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import User
from cases import due
from cases.actions import erasure
from cases.errors import CaseError


class Command(BaseCommand):
    help = (
        "Propose for erasure everybody whose retention has ended, in the name of a person. Nobody is erased by it: a "
        "second person has to agree on the page of the batch, and the worker carries it out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as", dest="staff", required=True, metavar="STAFF", help="staff number of who proposes")
        parser.add_argument("--why", required=True, help="the reason, in words")
        parser.add_argument("--most", type=int, default=due.MOST, metavar="N", help="so many persons at most")
        parser.add_argument("--dry-run", action="store_true", help="only count who is due and who is kept")

    def handle(self, *args: Any, **options: Any) -> None:
        most = min(max(options["most"], 1), due.MOST)
        user = who(options["staff"])
        try:
            if options["dry_run"]:
                self._counted(user, most)
                return
            made = erasure.propose(user=user, reason=options["why"], most=most)
        except CaseError as refused:
            raise CommandError(str(refused.sentence)) from None
        told = {"number": made.number, "count": made.total}
        self.stdout.write(_("Batch %(number)s was proposed; persons: %(count)s. A second person has to agree.") % told)

    def _counted(self, user: User, most: int) -> None:
        if not erasure.may_propose(user):
            raise CommandError(_("Your post does not include this."))
        found = due.find(most)
        self.stdout.write(_("Due: %(due)s. Kept: %(kept)s.") % {"due": len(found.due), "kept": len(found.kept)})


def who(number: str) -> User:
    """Whoever has this staff number. CommandError."""
    try:
        return User.objects.get_by_natural_key(number)
    except User.DoesNotExist:
        raise CommandError(_("There is nobody with this staff number.")) from None
