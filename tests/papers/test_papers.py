"""What a lawyer and an auditor read in the papers of a case, in both languages, and what must not stand there."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pypdf
import pytest

from tests.cases.exports.bundles import rows, verified
from tests.papers.conftest import Bundle, text

pytestmark = [  # the database for the bundles they share; none of them looks into it
    pytest.mark.django_db,
    pytest.mark.needs("pango"),
    pytest.mark.xdist_group("papers"),
]
both_languages = pytest.mark.parametrize("language", ["zh-hans", "en"])
# What stands in the case under a key, or is whole where lists show it masked.
SEALED = ("13816262207", "张三", "两笔境外交易不是本人所为", "致谢", "真卡在上海", "境外磁条交易", "赵工", "已结清")


def words(language: str, chinese: str, english: str) -> str:
    """In the language, without blanks, as `text` gives them."""
    return "".join((chinese if language == "zh-hans" else english).split())


def papers(bundle: Bundle) -> list[pypdf.PdfReader]:
    return [bundle.dossier, bundle.proof]


def named(told: Any) -> Iterator[tuple[int, str]]:
    """Every entry proof.json names, wherever it stands in it: number and hash."""
    if isinstance(told, dict):
        if {"number", "hash", "kind"} == told.keys():
            yield told["number"], told["hash"]
        for value in told.values():
            yield from named(value)
    elif isinstance(told, list):
        for value in told:
            yield from named(value)


@both_languages
def test_a_lawyer_finds_the_four_answers_on_the_first_page(language: str, both: dict[str, Bundle]) -> None:
    bundle = both[language]
    page = text(bundle.proof, 0)
    assert words(language, "距客户告知 2 分 13 秒。", "That was 2 min 13 s after the bank was told.") in page
    assert words(language, "签字说明见 E", "The signed statement is E") in page
    assert "10号7.1,7.2" in page
    assert bundle.ids["liability"] in page
    assert words(language, "责任判定岗", "Liability officer") in page
    assert words(language, "赔付方案 1，CNY", "Proposal 1 over CNY") in page


@both_languages
def test_the_machine_reads_the_same_answers_with_the_entries_that_prove_them(
    language: str, both: dict[str, Bundle]
) -> None:
    bundle = both[language]
    proof = json.loads(bundle.data("proof/{ref}/proof.json"))
    journal = rows(bundle.folder, "journal.jsonl")
    kept = {(row["number"], row["hash"]) for row in journal if row["stream"] == proof["stream"]}
    quoted = set(named(proof))
    assert len(quoted) > 20
    assert quoted <= kept
    assert (proof["length"], proof["head"]) == max(kept)
    answers = proof["answers"]
    assert answers["stopped"]["seconds_after_told"] == 133
    assert [one["state"] for one in answers["not_kept"]["items"]] == ["lost"]
    (decided,) = answers["decided"]["transactions"]
    assert (decided["ground"], decided["decided_by"]) == ("L1", bundle.ids["liability"])
    assert all(answers[key]["entries"] for key in ("told", "stopped"))
    assert all(one["entries"] for one in (*answers["not_kept"]["items"], decided, *answers["decided"]["proposals"]))
    by_number = {row["number"]: json.loads(row["body"]) for row in journal if row["stream"] == proof["stream"]}
    assert by_number[decided["entries"][0]["number"]]["kind"] == "liability.decided"
    assert by_number[answers["stopped"]["entries"][0]["number"]]["kind"] == "control.started"
    assert by_number[answers["not_kept"]["items"][0]["entries"][0]["number"]]["kind"] == "evidence.lost"


@both_languages
def test_the_bundle_with_papers_is_verified_and_a_paper_swapped_is_found(
    language: str, both: dict[str, Bundle], tmp_path: Any
) -> None:
    import shutil

    bundle = both[language]
    assert verified(bundle.folder)[0] == 0
    copy = shutil.copytree(bundle.folder, tmp_path / "copy")
    name = f"dossier/{bundle.case.reference}.pdf"
    (copy / name).write_bytes((copy / name).read_bytes().replace(b"%%EOF", b"%%EOF\n"))
    code, outcome = verified(copy)
    assert code == 1
    assert name in json.dumps(outcome["found"])


@both_languages
def test_the_dossier_has_all_of_the_case_in_its_language(language: str, both: dict[str, Bundle]) -> None:
    bundle = both[language]
    said, case = text(bundle.dossier), bundle.case
    for chinese, english in (
        ("要点", "In short"),
        ("办理时限", "Time limits"),
        ("环节与经办人", "Steps and who did them"),
        ("举证责任板", "Burden-of-proof board"),
        ("处理决定与依据", "Decision and grounds"),
        ("未能留存", "Not kept"),
        ("交易追溯", "Transaction trace"),
    ):
        assert words(language, chinese, english) in said
    assert case.reference in said
    assert words(language, "人民币叁仟壹佰元整", "人民币叁仟壹佰元整") in said
    assert "3,100.00" in said
    proof = json.loads(bundle.data("proof/{ref}/proof.json"))
    assert proof["evidence"]
    for one in proof["evidence"]:
        assert one["number"] in said
        assert (one["reference"] or one["digest"]) in said
    entries = [row for row in rows(bundle.folder, "journal.jsonl") if row["stream"] == case.stream]
    assert proof["head"] in said
    assert str(len(entries)) in said


@both_languages
def test_contents_name_the_page_each_part_begins_on(language: str, both: dict[str, Bundle]) -> None:
    dossier = both[language].dossier
    count, contents = len(dossier.pages), text(dossier, 0)
    marks = [one for one in dossier.outline if not isinstance(one, list)]
    assert len(marks) == 13
    for mark in marks:
        title = "".join(re.sub(r"^\d+\. ", "", str(mark.title)).split())
        page = dossier.get_destination_page_number(mark) + 1
        assert re.search(rf"{re.escape(title)}\.*{page}(?=\D|1\.2\.3\.|$)", contents), title
    for number in range(count):
        said = text(dossier, number)
        assert f"{number + 1}/{count}" in said
        assert both[language].case.reference in said
        assert both[language].ids["auditor"] in said, "the watermark"


@both_languages
def test_fonts_are_embedded_in_part_and_it_says_what_it_is(language: str, both: dict[str, Bundle]) -> None:
    for paper in papers(both[language]):
        fonts = {}
        for page in paper.pages:
            for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
                (inner,) = font.get_object()["/DescendantFonts"]
                told = inner.get_object()["/FontDescriptor"].get_object()
                fonts[str(told["/FontName"])] = told
        assert {name.split("+")[1] for name in fonts} == {"Noto-Sans-SC", "Noto-Serif-SC"}
        assert all(re.match(r"/[A-Z]{6}\+", name) and "/FontFile3" in told for name, told in fonts.items())
        catalogue: Any = paper.trailer["/Root"]
        assert catalogue["/Lang"] == ("zh-Hans" if language == "zh-hans" else "en")
        assert catalogue["/MarkInfo"]["/Marked"]
        described = catalogue["/Metadata"].get_object().get_data().decode()
        assert 'pdfaid:part="3"' in described or "<pdfaid:part>3" in described
        assert "/Names" not in catalogue or "/JavaScript" not in catalogue["/Names"]


def test_without_a_second_persons_yes_nothing_personal_stands_in_it(both: dict[str, Bundle]) -> None:
    bundle = both["en"]
    for said in (*map(text, papers(bundle)), bundle.data("proof/{ref}/proof.json").decode()):
        assert [word for word in SEALED if word in said] == []
    assert "(sealed;notinclearinthisexport)" in text(bundle.dossier)
    assert "张*" in text(bundle.dossier, 0)


def test_with_it_what_people_wrote_stands_there_as_they_wrote_it(both: dict[str, Bundle]) -> None:
    said = text(both["zh-hans"].dossier)
    assert [word for word in SEALED if word not in said] == []
    assert "<imgsrc='file:///etc/hostname'><h2>已结清</h2>=HYPERLINK(1)&[U+1F600]致谢" in said


def test_files_are_named_where_they_lie_in_the_bundle(both: dict[str, Bundle]) -> None:
    for language, taken in (("zh-hans", True), ("en", False)):
        bundle = both[language]
        for one in json.loads(bundle.data("proof/{ref}/proof.json"))["evidence"]:
            assert bool(one["file"]) == (taken and bool(one["digest"]))
            if one["file"]:
                assert f"sha256:{hashlib.sha256(bundle.data(one['file'])).hexdigest()}" == one["digest"]


@both_languages
def test_nothing_is_missing_from_a_font(language: str, both: dict[str, Bundle]) -> None:
    """A sign without a shape would be glyph 0, and its text U+FFFD or nothing."""
    for paper in papers(both[language]):
        whole = "".join(page.extract_text() for page in paper.pages)
        assert "\ufffd" not in whole
        assert "\x00" not in whole
