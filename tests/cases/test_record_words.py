"""Each field of each record's history has a word in both languages, and no word stands for nothing."""

import pytest
from django.apps import apps
from django.utils import timezone, translation

from cases import record_words
from cases.record_words import field_word, record_word, table, tells
from record.history import Tracked

RECORDS = [model for model in apps.get_app_config("cases").get_models() if issubclass(model, Tracked)]


def test_every_record_and_field_that_is_told_has_a_word_in_both_languages():
    for language in ("en", "zh-hans"):
        with translation.override(language):
            words = [record_word(model) for model in RECORDS]
            words += [field_word(model, field.name) for model in RECORDS for field in tells(model)]
        assert all(words)
        assert all(word.isascii() == (language == "en") for word in words)


def test_no_word_stands_for_a_field_that_is_not_there():
    fields = {field.name for model in RECORDS for field in tells(model)}
    own = {(model.__name__, field.name) for model in RECORDS for field in tells(model)}
    for record, field in table():
        assert not field or (field in fields if not record else (record, field) in own), (record, field)
    assert {record for record, field in table() if not field} == {model.__name__ for model in RECORDS}


def test_what_is_left_out_is_a_column_of_some_record():
    columns = {field.name for model in RECORDS for field in model._meta.concrete_fields}
    assert columns >= record_words.LEFT_OUT


@pytest.mark.parametrize(
    ("record", "name", "value", "word"),
    [
        ("Case", "state", "open", "处理中"),
        ("Case", "received_at", "2026-11-24T01:12:31.000000Z", "2026-11-24 09:12:31"),
        ("Case", "disputed_total", "42680.00", "42,680.00"),
        ("Case", "narrative", "sha256:00", "已加密封存"),
        ("Case", "handling_unit", 7, "Branch 7"),
        ("Case", "done_at", None, "—"),
        ("Contact", "reached", False, "否"),
        ("Contact", "channel", "phone", "电话"),
        ("Contact", "channel", "no such channel", "no such channel"),
        ("DisputedTransaction", "country", "CN", "中国"),
        ("DisputedTransaction", "country", "XX", "XX"),
        ("DisputedTransaction", "verification", "otp", "短信验证码"),
        ("Proposal", "approver_role", "outlet_head", "网点负责人"),
        (
            "Proposal",
            "approver_why",
            "outlet_head: nobody eligible; lowest level whose limit covers the sum",
            "网点负责人：无可办理人员（须回避）；审批权限可覆盖该金额的最低层级",
        ),
    ],
)
def test_a_value_is_told_as_people_read_it(record, name, value, word):
    field = apps.get_model("cases", record)._meta.get_field(name)
    with translation.override("zh-hans"), timezone.override("Asia/Shanghai"):
        assert record_words.value_word(field, value, lambda model, pk: f"{model.__name__} {pk}") == word
