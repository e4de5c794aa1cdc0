"""What the pages for people say is there: commands, options, settings, files, log-ins, words on the screen."""

import re
from itertools import pairwise
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.utils import translation

from accounts.roles import Role
from config import catalogue
from workflows.demo import people

BASE = settings.BASE_DIR
MANUAL = BASE / "docs" / "manual"
DECISIONS = BASE / "docs" / "decisions"
LANGUAGES = ("en", "zh-hans")
PAGES = [*sorted(BASE.glob("*.md")), *sorted((BASE / "docs").rglob("*.md"))]

COMMAND = re.compile(r"manage\.py ([a-z_]+)((?: [^\n`|;]+)?)")
TABLE_OF_COMMANDS = re.compile(r"^\| `([a-z_]+)([^`]*)`((?:, `[a-z_]+`)*) \|", re.MULTILINE)
OPTION = re.compile(r"--[a-z][a-z-]*")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
CODE = re.compile(r"`([^`\n]+)`")
SETTING = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")
ON_SCREEN = {
    "en": re.compile(r"(?<![*\w])\*([^*]+)\*(?!\*)"),
    "zh-hans": re.compile("“([^”]+)”"),
}
PROGRAM = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
STEP_TABLE = re.compile(r"<!-- step table.*?/step table -->", re.DOTALL)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return str(page.relative_to(BASE))


def told_commands() -> list[tuple[str, str, str]]:
    """(page, command, what stands after it), wherever a page names one."""
    told = [(name_of(page), *found) for page in PAGES for found in COMMAND.findall(text_of(page))]
    for name, after, others in TABLE_OF_COMMANDS.findall(text_of(BASE / "README.md").partition("## Commands")[2]):
        told.append(("README.md", name, after))
        told += [("README.md", other, "") for other in re.findall(r"[a-z_]+", others)]
    return told


def test_pages_tell_of_commands():
    """Guards the patterns above: were they to find nothing, the next test would hold for nothing."""
    found = {name for _page, name, _after in told_commands()}
    assert {"import_complaints", "verify_journal", "harden_database", "step_table", "sandbox_bank"} <= found


def test_every_command_of_ours_is_in_the_readme():
    told = {name for page, name, _after in told_commands() if page == "README.md"}
    ours = {name for name, app in get_commands().items() if (BASE / str(app).replace(".", "/")).is_dir()}
    assert sorted(ours - told) == []


def test_every_command_and_option_named_exists():
    known = get_commands()
    wrong = []
    for page, name, after in told_commands():
        if name not in known:
            wrong.append(f"{page}: {name}")
            continue
        options = load_command_class(known[name], name).create_parser("manage.py", name)._option_string_actions
        wrong += [f"{page}: {name} {option}" for option in OPTION.findall(after) if option not in options]
    assert wrong == []


