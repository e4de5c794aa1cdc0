"""What stops a start: a limit without a rule, law nobody verified, a guide in one language only."""

import dataclasses

import pytest

from knowledge import checks, guides, limits, pack_files, signs, taxonomy


def ids(messages) -> set[str]:
    return {message.id for message in messages}


def test_the_shipped_knowledge_passes():
    assert checks.check_packs(None) + checks.check_guides(None) + checks.check_tables(None) == []
    assert checks.check_signs(None) == []


def test_a_named_limit_without_rule_and_a_rule_without_name_are_found(monkeypatch):
    rules = dict(pack_files.shipped())
    rules["card_fraud.forgotten"] = rules.pop(limits.TRACE)
    monkeypatch.setattr(pack_files, "shipped", lambda: rules)

    assert ids(checks.check_packs(None)) == {"knowledge.E002", "knowledge.E003"}


@pytest.mark.parametrize("wrong", [{"verified": False}, {"kind": "house"}])
def test_a_statutory_clock_never_runs_on_unverified_or_house_numbers(monkeypatch, wrong):
    rules = dict(pack_files.shipped())
    rules[limits.DECIDE_15] = dataclasses.replace(rules[limits.DECIDE_15], **wrong)
    monkeypatch.setattr(pack_files, "shipped", lambda: rules)

    assert ids(checks.check_packs(None)) == {"knowledge.E004"}


def test_a_pack_nobody_can_read_is_found(monkeypatch):
    def broken():
        raise pack_files.BrokenPack("x.toml: no")

    monkeypatch.setattr(pack_files, "shipped", broken)

    assert ids(checks.check_packs(None)) == {"knowledge.E001"}


def test_a_guide_in_one_language_and_a_broken_one_are_found(monkeypatch, tmp_path):
    for language in guides.LANGUAGES:
        (tmp_path / language).mkdir()
    (tmp_path / "en" / "only.md").write_text("# Only\n", encoding="utf-8")
    monkeypatch.setattr(guides, "FOLDER", tmp_path)
    monkeypatch.setattr(guides, "CARD_FRAUD", ())
    guides.guide.cache_clear()

    assert ids(checks.check_guides(None)) == {"knowledge.E005", "knowledge.E006"}
    guides.guide.cache_clear()


def test_a_crosswalk_to_an_unknown_class_is_found(monkeypatch):
    row = dataclasses.replace(taxonomy.crosswalk()[-1], code="A_NOWHERE")
    monkeypatch.setattr(taxonomy, "crosswalk", lambda: (row,))

    assert ids(checks.check_tables(None)) == {"knowledge.E009"}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("[again", "knowledge.E012"),
        ('[again]\nname = "Again"', "knowledge.E012"),
        ("severity = 4", "knowledge.E013"),
        ('severity = 2\nkind = "general"', "knowledge.E013"),
        ("", "knowledge.E013"),
    ],
)
def test_a_table_of_signs_that_nobody_can_read_or_that_says_nothing_is_found(monkeypatch, tmp_path, written, found):
    whole = 'name = "x"\nname_zh = "x"\nwhy = "x"\nwhy_zh = "x"\nwords = ["x"]\n'
    file = tmp_path / "signs.toml"
    file.write_text(written if written.startswith("[") else f"[again]\n{whole}{written}", encoding="utf-8")
    monkeypatch.setattr(signs, "FILE", file)
    signs.table.cache_clear()

    assert ids(checks.check_signs(None)) == {found}
    signs.table.cache_clear()
