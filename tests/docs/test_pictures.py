"""Pictures of the manuals: every page shows one, and whatever is wrong with a picture is told with its remedy."""

from pathlib import Path

import pytest

from tests.pictures import BASE, PAGES, Album, masked, named, seal, shown

MANUALS = [page for page in PAGES if page.parent.name in ("en", "zh-hans")]
WITHOUT = {"README.md", "operator.md"}  # an index, and a page of commands
PICTURE = "en/desk"


@pytest.fixture
def album(tmp_path: Path) -> Album:
    """One picture, committed with its words."""
    album = Album(tmp_path)
    words = masked(["Desk", "To claim", "2"])
    album.keep(PICTURE, b"PNG " + seal(words).encode(), words)
    return album


@pytest.fixture
def pages() -> dict[str, str]:
    return {PICTURE: "docs/manual/en/agent.md"}


def test_the_manual_of_every_post_shows_a_picture_in_its_own_language():
    posts = [page for page in MANUALS if page.name not in WITHOUT]
    assert len(posts) >= 28
    assert [page for page in posts if {name.split("/")[0] for name in shown(page)} != {page.parent.name}] == []


def test_both_languages_show_the_same_pictures_on_the_same_pages():
    english, chinese = (
        {(page.name, name.split("/")[1]) for page in MANUALS if page.parent.name == language for name in shown(page)}
        for language in ("en", "zh-hans")
    )
    assert english == chinese


def test_every_picture_shown_was_committed_with_its_words_and_no_other():
    album = Album()
    assert album.committed() == named().keys()
    apart = [
        name
        for name in named()
        if seal(album.lies(name, ".txt").read_text(encoding="utf-8")).encode()
        not in album.lies(name, ".png").read_bytes()
    ]
    assert apart == []


def test_pictures_are_small_enough_to_be_read_over_a_branch_line():
    heavy = [path.relative_to(BASE) for path in Album().folder.rglob("*.png") if path.stat().st_size > 200_000]
    assert heavy == []


def test_another_day_another_sum_and_another_number_make_no_picture_stale(album, pages):
    taken = {PICTURE: masked(["Desk", "To  claim", "17"])}
    assert list(album.faults(taken, pages)) == []
    assert masked(["26-0000003-8", "¥ 1,000.00", "11-24 09:12:00", ""]) == "#\n¥ #\n# #\n"


def test_a_page_that_says_something_else_asks_for_a_new_picture(album, pages):
    (told,) = album.faults({PICTURE: masked(["Desk", "To sign for", "2"])}, pages)
    assert "run make pictures" in told
    assert "-To claim\n+To sign for" in told


def test_a_picture_nobody_takes_is_told_with_the_page_that_shows_it(album, pages):
    assert list(album.faults({}, pages)) == [
        "docs/manual/en/agent.md shows en/desk.png, which no test takes: take it, or show it no more"
    ]


def test_a_picture_no_page_shows_is_told(album):
    words = masked(["Desk", "To claim", "2"])
    assert list(album.faults({PICTURE: words}, {})) == [
        "en/desk.png is taken, and no page shows it: show it in a manual, or take it no more"
    ]
    assert list(album.faults({}, {})) == ["en/desk lies in the folder, and no page shows it: run make pictures"]


def test_a_picture_that_was_never_committed_is_told(album, pages):
    album.lies(PICTURE, ".png").unlink()
    (told,) = album.faults({PICTURE: masked(["Desk", "To claim", "2"])}, pages)
    assert told == "en/desk.png or its words are not there: run make pictures"


def test_words_committed_without_their_picture_are_told(album, pages):
    words = masked(["Desk", "To sign for", "2"])
    album.lies(PICTURE, ".txt").write_text(words, encoding="utf-8")
    (told,) = album.faults({PICTURE: words}, pages)
    assert told == "en/desk.png was not taken with the words that lie beside it: run make pictures"
