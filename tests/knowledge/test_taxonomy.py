"""The classes of JR/T 0169 and the default classes of card fraud."""

import pytest
from django.utils import translation

from knowledge import loading, taxonomy
from knowledge.grounds import TransactionType
from knowledge.models import TaxonomyCode


@pytest.mark.django_db
def test_all_classes_are_loaded_once_and_no_official_code_is_made_up():
    assert loading.load_taxonomy() == 0

    rows = TaxonomyCode.objects.all()
    assert {row.local_code: row.facet for row in rows} == taxonomy.codes()
    assert not rows.exclude(official_code=None).exists()
    assert set(rows.values_list("edition", flat=True)) == {"JR/T 0169-2018"}
    assert set(rows.values_list("confidence", flat=True)) == {"high", "medium", "low"}


@pytest.mark.django_db
def test_there_are_twelve_causes_beside_other_and_a_parent_is_of_the_same_facet():
    assert TaxonomyCode.objects.filter(facet="C").exclude(local_code="C_OTHER").count() == 12
    for row in TaxonomyCode.objects.exclude(parent=None).select_related("parent"):
        assert row.parent is not None
        assert row.parent.facet == row.facet
        assert row.local_code.startswith(row.parent.local_code)


@pytest.mark.django_db
def test_a_class_is_named_in_the_language_of_the_reader():
    row = TaxonomyCode.objects.get(local_code="B_CARD_DEBIT_FRAUD")

    with translation.override("zh-hans"):
        assert str(row) == "借记卡盗刷"
    with translation.override("en"):
        assert str(row) == "Debit card fraud"


@pytest.mark.django_db
def test_a_better_wording_is_taken_over(tmp_path):
    text = taxonomy.CODES.read_text(encoding="utf-8")
    better = tmp_path / "taxonomy.csv"
    better.write_text(text.replace("借记卡盗刷", "借记卡被盗刷"), encoding="utf-8")

    assert loading.load_taxonomy(better) == 0

    assert TaxonomyCode.objects.get(local_code="B_CARD_DEBIT_FRAUD").name == "借记卡被盗刷"


@pytest.mark.parametrize(
    ("kind", "channel", "credit", "expected"),
    [
        ("counterfeit", "atm", False, ("A_FRONT_SELF", "B_CARD_DEBIT_FRAUD", "C_FUND_SAFE")),
        ("counterfeit", "pos", False, ("A_FRONT_3RD", "B_CARD_DEBIT_FRAUD", "C_FUND_SAFE")),
        ("counterfeit", "pos", True, ("A_FRONT_3RD", "B_CARD_CREDIT_FRAUD", "C_FUND_SAFE")),
        ("online", "app", False, ("A_FRONT_E_APP", "B_CARD_DEBIT_FRAUD", "C_FUND_SAFE")),
        ("online", "online", True, ("A_FRONT_3RD", "B_CARD_CREDIT_FRAUD", "C_FUND_SAFE")),
        ("online", "wallet", False, ("A_FRONT_3RD", "B_PAY_NONBANK", "C_FUND_SAFE")),
        ("lost_card", "pos", False, ("A_FRONT_3RD", "B_CARD_DEBIT_FRAUD", "C_FUND_SAFE")),
        ("", "", False, ("A_FRONT_OTHER", "B_CARD_DEBIT_FRAUD", "C_FUND_SAFE")),
        ("own", "pos", True, ("A_FRONT_3RD", "B_CARD_CREDIT_USE", "C_PROCESS")),
        ("merchant", "online", False, ("A_FRONT_3RD", "B_CARD_DEBIT_USE", "C_PROCESS")),
        ("telecom", "app", False, ("A_FRONT_E_APP", "B_PAY_TRANSFER", "C_FUND_SAFE")),
    ],
)
def test_card_fraud_has_default_classes(kind, channel, credit, expected):
    assert taxonomy.facets_for(kind, channel, credit=credit) == expected


@pytest.mark.parametrize("kind", TransactionType)
@pytest.mark.parametrize("channel", ["pos", "atm", "online", "app", "wallet", "elsewhere"])
def test_every_default_class_exists(kind, channel):
    facets = [taxonomy.codes()[code] for code in taxonomy.facets_for(kind, channel)]

    assert facets == ["A", "B", "C"]
