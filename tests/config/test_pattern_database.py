"""The migrated database that test runs copy is another one as soon as what it was made from is."""

import pytest

from tests.databases import PATTERN, pattern_name


@pytest.mark.parametrize(
    "path", ["cases/migrations/0001_initial.py", "knowledge/packs/house.toml", "knowledge/deep/down/codes.csv"]
)
def test_another_content_or_name_is_another_pattern(tmp_path, path):
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text("one")
    first = pattern_name(tmp_path)
    file.write_text("two")
    second = pattern_name(tmp_path)
    file.rename(file.with_stem("0002_other"))

    assert len({first, second, pattern_name(tmp_path)}) == 3
    assert first.startswith(PATTERN)


def test_what_a_database_is_not_made_from_changes_nothing(tmp_path):
    first = pattern_name(tmp_path)
    (tmp_path / "README.md").write_text("words")

    assert pattern_name(tmp_path) == first
