"""The table of grounds, row by row against 法释〔2021〕10号 and the design of the process."""

import pytest
from django.utils import translation

from knowledge.grounds import Ground, TransactionType, fits, grounds_for, table

ANY = set(TransactionType.values)
STOLEN = {"counterfeit", "online"}
DISPUTED = STOLEN | {"lost_card"}

# code, articles, types it fits, reason always, (issuer, holder, other) hint, leaves to
ROWS = [
    ("L0", ["4", "5"], DISPUTED, True, None, ""),
    ("L1", ["7.1", "7.2"], STOLEN, False, (100, 0, 0), ""),
    ("L2", ["7.3"], STOLEN, False, None, ""),
    ("L3", ["7.4"], STOLEN, False, None, ""),
    ("L4", ["5"], DISPUTED, True, None, ""),
    ("L5", ["8", "9"], {"online"}, False, (100, 0, 0), ""),
    ("L6", ["10"], DISPUTED, False, None, ""),
    ("L7", ["11"], {"counterfeit"}, False, None, ""),
    ("L8", ["4.2"], {"own"}, False, (0, 100, 0), ""),
    ("L9", [], {"lost_card"}, False, None, ""),
    ("L10", [], {"telecom"}, False, None, "telecom"),
    ("L11", [], {"merchant"}, False, None, "merchant"),
    ("L12", [], ANY, True, None, ""),
]


@pytest.mark.parametrize(("code", "articles", "types", "reason_always", "shares", "leaves"), ROWS)
def test_each_ground_says_what_the_law_says(code, articles, types, reason_always, shares, leaves):
    row = table()[code]

    assert row.fits == types
    assert row.reason_always is reason_always
    assert row.needs_reason(proved=False)
    assert row.needs_reason(proved=True) is reason_always
    assert (row.shares and (row.shares.issuer, row.shares.holder, row.shares.other)) == shares
    assert row.leaves_to == leaves
    if articles:
        assert row.article == f"法释〔2021〕10号 {', '.join(articles)}"
    else:
        assert "法释" not in row.article


def test_the_table_and_the_choices_are_the_same_thirteen():
    assert list(table()) == Ground.values == [row[0] for row in ROWS]


@pytest.mark.parametrize("kind", sorted(ANY - STOLEN))
def test_articles_seven_to_nine_cover_only_forged_cards_and_online_theft(kind):
    assert not any(fits(ground, kind) for ground in (Ground.L1, Ground.L2, Ground.L3, Ground.L5))


@pytest.mark.parametrize("kind", TransactionType)
def test_every_type_has_a_ground_of_its_own_beside_goodwill(kind):
    codes = [row.code for row in grounds_for(kind)]

    assert Ground.L12 in codes
    assert len(codes) > 1


@pytest.mark.parametrize("ground", Ground)
def test_title_and_rule_are_told_in_both_languages(ground):
    title, rule = ground.row.says("en")
    title_zh, rule_zh = ground.row.says("zh-hans")

    with translation.override("en"):
        assert str(ground.label) == f"{ground} {title}"
    assert title.isascii()
    assert rule.isascii()
    assert not title_zh.isascii()
    assert not rule_zh.isascii()


def test_shares_that_are_hinted_are_whole():
    hints = [row.shares for row in table().values() if row.shares]

    assert hints
    assert all(hint.issuer + hint.holder + hint.other == 100 for hint in hints)


def test_an_unknown_ground_is_an_error():
    with pytest.raises(KeyError):
        fits("L13", TransactionType.ONLINE)
