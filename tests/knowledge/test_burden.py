"""The table of the burden of proof, row by row against 法释〔2021〕10号 arts. 4 to 9 and 11."""

import pytest

from knowledge.burden_table import ELEMENTS, row_for, table, title_of
from knowledge.evidence import EvidenceKind
from knowledge.grounds import TransactionType, grounds_for, table as grounds

# What each article says of proof, as read: on whom it puts it (None: it gives a rule and leaves that open), and which
# evidence it names.
ARTICLES = {
    "4.1": ({"holder"}, {"caller_check", "customer_statement", "police_receipt", "police_filing", "stop_receipt"}),
    "4.2": ({"issuer", "institution"}, {"slip", "transaction_list", "cctv", "otp_log", "device_log"}),
    "5": ({"issuer"}, {"card_whereabouts", "slip", "cctv"}),
    "6": (None, {"card_whereabouts", "police_receipt"}),
    "7.3": (None, set()),
    "7.4": (None, {"stop_receipt"}),
    "8": (None, set()),
    "9": (None, set()),
    "11": (None, {"slip"}),
}
# element, types, who, basis, articles, needs it proved, needs it unproved, needs the contrary, opened by its absence
ROWS = [
    ("notice", "counterfeit online lost_card", "holder", "law", "4.1 5", "L1 L2 L3 L4 L5", "", "", "L0"),
    ("real_card", "counterfeit", "issuer", "law", "4.1 5 6", "L1 L2 L3 L7", "", "", "L0 L4"),
    ("real_card", "online", "issuer", "law", "4.1 5", "", "", "", "L0 L4"),
    ("real_card", "lost_card", "issuer", "law", "5", "L9", "", "", "L0 L4"),
    (
        "own",
        "counterfeit online lost_card own merchant telecom",
        "issuer institution",
        "law",
        "4.2",
        "L8 L10 L11",
        "L1 L2 L3 L5 L7 L9",
        "",
        "",
    ),
    ("identification", "counterfeit online lost_card own", "issuer institution", "law", "4.2 5", "", "", "", "L0 L4"),
    ("verification", "counterfeit online lost_card own", "issuer institution", "law", "4.2 5", "", "", "", "L0 L4"),
    ("disclosed", "online", "issuer", "practice", "8 9", "", "L5", "", ""),
    ("safekeeping", "counterfeit online", "issuer", "practice", "7.3", "L2", "L1", "", ""),
    ("timely", "counterfeit online", "holder", "law", "4.1 7.4", "L1", "", "L3", ""),
    ("timely", "lost_card", "holder", "contract", "4.1", "", "", "", ""),
    ("acquirer", "counterfeit", "acquirer", "practice", "11", "", "", "L7", ""),
]


def articles_of(row) -> list[str]:
    """The articles a row names; what follows them, such as the card contract, is no article."""
    first = row.article.removeprefix("法释〔2021〕10号 ").partition("；")[0]
    return first.split(", ")


@pytest.mark.parametrize("number", range(len(ROWS)))
def test_each_row_says_what_its_articles_say(number):
    row = table()[number]
    element, types, who, basis, articles, proved, unproved, refuted, absence = ROWS[number]

    assert (row.element, row.types) == (element, set(types.split()))
    assert (row.who, row.basis) == (tuple(who.split()), basis)
    assert articles_of(row) == articles.split()
    assert (row.proved_for, row.unproved_for) == (tuple(proved.split()), tuple(unproved.split()))
    assert (row.refuted_for, row.missing_opens) == (tuple(refuted.split()), tuple(absence.split()))


def test_no_row_is_untested():
    assert len(table()) == len(ROWS)


@pytest.mark.parametrize("row", table(), ids=lambda row: f"{row.element}-{min(row.types)}")
def test_who_must_prove_is_the_laws_word_or_called_practice(row):
    said = [ARTICLES[article][0] for article in articles_of(row)]
    named = set().union(*(who for who in said if who))

    if row.basis == "law":
        assert set(row.who) <= named, "no row puts a burden where no article of it does"
    if row.basis == "practice":
        assert named == set(), "an article that says who must prove is law, not practice"


@pytest.mark.parametrize("row", table(), ids=lambda row: f"{row.element}-{min(row.types)}")
def test_evidence_is_of_kinds_a_case_can_hold_and_where_the_law_names_some_of_those(row):
    named = set().union(*(ARTICLES[article][1] for article in articles_of(row)))

    assert row.kinds
    assert set(row.kinds) <= set(EvidenceKind.values)
    if row.basis == "law" and named:
        assert set(row.kinds) & named


@pytest.mark.parametrize("row", table(), ids=lambda row: f"{row.element}-{min(row.types)}")
def test_title_claim_and_consequence_are_told_in_both_languages(row):
    assert all(text.isascii() for text in row.says("en"))
    assert not any(text.isascii() for text in row.says("zh-hans"))


@pytest.mark.parametrize("kind", TransactionType.values)
def test_an_element_has_one_row_at_most_for_a_type_and_only_grounds_that_fit_it(kind):
    fitting = {row.code for row in grounds_for(kind)}
    for element in ELEMENTS:
        rows = [row for row in table() if row.element == element and kind in row.types]
        assert len(rows) <= 1
        assert row_for(element, kind) == (rows[0] if rows else None)
    hung = {code for row in table() if kind in row.types for code in (*row.opens_proved, *row.opens_unproved)}
    assert hung & fitting, "nothing on the board would carry any ground of this type"


def test_every_ground_hangs_on_the_board_but_a_promise_and_goodwill():
    hung = {code for row in table() for code in (*row.opens_proved, *row.opens_unproved)}

    assert set(grounds()) - hung == {"L6", "L12"}


def test_all_nine_elements_have_a_name_and_an_unknown_one_has_none():
    assert {row.element for row in table()} == set(ELEMENTS)
    assert title_of("own", "zh-hans") == "本人/授权"
    with pytest.raises(KeyError):
        title_of("luck", "en")
    with pytest.raises(KeyError):
        row_for("luck", "online")
