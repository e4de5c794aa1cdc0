"""The typesetter alone: what it fetches, what it cannot show, that it gives up when nobody wants the paper."""

import http.server
import io
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest

from cases.actions import exports
from cases.errors import CaseError
from cases.exports import run, typeset
from cases.exports.bundle import Bundle
from cases.exports.formats import FORMATS
from tests.cases.exports.bundles import asked, made
from tests.factories.cases import CaseFactory
from tests.journey import Staff

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
PAGE = '<html lang="en"><head><title>T</title></head><body>{}</body></html>'


@pytest.fixture
def bundle(tmp_path: Path) -> Iterator[Bundle]:
    made = Bundle(tmp_path / "bundle.zip", NOW)
    yield made
    made.close()


def paper(bundle: Bundle, body: str, css: str = "", beat: Any = lambda: None) -> bytes:
    kept = io.BytesIO()
    with bundle.member(f"{len(bundle.members)}.pdf") as member:
        written = member.write
        member.write = lambda data: kept.write(data) and written(data)  # type: ignore[method-assign]
        typeset.put(member, PAGE.format(body), css, beat=beat, folder=bundle.folder)
    return kept.getvalue()


@pytest.mark.needs("pango")
def test_no_file_and_no_address_is_opened(bundle: Bundle, tmp_path: Path) -> None:
    heard: list[str] = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_error(404)

    picture = tmp_path / "secret.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>secret</text></svg>')
    with http.server.HTTPServer(("127.0.0.1", 0), Listening) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        body = f'<p>here</p><img src="{picture.as_uri()}"><img src="{address}a"><object data="{address}b"></object>'
        css = (
            f'@import url("{address}c"); @font-face {{ font-family: x; src: url("{address}d") }} p {{ font-family: x }}'
        )
        made = paper(bundle, body, css)
        server.shutdown()
    assert heard == []
    (page,) = pypdf.PdfReader(io.BytesIO(made)).pages
    assert page.extract_text().split() == ["here"]
    assert not page.images


@pytest.mark.needs("pango")
def test_a_sign_no_font_has_is_told_by_its_number_and_the_same_text_is_the_same_bytes(bundle: Bundle) -> None:
    body = "<p>啊\u200b𠀀😀\x07end</p>"
    one, other = paper(bundle, body), paper(bundle, body)
    assert one == other
    (page,) = pypdf.PdfReader(io.BytesIO(one)).pages
    assert page.extract_text().strip().endswith("[U+1F600]end")


@pytest.mark.needs("pango")
def test_a_paper_nobody_wants_any_more_is_not_waited_for(bundle: Bundle) -> None:
    def gone() -> None:
        raise run.Gone

    began = time.monotonic()
    with pytest.raises(run.Gone):
        paper(bundle, "<table>" + "<tr><td>x</td></tr>" * 100_000 + "</table>", beat=gone)
    assert time.monotonic() - began < 30


@pytest.mark.needs("pango")
def test_a_typesetter_that_fails_says_nothing_of_what_it_set(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "TYPESETTER", Path("/no/such/file"))
    with pytest.raises(typeset.NotSet, match="ended with 2") as error:
        paper(bundle, "<p>张三</p>")
    assert "张三" not in str(error.value)


@pytest.fixture
def no_pango(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "_is_there", lambda: False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["dossier", "proof"])
def test_without_pango_a_paper_is_refused_when_it_is_asked_for(
    name: str, no_pango: None, staff: Staff, browser: Any
) -> None:
    case = CaseFactory.create(handling_unit=staff.bank.outlet)
    with pytest.raises(CaseError, match="Pango") as error:
        asked(staff.auditor, case, formats=("csv", name))
    assert error.value.field == "formats"
    page = browser(staff.auditor).get(f"/exports/new/?case={case.uuid}").content.decode()
    assert "未安装 Pango" in page


@pytest.mark.django_db(transaction=True)
def test_a_worker_without_pango_says_so_before_it_reads_a_row(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "_is_there", lambda: True)
    export = asked(staff.auditor, CaseFactory.create(handling_unit=staff.bank.outlet), formats=("dossier",))
    monkeypatch.setattr(typeset, "_is_there", lambda: False)
    assert made(export).failure == "lacking"
    assert not exports.path_of(export).exists()


def test_formats_that_need_nothing_lack_nothing(no_pango: None) -> None:
    assert {name for name, one in FORMATS.items() if one.lacks()} == {"dossier", "proof"}
