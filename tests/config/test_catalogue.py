"""Each fault of a Chinese catalogue is found, and ours has none."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest
from django.conf import settings

from config import catalogue

GLOSSARY = "english,chinese,forbidden,except,why\ncase,投诉工单,案件,刑事案件,\n"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A project with one marked text and two empty catalogues."""
    for app in catalogue.APPS:
        (tmp_path / app).mkdir()
    (tmp_path / "cases" / "errors.py").write_text('said = _("Money moved on %(day)s")\n')
    for name in ("locale", "locale_vendor"):
        catalogue.catalogue(tmp_path / name).parent.mkdir(parents=True)
        write(tmp_path / name)
    (tmp_path / "locale" / "glossary.csv").write_text(GLOSSARY, encoding="utf-8")
    return tmp_path


def write(locale: Path, *entries: polib.POEntry, compiled: bool = True) -> None:
    po = polib.POFile()
    po.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    po.extend(entries)
    path = catalogue.catalogue(locale)
    po.save(str(path))
    if compiled:
        po.save_as_mofile(str(path.with_suffix(".mo")))


def money_moved(chinese: str, **extra: object) -> polib.POEntry:
    return polib.POEntry(msgid="Money moved on %(day)s", msgstr=chinese, **extra)


@pytest.mark.needs("gettext")
def test_a_full_catalogue_has_no_fault(base: Path) -> None:
    write(base / "locale", money_moved("款项于%(day)s划转"))

    assert list(catalogue.faults(base)) == []


@pytest.mark.needs("gettext")
def test_a_text_missing_in_the_catalogue_is_named_with_its_file(base: Path) -> None:
    assert list(catalogue.faults(base)) == [
        "locale: not in the catalogue: 'Money moved on %(day)s' (cases/errors.py)",
    ]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (money_moved(""), "not translated"),
        (money_moved("款项已划转"), "other placeholders"),
        (money_moved("款项于%(date)s划转"), "other placeholders"),
        (money_moved("案件款项于%(day)s划转"), "holds 案件"),
        (money_moved("款项于%(day)s划转", flags=["fuzzy"]), "fuzzy"),
        (money_moved("款项于%(day)s划转", obsolete=True), "no longer used"),
    ],
)
def test_a_faulty_text_is_found(base: Path, entry: polib.POEntry, fault: str) -> None:
    write(base / "locale", entry)

    assert any(fault in found for found in catalogue.faults(base))


def test_a_forbidden_word_is_right_in_its_listed_places(base: Path) -> None:
    write(base / "locale", money_moved("刑事案件款项于%(day)s划转"))

    assert not any("holds" in fault for fault in catalogue.faults(base))


def test_an_old_compiled_file_is_found(base: Path) -> None:
    write(base / "locale", money_moved("款项于%(day)s划转"))
    write(base / "locale", money_moved("款项于%(day)s转出"), compiled=False)

    assert any("run compilemessages" in fault for fault in catalogue.faults(base))


@pytest.mark.needs("gettext")
def test_every_text_of_ours_has_its_chinese() -> None:
    assert sorted(set(catalogue.faults(settings.BASE_DIR))) == []
