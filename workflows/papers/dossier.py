"""PDF 案卷: one dossier a case, and an index of them with their pages where there are several."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _, pgettext

from cases.exports.bundle import Bundle
from cases.exports.scope import Scope

from . import decision, evidence, letters, line, money, printing, sections
from .blocks import Facts, Section, Table
from .printing import Paper
from .seeing import Seeing, person, when

NAME: Final = "dossier"
MOST_LISTED: Final = 200  # papers an index names; a longer list is the table of cases


def write(scope: Scope, bundle: Bundle) -> None:
    """dossier/<number>.pdf each, then dossier/index.pdf; one after another."""
    listed: list[list[str]] = []
    for pk in scope.cases:
        seeing = Seeing.of(scope, pk)
        for paper in papers_of(seeing):
            pages = printing.put(paper, scope, bundle)
            if len(listed) < MOST_LISTED:
                listed.append(_listed(seeing, pages, bundle))
        scope.progress(1)
    if 1 < len(listed) < MOST_LISTED:
        printing.put(_index(listed, scope), scope, bundle)


def papers_of(seeing: Seeing) -> Iterator[Paper]:
    """The dossier of one case; of a long history further volumes with the rest of its time line."""
    volumes = line.volumes(seeing)
    yield _paper(seeing, 1, [*_sections(seeing), Section("line", _("Time line"), next(volumes))])
    for number, blocks in enumerate(volumes, 2):
        yield _paper(seeing, number, [Section("line", _("Time line"), blocks)])


def _paper(seeing: Seeing, volume: int, parts: list[Section]) -> Paper:
    case, about = seeing.case, {"number": seeing.case.reference, "volume": volume}
    first = volume == 1
    title = _("Dossier of complaint %(number)s") if first else _("Dossier of complaint %(number)s, volume %(volume)d")
    running = _("Dossier %(number)s") if first else _("Dossier %(number)s, volume %(volume)d")
    return Paper(
        name=f"dossier/{case.reference}.pdf" if first else f"dossier/{case.reference}.{volume}.pdf",
        title=title % about,
        running=running % about,
        front=Facts(printing.about(seeing)),
        sections=parts,
        notes=printing.notes(seeing),
        contents=first,
    )


def _sections(seeing: Seeing) -> list[Section]:
    """All but the time line."""
    parts = (
        ("short", _("In short"), decision.in_short),
        ("complaint", _("The complaint"), sections.complaint),
        ("limits", _("Time limits"), sections.limits),
        ("steps", _("Steps and who did them"), sections.steps),
        ("transactions", _("Disputed transactions"), decision.transactions),
        ("decision", _("Decision and grounds"), decision.grounds),
        ("board", _("Burden-of-proof board"), decision.proof),
        ("money", _("Money"), money.blocks),
        ("letter", _("Decision letter"), letters.letter),
        ("talks", _("Contacts and promises"), letters.talks),
        ("beside", _("Beside the case"), letters.beside),
        ("evidence", _("Evidence"), evidence.blocks),
    )
    return [Section(key, str(title), list(make(seeing))) for key, title, make in parts]


def _listed(seeing: Seeing, pages: int, bundle: Bundle) -> list[str]:
    case, file = seeing.case, bundle.members[-1].told()
    customer = case.customer.name_masked if case.customer else ""
    return [
        *(case.reference, customer, case.get_kind_display(), case.get_state_display(), when(case.received_at)),
        *(str(pages), f"{file['name']}\n{file['sha256']}"),
    ]


def _index(listed: list[list[str]], scope: Scope) -> Paper:
    heads = [_("No."), _("Number"), _("Customer"), _("Kind"), _("State"), _("Received"), _("Pages"), _("File, SHA-256")]
    rows = [[str(number), *row] for number, row in enumerate(listed, 1)]
    pages = sum(int(row[5]) for row in listed)
    front = [
        (pgettext("paper", "Made by"), person(scope.user)),
        (_("What for"), scope.purpose),
        (_("Seal"), _("no. %(n)d of %(at)s") % {"n": scope.seal.number, "at": when(scope.seal.sealed_at)}),
        (_("Dossiers"), str(len(listed))),
        (_("Pages"), str(pages)),
    ]
    table = Table(heads, rows, "index", sums=(6,))
    return Paper(
        name="dossier/index.pdf",
        title=_("Index of dossiers"),
        running=_("Index of dossiers"),
        front=Facts(front),
        sections=[Section("index", _("Dossiers"), [table])],
    )
