"""Propose the person of one complaint for erasure, because he asked for it, from the command line."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.actions import erasure
from cases.errors import CaseError
from cases.management.commands.erase_due import who
from cases.models import Case


class Command(BaseCommand):
    help = (
        "Propose the person of a complaint for erasure, in the name of somebody who may. Refused where a law or a hold "
        "makes the bank keep him. Nobody is erased by it: a second person has to agree on the page of the batch."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="number of a complaint of this person")
        parser.add_argument("--why", required=True, help="what he asked for, and how it is known that it was he")
        parser.add_argument("--as", dest="staff", required=True, metavar="STAFF", help="staff number of who proposes")
        parser.add_argument(
            "--relation-ended-on", type=date.fromisoformat, metavar="DAY", help="as the core system says; if it ended"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        case = Case.objects.select_related("person_key", "customer__person_key").filter(reference=options["reference"])
        asked = {"reason": options["why"], "relation_ended_on": options["relation_ended_on"]}
        if not case:
            raise CommandError(_("There is no case of this number."))
        try:
            made, keeps = erasure.propose_request(user=who(options["staff"]), case=case[0], **asked)
        except CaseError as refused:
            raise CommandError(str(refused.sentence)) from None
        if made is None:
            kept = "; ".join(f"{keep.code.label} {', '.join(keep.cases)}" for keep in keeps)
            raise CommandError(_("The bank has to keep these data: %(why)s") % {"why": kept})
        told = {"number": made.number, "count": made.total}
        self.stdout.write(_("Batch %(number)s was proposed; persons: %(count)s. A second person has to agree.") % told)
