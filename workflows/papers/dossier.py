"""PDF 案卷: one dossier a case, and an index of them with their pages where there are several."""

from typing import Final

from django.utils.translation import gettext as _, pgettext

from cases.exports.bundle import Bundle
from cases.exports.scope import Scope

from . import decision, evidence, letters, line, money, printing, sections
from .blocks import Facts, Section, Table
from .printing import Paper
from .seeing import Seeing, person, when

NAME: Final = "dossier"
MOST_LISTED: Final = 200  # files an index names; a longer list is the table of cases


def write(scope: Scope, bundle: Bundle) -> None:
    """dossier/<number>.pdf each, then dossier/index.pdf; one after another."""
    listed: list[list[str]] = []
    for pk in scope.cases:
        seeing = Seeing.of(scope, pk)
        pages = printing.put(paper_of(seeing), scope, bundle)
        if len(listed) < MOST_LISTED:
            listed.append(_listed(seeing, pages, bundle))
        scope.progress(1)
    if 1 < len(scope.cases) <= MOST_LISTED:
        printing.put(_index(listed, scope), scope, bundle)


def paper_of(seeing: Seeing) -> Paper:
    """The dossier of one case."""
    case = seeing.case
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
        ("line", _("Time line"), line.blocks),
    )
    return Paper(
        name=f"dossier/{case.reference}.pdf",
        title=_("Dossier of complaint %(number)s") % {"number": case.reference},
        running=_("Dossier %(number)s") % {"number": case.reference},
        front=Facts(printing.about(seeing)),
        sections=[Section(key, str(title), list(make(seeing))) for key, title, make in parts],
        notes=printing.notes(seeing),
        contents=True,
    )


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
