"""Several cases, and a long history: volumes that go on where the last one ended, and an index."""

import io
import re
import zipfile

import pypdf
import pytest

from cases.actions import exports
from record.models import Entry
from tests.cases.exports.bundles import asked, made, verified
from tests.desk.at_work import Desk
from tests.factories.cases import CaseFactory
from tests.journey import Staff
from tests.papers.conftest import text
from workflows.papers import line

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("pango")]
VOLUME = 40


def test_a_long_time_line_goes_on_in_volumes_and_the_index_counts_all_pages(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "VOLUME", VOLUME)
    long = Desk.at("trace", staff).case
    short = CaseFactory.create(handling_unit=staff.bank.outlet)
    export = made(asked(staff.auditor, long, short, formats=("dossier",)))
    assert export.state == "ready", export.failure
    assert verified(exports.path_of(export))[0] == 0
    entries = Entry.objects.filter(stream=long.stream).count()
    volumes = -(-entries // VOLUME)
    assert volumes > 1

    with zipfile.ZipFile(exports.path_of(export)) as bundle:
        names = [name for name in bundle.namelist() if name.startswith("dossier/")]
        papers = {name: pypdf.PdfReader(io.BytesIO(bundle.read(name))) for name in names}

    rest = [f"dossier/{long.reference}.{number}.pdf" for number in range(2, volumes + 1)]
    assert names == [f"dossier/{long.reference}.pdf", *rest, f"dossier/{short.reference}.pdf", "dossier/index.pdf"]
    for number, name in enumerate(rest, 2):
        said = papers[name].pages[0].extract_text()
        assert re.search(rf"第 {number} 册", said)
        assert re.search(rf"^{(number - 1) * VOLUME + 1}\b", said, re.MULTILINE), "it goes on where the last one ended"
    assert "处理轨迹续见下一册" in text(papers[names[0]])
    assert "续见下一册" not in text(papers[rest[-1]])
    index = text(papers["dossier/index.pdf"])
    pages = sum(len(paper.pages) for name, paper in papers.items() if name != "dossier/index.pdf")
    assert f"页数{pages}" in index
    assert all(name in index for name in names[:-1])


def test_one_short_case_needs_no_index(staff: Staff) -> None:
    case = CaseFactory.create(handling_unit=staff.bank.outlet)
    export = made(asked(staff.auditor, case, formats=("dossier", "proof"), language="en"))
    with zipfile.ZipFile(exports.path_of(export)) as bundle:
        found = {name for name in bundle.namelist() if name.startswith(("dossier/", "proof/"))}
    assert found == {f"dossier/{case.reference}.pdf"} | {
        f"proof/{case.reference}/{name}" for name in ("proof.pdf", "proof.json")
    }
