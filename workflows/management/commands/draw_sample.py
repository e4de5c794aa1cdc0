"""manage.py draw_sample: draw a sample once more by its recorded seed, and compare."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cases import strata
from cases.actions import samples
from cases.errors import CaseError
from cases.models import Sample
from workflows.desk.audit import population


class Command(BaseCommand):
    """Changes nothing. Ends with an error when another list is drawn."""

    help = "Draw a sample once more by its seed, from the cases its filter leaves now or from the list of that day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--verify", type=UUID, required=True, metavar="UUID", help="the sample, by its uuid")
        parser.add_argument(
            "--population", type=Path, metavar="FILE", help="the list it was drawn from (.tsv) instead of the database"
        )

    def handle(self, *args: Any, verify: UUID, population: Path | None, **options: Any) -> None:
        sample = Sample.objects.select_related("by").filter(uuid=verify).first()
        if sample is None:
            raise CommandError(_("There is no such sample."))
        try:
            found = samples.verify(sample=sample, cases=_rows(sample, population))
        except CaseError as error:
            raise CommandError(str(error.sentence)) from None
        except (OSError, ValueError) as unread:
            raise CommandError(str(unread)) from None
        self._say(sample, found)
        if not found.same:
            raise CommandError(_("Drawn again by the same seed: another list."))
        self.stdout.write(_("Drawn again by the same seed: the same list, in the same order."))

    def _say(self, sample: Sample, found: samples.Verified) -> None:
        told = {"count": found.population, "digest": found.digest}
        self.stdout.write(_("Complaints to draw from: %(count)s; digest of their list: %(digest)s") % told)
        if found.moved:
            self.stdout.write(_("On that day the digest was: %(digest)s") % {"digest": sample.population_digest})
        for words, references in (
            (_("In the sample, and not drawn now:"), found.missing),
            (_("Drawn now, and not in the sample:"), found.new),
        ):
            if references:
                self.stdout.write(f"{words} {', '.join(references)}")


def _rows(sample: Sample, file: Path | None) -> Iterator[tuple[str, str]]:
    if file is not None:
        return _read(file)
    return strata.population(population.cases_of(sample.by, sample.filters), sample.dimensions)


def _read(file: Path) -> Iterator[tuple[str, str]]:
    """The lines of a list, as it was taken along. ValueError: it is none."""
    with file.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            reference, tab, stratum = line.rstrip("\n").partition("\t")
            if not tab:
                raise ValueError(_("This file is no list of complaints and strata."))
            yield reference, stratum
