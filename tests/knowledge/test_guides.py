"""The guides beside each step: there in both languages, of one shape, and safe to print."""

import re

import pytest

from knowledge import guides

FORBIDDEN = ["案件", "逾期", "冻结", "解冻", "升级", "案例", "流程实例"]


@pytest.mark.parametrize("slug", guides.CARD_FRAUD + guides.GENERAL + guides.BESIDE)
@pytest.mark.parametrize("language", guides.LANGUAGES)
def test_each_human_step_has_a_guide_of_three_to_six_points_with_risks(slug, language):
    guide = guides.guide(slug, language)

    assert guide.language == language
    assert guide.title
    assert 3 <= guide.html.count("<li>") <= 6
    assert guide.html.startswith("<ol>")
    assert 2 <= len(guide.risks) <= 5
    assert all(risk and not risk.startswith("<p>") for risk in guide.risks)


@pytest.mark.parametrize("slug", guides.CARD_FRAUD + guides.GENERAL + guides.BESIDE)
def test_both_languages_say_equally_much(slug):
    english, chinese = guides.guide(slug, "en"), guides.guide(slug, "zh-hans")

    assert english.html.count("<li>") == chinese.html.count("<li>")
    assert len(english.risks) == len(chinese.risks)


@pytest.mark.parametrize("slug", guides.CARD_FRAUD + guides.GENERAL + guides.BESIDE)
def test_chinese_guides_use_the_words_of_the_house_and_no_latin_ones(slug):
    text = (guides.FOLDER / "zh-hans" / f"{slug}.md").read_text(encoding="utf-8")

    assert not [word for word in FORBIDDEN if word in text]
    assert not re.findall(r"[A-Za-z]{2,}", text)


@pytest.mark.parametrize("slug", guides.CARD_FRAUD + guides.GENERAL + guides.BESIDE)
def test_english_guides_hold_no_chinese(slug):
    assert (guides.FOLDER / "en" / f"{slug}.md").read_text(encoding="utf-8").isascii()


def test_what_is_missing_in_chinese_is_shown_in_english(tmp_path, monkeypatch):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "try.md").write_text("# Try\n\n1. Do it.\n\n## Risk\n\n- None.\n", encoding="utf-8")
    monkeypatch.setattr(guides, "FOLDER", tmp_path)

    guide = guides.guide("try", "zh-hans")

    assert (guide.title, guide.language) == ("Try", "en")
    guides.guide.cache_clear()


@pytest.mark.parametrize(
    "slug", ["no/such", "../settings", "card-fraud/../../en/card-fraud/tell", "", "a b", "/etc/passwd"]
)
def test_an_unknown_or_crooked_name_finds_nothing(slug):
    with pytest.raises(guides.GuideMissing):
        guides.guide(slug, "en")


def test_html_in_a_guide_is_harmless():
    text = '# T\n\n1. <script>alert(1)</script> [x](javascript:alert(1)) <b style="color:red" onclick="x()">ok</b>\n'

    guide = guides.parse(f"{text}\n## Risk\n\n- <img src=x onerror=alert(1)> **mind**\n", "en")

    assert "script" not in guide.html
    assert "onclick" not in guide.html
    assert "style" not in guide.html
    assert guide.risks == ("<strong>mind</strong>",) or guide.risks == (" <strong>mind</strong>",)


@pytest.mark.parametrize(
    "text", ["", "No title", "# T\n\n1. x\n", "# T\n\n1. x\n\n## Other\n\n- y\n", "# T\n\n## Risk\n\n- y\n"]
)
def test_a_guide_without_its_parts_is_broken(text):
    with pytest.raises(guides.BrokenGuide):
        guides.parse(text, "en")
