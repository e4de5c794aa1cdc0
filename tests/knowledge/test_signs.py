"""Signs in what a customer says: each row of the file finds what it is for, and nothing it is not for."""

import pytest

from knowledge import signs
from knowledge.signs import CARE, ORDINARY, RAISED, URGENT

# What customers say, which signs it shows, which words are quoted, and what follows.
SAID = [
    ("卡在身边，钱在国外没了。", "", "", ORDINARY, ""),
    ("三笔境外交易不是本人所为。", "stolen", "不是本人", ORDINARY, "card_fraud"),
    ("我的卡被盗刷了", "stolen", "盗刷", ORDINARY, "card_fraud"),
    ("年费收得不明不白", "charges", "年费", ORDINARY, "general"),
    ("柜员态度恶劣", "service", "态度恶劣", ORDINARY, "general"),
    ("天天催收电话", "collection", "催收", ORDINARY, "general"),
    ("再不解决我就去跳楼", "harm", "跳楼", URGENT, ""),
    ("我要找记者曝光你们", "press", "记者 曝光", URGENT, ""),
    ("我已经打了 12378", "authority", "12378", RAISED, ""),
    ("准备起诉，律师都找好了", "court", "起诉 律师", RAISED, ""),
    ("反映多次，一直没人管", "again", "多次 一直", RAISED, ""),
    ("客户非常愤怒", "angry", "愤怒", RAISED, ""),
    ("质疑银行互相推诿", "doubts", "质疑 推诿", RAISED, ""),
    ("我要上访", "authority", "上访", RAISED, ""),
    ("我就去监管投诉", "authority", "监管投诉 去监管", RAISED, ""),
    ("明天就去消协，打 12315", "authority", "消协 12315", RAISED, ""),
    ("去法院告你们", "court", "法院 告你们", RAISED, ""),
    ("被诈骗转账给骗子", "deceived", "诈骗 骗子", RAISED, ""),
    ("验证码告诉了对方", "deceived", "验证码告诉", RAISED, ""),
    ("对方让我转到安全账户", "deceived", "安全账户", RAISED, ""),
    ("I was scammed by a phishing mail", "deceived", "scammed phishing", RAISED, ""),
    ("I called several times and will file a lawsuit", "court again", "lawsuit several times", RAISED, ""),
    ("I have written to the attorney general", "authority", "attorney general", RAISED, ""),
    ("I did not make this payment", "stolen", "did not make", ORDINARY, "card_fraud"),
    ("You overcharged me", "charges", "overcharged", ORDINARY, "general"),
    ("The clerk was rude", "service", "rude", ORDINARY, "general"),
    ("A debt collector rings every day", "collection", "debt collector", ORDINARY, "general"),
    ("I will kill myself", "harm", "kill myself", URGENT, ""),
    ("A journalist will hear of it", "press", "journalist", URGENT, ""),
    ("I shall write to the regulator", "authority", "regulator", RAISED, ""),
    ("I will SUE you", "court", "sue", RAISED, ""),
    ("This is the third time, repeatedly", "again", "repeatedly third time", RAISED, ""),
    ("I am furious", "angry", "furious", RAISED, ""),
    ("I was lied to", "doubts", "lied to", RAISED, ""),
]


@pytest.mark.parametrize(("text", "keys", "words", "severity", "kind"), SAID)
def test_what_he_says_shows_its_sign_with_the_words_and_what_follows(text, keys, words, severity, kind):
    proposal = signs.propose(text)

    assert " ".join(proposal.keys) == keys
    assert " ".join(word for one in proposal.found for word in one.words) == words
    assert (proposal.severity, proposal.kind) == (severity, kind)


def test_every_sign_of_the_file_is_among_these_or_is_known_of_himself():
    heard = {key for _text, keys, *_rest in SAID for key in keys.split()}
    assert heard == {sign.key for sign in signs.table().values() if not sign.is_of_himself}


