"""manage.py import_complaints FILE: take over complaints from another system's file."""

import contextlib
import csv
import gzip
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from accounts.models import Branch, User
from accounts.permissions import Verb, refusal, standing
from cases.intake import cfpb, csv_rows, starters
from cases.intake.csv_rows import BadRow
from cases.intake.importing import Run
from cases.intake.incoming import Incoming
from cases.models import Case
from record import clock

ERRORS: Final = ("line", "last_line", "complaint_id", "reason")


class Command(BaseCommand):
    """Restartable: run it again with the same file after any interruption; what is there is passed over."""

    help = "Take over complaints from a file; bad rows are listed by line, all others become cases."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=".csv or .csv.gz")
        parser.add_argument("--format", choices=[cfpb.SOURCE], default=cfpb.SOURCE)
        parser.add_argument("--as", dest="staff", metavar="STAFF", help="staff number of who imports")
        parser.add_argument("--unit", metavar="CODE", help="branch that handles the complaints (head office)")
        parser.add_argument("--limit", type=int, metavar="N", help="read at most N rows")
        parser.add_argument("--errors", type=Path, metavar="FILE", help="where bad rows are listed")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        errors = options["errors"] or Path(f"{path.name}.errors.csv")
        unit = _unit(options["unit"])
        user, role = _who(options["staff"], unit)
        try:
            starters.starter(Case.Kind.CARD_FRAUD)
        except starters.NoStarter as nobody:
            raise CommandError(str(nobody)) from None
        today = clock.now().astimezone(ZoneInfo(settings.BANK_TIME_ZONE)).date()
        with _errors(errors) as report:
            run = Run(unit=unit, read=lambda values: _read(values, today), report=report, user=user, role=role)
            self._run(run, path, options["limit"])
        counts = run.counts
        self.stdout.write(
            _(
                "Rows %(read)d: taken over %(imported)d (flows started %(started)d), "
                "there before %(skipped)d, bad %(bad)d."
            )
            % vars(counts)
        )
        if counts.bad:
            self.stdout.write(_("Bad rows are listed in %(file)s.") % {"file": errors})
        else:
            errors.unlink()

    def _run(self, run: Run, path: Path, limit: int | None) -> None:
        with _opened(path) as (raw, lines):
            columns = _columns(lines)
            rows = islice(csv_rows.rows(lines, columns, cfpb.BEGINS), limit)
            with tqdm(total=path.stat().st_size, unit="B", unit_scale=True, disable=None) as bar:
                try:
                    for _counts in run.take_in(rows, told={"format": cfpb.SOURCE}):
                        bar.update(raw.tell() - bar.n)
                except (EOFError, gzip.BadGzipFile, OSError) as broken:
                    raise CommandError(
                        _("The file breaks off or cannot be read; what was read before stays: %(why)s")
                        % {"why": broken}
                    ) from None


def _read(values: Mapping[str, str], today: date) -> Incoming:
    return cfpb.incoming(values, today=today)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], Iterator[str]]]:
    """The file as it lies on disk (to tell how far we are) and its lines; bytes that are no UTF-8 come as halves."""
    try:
        raw = path.open("rb")
    except OSError as refused:
        raise CommandError(_("The file cannot be opened: %(why)s") % {"why": refused}) from None
    with raw, gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else contextlib.nullcontext(raw) as data:
        # Only "\n" ends a line, as in editors and `sed`: bad rows are found again by their numbers.
        yield raw, io.TextIOWrapper(data, encoding="utf-8-sig", errors="surrogateescape", newline="\n")


def _columns(lines: Iterator[str]) -> list[str]:
    """The header, checked: all columns of the format and no others."""
    try:
        columns = csv_rows.header(next(lines, ""))
    except (ValueError, EOFError, OSError):
        columns = []
    if sorted(columns) != sorted(cfpb.COLUMNS):
        wanted = ", ".join(name for name in cfpb.COLUMNS if name not in columns)
        raise CommandError(_("This is not the format: the first line lacks %(columns)s.") % {"columns": wanted or "-"})
    return columns


@contextmanager
def _errors(path: Path) -> Iterator[Callable[[BadRow], None]]:
    try:
        file = path.open("w", encoding="utf-8", newline="")
    except OSError as refused:
        raise CommandError(_("The list of bad rows cannot be written: %(why)s") % {"why": refused}) from None
    with file:
        writer = csv.writer(file)
        writer.writerow(ERRORS)

        def report(row: BadRow) -> None:
            writer.writerow([row.line, row.last_line, row.number, row.reason])
            file.flush()

        yield report


def _unit(code: str | None) -> Branch:
    try:
        return Branch.objects.head_office() if code is None else Branch.objects.get(code=code)
    except Branch.DoesNotExist:
        raise CommandError(_("There is no such branch.")) from None


def _who(staff_number: str | None, unit: Branch) -> tuple[User | None, str]:
    """Who imports, and in which role. Without a name it is the system: whoever may run commands on the server."""
    if staff_number is None:
        return None, ""
    try:
        user = User.objects.get_by_natural_key(staff_number)
    except User.DoesNotExist:
        raise CommandError(_("There is nobody with this staff number.")) from None
    if no := refusal(user, Verb.IMPORT, unit):
        raise CommandError(str(no))
    held = standing(user, Verb.IMPORT, unit)
    return user, held.post.role if held else ""