def test_every_make_target_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", text_of(BASE / "Makefile"), re.MULTILINE))
    named = {target for page in PAGES for target in re.findall(r"(?:`|^)make ([a-z-]+)", text_of(page), re.MULTILINE)}
    assert {"demo", "test"} <= named <= targets


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_linked_file_exists(page):
    links = [link for link in LINK.findall(text_of(page)) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_of_the_repository_named_exists(page):
    """`<language>`, `…` and stars stand for anything; folders a run makes are left out."""
    tops = {path.name for path in BASE.iterdir() if path.is_dir() and not path.name.startswith(".")}
    named = [code.split()[0] for code in CODE.findall(text_of(page)) if code.partition("/")[0] in tops and "/" in code]
    paths = [re.sub(r"<\w+>|…", "*", path).rstrip("/") for path in named]
    assert [path for path in paths if not any(BASE.glob(path))] == []


def test_every_setting_named_for_the_operator_is_read_somewhere():
    read = text_of(BASE / "config" / "settings.py") + text_of(BASE / ".env.example")
    pages = [MANUAL / language / "operator.md" for language in LANGUAGES]
    named = {name for page in pages for name in SETTING.findall(text_of(page)) if name != "SIGTERM"}
    assert "MASTER_KEYS" in named
    assert sorted(name for name in named if name not in read) == []


def test_the_readmes_log_ins_are_those_of_the_demo():
    part = text_of(BASE / "README.md").partition("<!-- log-ins -->")[2].partition("<!-- /log-ins -->")[0]
    found = {one.number: one for one in people.PEOPLE}
    units = {unit.code: f"{unit.name_en} {unit.name}" for unit in people.UNITS}
    with translation.override("en"):
        rows = [
            (number, one.name, ", ".join(str(role.label) for role in one.roles), units[one.unit])
            for number, one in ((number, found[number]) for number in people.LOGINS)
        ]
    told = [tuple(re.split(r"\s*\|\s*", row)[1:-1]) for row in part.split("\n") if re.match(r"\| \d", row)]
    assert told == rows
    assert people.PASSWORD in part


def test_the_walk_names_people_the_demo_has():
    walk = text_of(BASE / "README.md").partition("<!-- /log-ins -->")[2].partition("## The steps")[0]
    numbers = set(re.findall(r"\b[135]\d{3}\b", walk))
    assert "3111" in numbers
    assert numbers <= {one.number for one in people.PEOPLE}


def test_decisions_are_numbered_without_gaps_and_indexed():
    pages = sorted(DECISIONS.glob("0*.md"))
    numbers = [int(page.name[:4]) for page in pages]
    index = text_of(DECISIONS / "README.md")
    assert numbers[0] == 1
    assert all(later == earlier + 1 for earlier, later in pairwise(numbers))
    assert [name_of(page) for page in pages if f"({page.name})" not in index] == []
    assert re.findall(r"^\| (\d+) \|", index, re.MULTILINE) == [str(number) for number in numbers]


def test_every_page_of_the_manual_is_there_in_both_languages_and_in_its_index():
    english, chinese = ({page.name for page in (MANUAL / language).glob("*.md")} for language in LANGUAGES)
    assert english == chinese
    for language in LANGUAGES:
        linked = set(LINK.findall(text_of(MANUAL / language / "README.md")))
        assert english - {"README.md"} <= linked


def test_every_post_finds_itself_in_the_manual():
    whole = "".join(text_of(page) for page in (MANUAL / "zh-hans").glob("*.md"))
    with translation.override("zh-hans"):
        assert [str(role.label) for role in Role if str(role.label) not in whole] == []


@pytest.mark.parametrize("page", sorted((MANUAL / "zh-hans").glob("*.md")), ids=name_of)
def test_the_chinese_manual_speaks_as_bank_staff_do(page):
    text = text_of(page)
    words = catalogue.forbidden(BASE / "locale" / "glossary.csv")
    assert [word for word, allowed in words if word in allowed.sub("", text)] == []


@pytest.mark.parametrize("page", sorted((MANUAL / "en").glob("*.md")), ids=name_of)
def test_english_words_said_to_stand_on_the_screen_are_texts_of_ours(page):
    words = {
        " ".join(word.split()) for word in ON_SCREEN["en"].findall(PROGRAM.sub("", STEP_TABLE.sub("", text_of(page))))
    }
    with translation.override("zh-hans"):
        assert [word for word in words if translation.gettext(word) == word] == []


@pytest.mark.parametrize("page", sorted((MANUAL / "zh-hans").glob("*.md")), ids=name_of)
def test_chinese_words_said_to_stand_on_the_screen_are_texts_of_ours(page):
    entries = polib.pofile(str(catalogue.catalogue(BASE / "locale")))
    texts = {text for entry in entries for text in catalogue._translations(entry)} | {"历史"}  # Django's own
    words = set(ON_SCREEN["zh-hans"].findall(STEP_TABLE.sub("", text_of(page))))
    assert sorted(words - texts) == []