@pytest.mark.parametrize(
    "text",
    [
        "卡一直在身上，本人在上海",
        "当天多次交易都不认识",
        "an issue with the tissue",
        "card ending 912378",
        "老人家的卡",
        "disabled the app",
        "请转告你们领导",
        "账户被法院冻结",
        "courteous staff",
    ],
)
def test_what_only_looks_like_a_sign_is_none(text):
    """A phrase of `unless`, a part of another word or number, and what is asked of the person, not of his words."""
    assert signs.propose(text).keys == ()


def test_a_phrase_that_is_no_sign_hides_no_other():
    assert signs.propose("卡一直在身上，但你们一直不处理").found[0].words == ("一直",)


@pytest.mark.parametrize("text", ["ＡＮＧＲＹ", "I  am\nAngry!"])
def test_width_case_and_line_ends_do_not_hide_a_word(text):
    assert signs.propose(text).keys == ("angry",)


def test_the_gravest_sign_counts_and_the_stop_comes_before_a_complaint_about_charges():
    proposal = signs.propose("多次盗刷，还收我年费，我要跳楼")
    assert (proposal.severity, proposal.kind) == (URGENT, "card_fraud")


@pytest.mark.parametrize("key", ["elderly", "disabled", "language"])
def test_what_is_ticked_raises_it_without_a_word(key):
    proposal = signs.propose("", care=[key, "nonsense"])
    assert proposal.keys == (key,)
    assert proposal.severity == RAISED
    assert proposal.found[0].words == ()


@pytest.mark.parametrize(
    ("record", "keys", "words"),
    [
        ("", "", ""),
        ("elderly,disabled", "elderly disabled", ""),
        ("老年客户", "elderly", "老年"),
        ("听障客户", "disabled", "听障"),
        ("外籍客户", "language", "外籍"),
        ("孕妇", CARE, "孕妇"),
    ],
)
def test_his_record_counts_by_key_or_by_the_words_of_earlier_days(record, keys, words):
    proposal = signs.propose("", record=record)
    assert " ".join(proposal.keys) == keys
    assert " ".join(word for one in proposal.found for word in one.words) == words
    assert proposal.severity == (RAISED if record else ORDINARY)


@pytest.mark.parametrize(
    ("record", "found", "kept"),
    [
        ("", ["disabled", "elderly"], "elderly,disabled"),
        ("老年客户", ["elderly"], ""),
        ("老年客户", ["disabled"], "disabled"),
        ("elderly", ["disabled"], "elderly,disabled"),
        ("孕妇", ["elderly"], "elderly"),
        ("孕妇", [], ""),
        ("", ["nonsense"], ""),
        ("", [CARE], ""),
    ],
)
def test_a_record_gains_what_it_lacks_and_loses_nothing(record, found, kept):
    assert signs.with_care(record, found) == kept


@pytest.mark.parametrize(
    ("said", "kept", "record"),
    [
        ("", "", ""),
        ("老年客户", "", "老年客户"),
        (CARE, "", CARE),
        (CARE, "elderly", "elderly"),
        ("孕妇", "elderly", "孕妇,elderly"),
    ],
)
def test_words_and_signs_are_read_as_one_record(said, kept, record):
    assert signs.one_record(said, kept) == record


def test_a_record_is_read_in_either_language():
    assert signs.care_words("elderly,孕妇", "zh-hans") == ("老年客户", "孕妇")
    assert signs.care_words("elderly,孕妇", "en") == ("Elderly", "孕妇")


@pytest.mark.parametrize("sign", signs.table().values(), ids=lambda sign: sign.key)
def test_every_row_has_names_reasons_and_something_that_follows(sign):
    assert all([sign.name, sign.name_zh, sign.why, sign.why_zh])
    assert sign.severity in (URGENT, RAISED, ORDINARY)
    assert bool(sign.kind) != (sign.severity < ORDINARY), "a flow or a severity, not both"
    assert bool(sign.words) == (sign.key != CARE)
    for phrase in sign.unless:
        assert any(word in phrase for word in sign.words), phrase
    assert signs.BETWEEN not in sign.key
